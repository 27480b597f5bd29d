import { Random } from '../helpers/random.ts'
import { addCompared, type Compared, comparePlan, nothingOf, orders, without } from './compare.ts'
import { type Plan, type PlanStep, planOf } from './plan.ts'
import { defaults, type Site, type SiteBypass } from './site.ts'
import { intervalS, workaround } from './workaround.ts'

/** The cron job of the manuals and berofosd, over the same plans of a server in front of a PBX with one device. */

type Histories = (plan: BypassPlan) => BypassPlan
type BypassPlan = Plan & { readonly site: Site & { readonly bypass: SiteBypass } }

/** One outage at a time with the settings of the documentation or of chance, and whatever befalls a site. */
export const bypassHistories = {
  outages: plan => ({ ...plan, site: documented(plan), steps: oneAtATime(plan, 90) }),
  outagesDrawn: plan => ({
    ...plan,
    site: { ...plan.site, hooks: [], failback: { ...defaults.failback, stableS: 10 } },
    steps: oneAtATime(plan, 150),
  }),
  anything: plan => ({ ...without(plan, notOfBoth), site: documented(plan) }),
} as const satisfies Record<string, Histories>
export type BypassHistories = keyof typeof bypassHistories

export interface WorkaroundComparison {
  /** Seeds that were asked for, and those whose site works at the pace of a real one: only these were run. */
  readonly seeds: number
  readonly histories: number
  readonly of: Readonly<Record<BypassHistories, BesideWorkaround>>
}
export type BesideWorkaround = Compared<keyof typeof rules>

const rules = { workaround, berofosd: null }
const nothing = nothingOf(rules)

export async function compareWorkaround(seeds: readonly number[]): Promise<WorkaroundComparison> {
  const plans = seeds.map(seed => planOf(seed, 'bypass')).filter(plan => plan.pace === 1)
  const of = { outages: nothing, outagesDrawn: nothing, anything: nothing }
  for (const kind of Object.keys(bypassHistories) as BypassHistories[])
    for (const plan of plans)
      of[kind] = addCompared(of[kind], await comparePlan(bypassHistories[kind](withOne(plan)), rules))
  return { seeds: seeds.length, histories: plans.length, of }
}

/** The workaround drives one device, and is in use: so there wdog=1 clears a trip. */
function withOne(plan: Plan): BypassPlan {
  const { bypass, devices } = plan.site
  if (!bypass) throw new Error(`seed ${plan.seed} makes no site in front of a PBX`)
  const firmware = { ...bypass.firmware, wdog: 'clears' as const }
  return { ...plan, site: { ...plan.site, bypass: { ...bypass, firmware }, devices: devices.slice(0, 1) } }
}

/** What an operator of berofosd does has nobody to hear it, and the workaround sets modedef itself. */
const notOfBoth = [...orders, 'reload', 'modedef is changed'] as const

const minuteMs = 60_000
/** More than any way back takes: of the workaround a minute, of berofosd what `stable_for` and the checks say. */
const returnMs = 6 * minuteMs

/** Telephony ends, then hangs, then the server loses its power, each at any moment of a minute. */
function oneAtATime({ seed }: Plan, offS: number): PlanStep[] {
  const random = new Random(`${seed}/outages`)
  const later = (ms: number) => ms + random.between(0, minuteMs)
  const is = (afterMs: number, state: string): PlanStep => ({
    afterMs,
    action: 'master is',
    argument: [state],
  })
  return [
    is(later(returnMs), 'refusing'),
    is(later(3 * minuteMs), 'well'),
    is(later(returnMs), random.pick(['hanging', 'silent'])),
    is(later(3 * minuteMs), 'well'),
    { afterMs: later(returnMs), action: 'the server is without power', argument: [offS, 5] },
    { afterMs: later(returnMs), calm: 'all' },
  ]
}

/** As docs/installation.md sets it up, with a SIP check in place of the command. */
function documented({ site }: BypassPlan): BypassPlan['site'] {
  return {
    ...site,
    checks: [{ name: 'sip', type: 'sip', intervalS: 5, timeoutS: 5, fall: 3, rise: 5, required: true }],
    ...defaults,
    hooks: [],
    bypass: { ...site.bypass, kickS: 5, watchdogS: intervalS },
  }
}
