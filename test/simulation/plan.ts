import { type ActionName, type Argument, actionRows } from './actions.ts'
import { type Random, randomOf } from './random.ts'
import { drawSite, type Pace, type Site } from './site.ts'

/** One history to be: all that chance decides outside of the daemon and its network. */
export interface Plan {
  readonly seed: number
  readonly pace: Pace
  readonly site: Site
  /** The wall clock at the beginning. */
  readonly wall: number
  readonly steps: readonly PlanStep[]
}

/** `afterMs`: since the step before. */
export type PlanStep =
  | { readonly afterMs: number; readonly action: ActionName; readonly argument: Argument }
  /** All is put right (or all but the master), and looked at when it had long enough. */
  | { readonly afterMs: number; readonly calm: 'all' | 'all but the master' }

const minuteMs = 60_000
const newYear = Date.UTC(2026, 0, 1)
const actionNames = Object.keys(actionRows) as ActionName[]
const weights = actionNames.flatMap(name => Array<ActionName>(actionRows[name].weight).fill(name))

export function planOf(seed: number): Plan {
  const random = randomOf(seed, 'plan')
  const pace = random.pick<Pace>([1, 10, 60, 60])
  const site = drawSite(random, pace)
  const wall = newYear + random.between(0, 365 * 24 * 60) * minuteMs
  const epochs = random.pick([1, 1, 1, 2])
  const steps = Array.from({ length: epochs }, () => chaosAndCalm(random, pace)).flat()
  return { seed, pace, site, wall, steps }
}

/** Many things in a short time, or few in a long one; then all is put right. */
function chaosAndCalm(random: Random, pace: Pace): PlanStep[] {
  const longestGapMs = random.pick([300, 5000, 60_000, 180_000]) * pace
  const gap = () => Math.floor(random.next() ** 2 * longestGapMs)
  const chaos = Array.from({ length: random.between(1, 20) }, (): PlanStep => {
    const action = random.pick(weights)
    return { afterMs: gap(), action, argument: actionRows[action].draw(random) }
  })
  return [...chaos, { afterMs: gap(), calm: random.chance(0.3) ? 'all but the master' : 'all' }]
}
