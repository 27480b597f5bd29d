import type { Plan } from './plan.ts'
import type { BadSeed, Summary } from './seeds.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulate.ts'
import { siteText } from './site-text.ts'

/** The zone whose summer time the histories go through. */
export const zone = 'Europe/Paris'

const hourMs = 3_600_000

/** Hours simulated in a minute of one core. */
export function hoursPerMinute({ simulatedMs, workMs }: Summary): number {
  return simulatedMs / hourMs / (workMs / 60_000)
}

export function summaryText(sum: Summary): string {
  const { facts } = sum
  const many = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ')
  const rows: [string, string][] = [
    ['seeds', many(sum.seeds)],
    [
      'simulated',
      `${many(sum.simulatedMs / hourMs)} h (${(sum.simulatedMs / hourMs / 8766).toFixed(1)} years)`,
    ],
    ['speed', `${many(hoursPerMinute(sum))} h a minute on one core`],
    ['took', `${(sum.wallMs / 1000).toFixed(0)} s`],
    ['things done to the world', many(facts.done ?? 0)],
    ['lives of the daemon', many(facts.born ?? 0)],
    ['probes', many(facts.probed ?? 0)],
    ['readings of relays', many(facts.read ?? 0)],
    ['failovers, failbacks', `${many(facts.failover ?? 0)}, ${many(facts.failback ?? 0)}`],
    ['forced by an operator', many(facts.forced ?? 0)],
    ['changes of relays told', many(facts.switched ?? 0)],
    ['calm moments looked at', many(facts.calm ?? 0)],
    ['violations', many(sum.bad.length)],
  ]
  return rows.map(([name, value]) => `${name.padEnd(26)}${value}`).join('\n')
}

/** The history of a seed that broke an invariant, made short, and how to see it again. */
export async function badSeedText(plan: Plan, { invariant, text }: BadSeed): Promise<string> {
  const short = await shrink(plan, invariant)
  const { story } = await simulate(short, { story: true })
  const left = `${short.steps.length} of ${plan.steps.length} steps are enough`
  return [
    `seed ${plan.seed} breaks "${invariant}": ${text}`,
    `${left}; all of it: npm run simulate -- ${plan.site.bypass ? '--site bypass ' : ''}--seed ${plan.seed} --trace`,
    siteText(plan),
    ...story.slice(-60),
  ].join('\n')
}
