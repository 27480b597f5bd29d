import { modeFor } from '../../src/core/role.ts'
import type { ActionName } from './actions.ts'

import { addMeasures, type Measures, nothingMeasured } from './measures.ts'
import { Meter } from './meter.ts'
import { oldRule } from './old-rule.ts'
import { type Plan, type PlanStep, planOf } from './plan.ts'
import { follow } from './simulate.ts'
import { defaults, type Site } from './site.ts'
import { runUntil } from './timeline.ts'
import { World, type WorldOptions } from './world.ts'

export { comparisonText } from './comparison-text.ts'

/** Who decided, over the same plans. */
export const rules = {
  eachMinute: oldRule('each minute'),
  onChange: oldRule('on change'),
  berofosd: null,
} as const satisfies Record<string, WorldOptions['actor'] | null>
export type RuleName = keyof typeof rules

/** What the configuration of the sites says: the same, or anything that chance draws, a single lost ping included. */
export const siteKinds = {
  shipped: plan => ({ ...without(plan, [...orders, 'reload']), site: { ...plan.site, ...shipped } }),
  drawn: plan => without(plan, orders),
} as const satisfies Record<string, (plan: Plan) => Plan>
export type SiteKind = keyof typeof siteKinds

export interface Comparison {
  /** Seeds that were asked for, and those whose site works at the pace of a real one: only these were run. */
  readonly seeds: number
  readonly histories: number
  readonly sites: Readonly<Record<SiteKind, Compared>>
}
/** What the same histories came to under each rule. */
export interface Compared<Name extends string = RuleName> {
  /** Of the histories, each counted once. */
  readonly simulatedMs: number
  readonly measures: Readonly<Record<Name, Measures>>
}
type Rules<Name extends string> = Readonly<Record<Name, WorldOptions['actor'] | null>>

const nothing = nothingOf(rules)
const nothingCompared: Comparison = {
  seeds: 0,
  histories: 0,
  sites: { shipped: nothing, drawn: nothing },
}

/**
 * Lets each rule live through the same histories. Sites in slow motion are left out, since the old rule knows one pace
 * only. `told` hears of the sum after each seed.
 */
export async function compare(
  seeds: Iterable<number>,
  told: (sum: Comparison) => void = () => {},
): Promise<Comparison> {
  let sum = nothingCompared
  for (const seed of seeds) {
    sum = addComparisons(sum, await compareSeed(seed))
    told(sum)
  }
  return sum
}

/** Adds up two shares. */
export function addComparisons(a: Comparison, b: Comparison): Comparison {
  return {
    seeds: a.seeds + b.seeds,
    histories: a.histories + b.histories,
    sites: {
      shipped: addCompared(a.sites.shipped, b.sites.shipped),
      drawn: addCompared(a.sites.drawn, b.sites.drawn),
    },
  }
}

export function addCompared<Name extends string>(a: Compared<Name>, b: Compared<Name>): Compared<Name> {
  return {
    simulatedMs: a.simulatedMs + b.simulatedMs,
    measures: each(a.measures, name => addMeasures(a.measures[name], b.measures[name])),
  }
}

export function nothingOf<Name extends string>(of: Rules<Name>): Compared<Name> {
  return { simulatedMs: 0, measures: each(of, () => nothingMeasured) }
}

function each<Name extends string>(row: Readonly<Record<Name, unknown>>, make: (name: Name) => Measures) {
  const names = Object.keys(row) as Name[]
  return Object.fromEntries(names.map(name => [name, make(name)])) as Record<Name, Measures>
}

async function compareSeed(seed: number): Promise<Comparison> {
  const plan = planOf(seed, 'pair', { rare: false })
  if (plan.pace !== 1) return { ...nothingCompared, seeds: 1 }
  const [shipped, drawn] = [
    await comparePlan(siteKinds.shipped(plan), rules),
    await comparePlan(siteKinds.drawn(plan), rules),
  ]
  return { seeds: 1, histories: 1, sites: { shipped, drawn } }
}

/** Lets each rule live through one history. */
export async function comparePlan<Name extends string>(plan: Plan, of: Rules<Name>): Promise<Compared<Name>> {
  const found = new Map<string, Awaited<ReturnType<typeof measure>>>()
  for (const name of Object.keys(of) as Name[]) found.set(name, await measure(plan, of[name]))
  return {
    simulatedMs: found.get('berofosd')?.simulatedMs ?? 0,
    measures: each(of, name => found.get(name)?.measures ?? nothingMeasured),
  }
}

/** Lets one history happen under a rule, null: the daemon's. All lines are at the master when it begins. */
export async function measure(
  { seed, pace, site, wall, steps }: Plan,
  rule: WorldOptions['actor'] | null,
): Promise<{ readonly measures: Measures; readonly simulatedMs: number }> {
  const meter = new Meter()
  const world = new World({
    seed,
    pace,
    site,
    wall,
    watch: (fact, in_) => meter.hear(fact, in_),
    ...(rule && { actor: rule }),
  })
  for (const { name, invert } of site.devices)
    world.relay(name).device.values.set('mode', String(modeFor('master', invert)))
  let ended = false
  follow(world, inService(steps), () => {
    ended = true
  })
  world.boot()
  await runUntil(world.timeline, () => {
    meter.look(world)
    return ended
  })
  return { measures: meter.measures, simulatedMs: world.timeline.now }
}

/**
 * Both rules have been at work for a while when something happens first: to a berofosd that was put up beside a dead
 * master every check is unproven, and no line moves until an operator says so.
 */
function inService([first, ...others]: readonly PlanStep[]): readonly PlanStep[] {
  return first ? [{ ...first, afterMs: first.afterMs + inServiceMs }, ...others] : []
}
const inServiceMs = 600_000

/** What an operator tells berofosd, with a daemon or without: the old rule has nobody to hear it. */
export const orders: readonly ActionName[] = [
  ...(['force', 'pause', 'resume', 'assert'] as const),
  ...(['orders without a daemon', 'lines are switched without a daemon'] as const),
  'clock is set over a restart',
]

/** The same plan without some of its actions, everything else at the same moments. */
export function without(plan: Plan, actions: readonly ActionName[]): Plan {
  const steps: PlanStep[] = []
  let skippedMs = 0
  for (const step of plan.steps) {
    if ('action' in step && actions.includes(step.action)) {
      skippedMs += step.afterMs
      continue
    }
    steps.push({ ...step, afterMs: step.afterMs + skippedMs })
    skippedMs = 0
  }
  return { ...plan, steps }
}

/** The defaults, and the SIP check of the example beside the ping check. */
const shipped: Pick<Site, 'checks' | 'failback' | 'relays'> = {
  checks: [
    { name: 'ping', type: 'ping', intervalS: 1, timeoutS: 1, fall: 5, rise: 5, required: true },
    { name: 'sip', type: 'sip', intervalS: 5, timeoutS: 1, fall: 48, rise: 5, required: true },
  ],
  ...defaults,
}
