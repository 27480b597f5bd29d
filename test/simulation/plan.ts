import { Random } from '../helpers/random.ts'
import { type ActionName, type Argument, actionRows } from './actions.ts'
import { bypassActionRows, pairOnly } from './bypass-actions.ts'
import { rareActionRows, rareOfPairs } from './rare-actions.ts'
import { drawBypassSite, drawSite, type Pace, type Site } from './site.ts'

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
/** As `[site] kind`. */
export type PlanKind = 'pair' | 'bypass'

/** Each action of a kind of site as often as it weighs. */
const weights: Readonly<Record<PlanKind, readonly ActionName[]>> = {
  pair: weighed(name => !Object.hasOwn(bypassActionRows, name)),
  bypass: weighed(name => !pairOnly.includes(name)),
}

function weighed(isOfKind: (name: ActionName) => boolean): ActionName[] {
  return actionNames.filter(isOfKind).flatMap(name => Array<ActionName>(actionRows[name].weight).fill(name))
}

/** `rare`: some plans have one of the rare actions besides. */
export function planOf(seed: number, kind: PlanKind = 'pair', { rare = true } = {}): Plan {
  const random = new Random(`${seed}/${kind === 'pair' ? 'plan' : `plan of a ${kind}`}`)
  const pace = random.pick<Pace>([1, 10, 60, 60])
  const site = kind === 'bypass' ? drawBypassSite(random, pace) : drawSite(random, pace)
  const wall = newYear + random.between(0, 365 * 24 * 60) * minuteMs
  const epochs = random.pick([1, 1, 1, 2])
  const steps = Array.from({ length: epochs }, () => chaosAndCalm(random, pace, weights[kind])).flat()
  return { seed, pace, site, wall, steps: rare ? withRare(seed, kind, steps) : steps }
}

type RareName = keyof typeof rareActionRows
/** Drawn by chance of its own, as any that is added: so no other history changes. */
const laterNames: readonly RareName[] = ['devices are away after each write']
const laterShare = 0.03
const rareNames = (Object.keys(rareActionRows) as RareName[]).filter(name => !laterNames.includes(name))
/** So many plans have one, and these one more. */
const rareShare = 0.2

function withRare(seed: number, kind: PlanKind, steps: readonly PlanStep[]): PlanStep[] {
  const random = new Random(`${seed}/rare`)
  const names = kind === 'pair' ? rareNames : rareNames.filter(name => !rareOfPairs.includes(name))
  const all = [...steps]
  const add = (action: RareName, chance: Random) => {
    const argument = rareActionRows[action].draw(chance)
    all.splice(chance.between(0, all.length - 1), 0, { afterMs: 0, action, argument })
  }
  while (random.chance(rareShare)) add(random.pick(names), random)
  for (const name of laterNames) {
    const chance = new Random(`${seed}/${name}`)
    if (chance.chance(laterShare)) add(name, chance)
  }
  return all
}

/** Many things in a short time, or few in a long one; then all is put right. */
function chaosAndCalm(random: Random, pace: Pace, names: readonly ActionName[]): PlanStep[] {
  const longestGapMs = random.pick([300, 5000, 60_000, 180_000]) * pace
  const gap = () => Math.floor(random.next() ** 2 * longestGapMs)
  const chaos = Array.from({ length: random.between(1, 20) }, (): PlanStep => {
    const action = random.pick(names)
    return { afterMs: gap(), action, argument: actionRows[action].draw(random) }
  })
  return [...chaos, { afterMs: gap(), calm: random.chance(0.3) ? 'all but the master' : 'all' }]
}
