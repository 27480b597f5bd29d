import type { Plan, PlanStep } from './plan.ts'
import { simulate } from './simulate.ts'

/** So many tries for one seed: a few seconds. */
const mostTries = 400

/**
 * The shortest history that can be found that breaks the same invariant: parts of the plan are left out, halves first,
 * then single steps, then devices, witnesses, hooks and checks of the site.
 */
export async function shrink(plan: Plan, invariant: string): Promise<Plan> {
  let tries = 0
  const breaks = async (candidate: Plan) => {
    tries += 1
    if (tries > mostTries) return false
    const { violation } = await simulate(candidate)
    return violation?.invariant === invariant
  }
  let best = plan
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.steps.length; ) {
      const shorter = { ...best, steps: without(best.steps, from, size) }
      if (await breaks(shorter)) best = shorter
      else from += size
    }
  }
  for (const site of smallerSites(best)) {
    const candidate = { ...best, site: { ...best.site, ...site } }
    if (await breaks(candidate)) best = candidate
  }
  return best
}

/** The time of what is left out goes to the step behind it, so that the others keep their moments. */
function without(steps: readonly PlanStep[], from: number, count: number): PlanStep[] {
  const left = [...steps.slice(0, from)]
  const out = steps.slice(from, from + count)
  const [next, ...rest] = steps.slice(from + count)
  if (next === undefined) return left
  const afterMs = out.reduce((sum, step) => sum + step.afterMs, next.afterMs)
  return [...left, { ...next, afterMs }, ...rest]
}

function smallerSites({ site }: Plan): Partial<Plan['site']>[] {
  const [device] = site.devices
  const [check] = site.checks
  return [
    ...(device && site.devices.length > 1 ? [{ devices: [device] }] : []),
    ...(check && site.checks.length > 1 ? [{ checks: [check] }] : []),
    { witnesses: 0 },
    { hooks: [] },
    { failback: { ...site.failback, ready: false } },
    { secondary: false },
  ]
}
