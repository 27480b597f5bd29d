import type { Proven } from './proven.ts'
import type { CheckStates } from './rise-fall.ts'
import type { Role, Verdict } from './role.ts'
import type { HookName } from './settings.ts'

/** The words of `status`. Each has a row in phases.ts. */
export const phases = [
  'unconfigured',
  'passive',
  'paused',
  'forced',
  'starting',
  'suspect',
  'isolated',
  'steady',
  'recovering',
  'waiting',
] as const
export type Phase = (typeof phases)[number]

/** Everything the policy knows. Times are `mono` milliseconds unless their name ends in Wall. */
export interface State {
  readonly phase: Phase
  readonly role: Role
  readonly roleSinceWall: number
  /** No role was stored: it is yet to be taken from what most relays read. */
  readonly roleUnknown: boolean
  readonly discovery: Discovery
  /** The role was taken from the relays in place of the stored one; until `resume` or the next change of role. */
  readonly adopted: DiscoveredRole | null
  readonly checks: CheckStates
  /** Checks that were up once, or are taken to have been; null only before the start. */
  readonly proven: Proven
  readonly verdict: Verdict
  /**
   * The required checks have said what they can since the start, or since the end of an isolation: a verdict, or each that
   * has none was tried `fall` times and was never up. At the slave a failure is enough.
   */
  readonly checksHaveSpoken: boolean
  /** Since when the master's verdict is up without a break. */
  readonly upSince: number | null
  readonly secondary: boolean
  /** The latest moment at which the checks decided nothing: paused, forced, passive, unconfigured; null: never yet. */
  readonly lastInactiveAt: number | null
  readonly override: Override | null
  readonly pause: Pause | null
  readonly isolation: Isolation
  /** The latest automatic failovers, oldest first: a reload may count them within a longer window than before. */
  readonly failovers: readonly number[]
  /** The flap limit was reached: no failback until `resume`. */
  readonly flapping: boolean
  /** The state can't be saved now: no failback, which a restart would forget. */
  readonly unsaved: boolean
  /** A part of the stored state was lost: no failback until `resume`. */
  readonly loss: Loss | null
  /** The operator allowed one failback under policy `manual`. */
  readonly approved: boolean
  readonly windowUntil: number | null
  readonly readiness: Readiness
  /** Number of the latest question, to ready_command or to relays and witnesses. */
  readonly questions: number
  /** No failback before this moment, after before_master called one off. */
  readonly noFailbackUntil: number | null
  readonly move: Move | null
  /** Number of the latest move; only ever grows. */
  readonly moves: number
  readonly failedHooks: FailedHooks
  /** kind = bypass: devices that bypassed by themselves since the lines were last given to the server. */
  readonly tripped: readonly Trip[]
  /** Those of them that were kicked and could be read, so that their kicks get lost; each until it answers over UDP. */
  readonly unheard: readonly string[]
}

/** A device that bypassed its lines by itself. */
interface Trip {
  readonly relay: string
  /** Its watchdog says so; false: it was found bypassed after a time without kicks. */
  readonly trips: boolean
  /** An operator has given the lines to the server since. */
  readonly undo: boolean
}

/** The hooks whose latest run failed; what a hook was to do is not done then, or not undone. */
export type FailedHooks = Readonly<Partial<Record<HookName, HookFailure>>>
export interface HookFailure {
  /** Of the move that it ran for; `called-off`: it was to undo what the other server's hooks did. */
  readonly event: MoveEvent
  /** `exit status 3`, `killed after 60s`. */
  readonly detail: string
  readonly atWall: number
}

/** Whether the relays are still to be asked for the role, are being asked, or all read the other one. */
export type Discovery = 'none' | 'due' | 'asked' | `found-${Role}`

/** A role that was taken from the relays in place of the stored one. */
export interface DiscoveredRole {
  readonly to: Role
  readonly atWall: number
}

/** So many are remembered: an operator who forces the master back time and again must not fill the memory. */
export const mostFailovers = 1000

/** What made no sense in the stored state, or could not be read. */
export interface Loss {
  readonly atWall: number
  /** Names of fields, or a clause: `override, moves`. */
  readonly what: string
}

export interface Pause {
  readonly until: number | null
  readonly reason: string
  /** Who gave the order; absent: it is not known. */
  readonly by?: string
  readonly atWall: number
}
export interface Override extends Pause {
  readonly role: Role
  /** When it was given; absent: in a run before this one. */
  readonly orderedAt?: number
}

/** Whether something on this side of the network answers, as asked for a master that is down, or shortly before. */
export type Isolation =
  /** `wasLate`: the answer was, one more failure has followed, and the next answer decides. */
  | { readonly is: 'none'; readonly wasLate?: boolean }
  | { readonly is: 'asked'; readonly question: number; readonly wasLate?: boolean }
  | { readonly is: 'answered'; readonly by: string }
  /** An answer came so late that the failures may be of this side: one of a probe begun since then is waited for. */
  | { readonly is: 'unsure'; readonly since: number }
  | { readonly is: 'silent'; readonly againAt: number }
  | { readonly is: 'asked-again'; readonly question: number }
  /** Something answers again: for as long as one decision takes. */
  | { readonly is: 'over'; readonly why: string }

export type Readiness =
  | { readonly is: 'unasked' }
  /** `detail`: what it said when it was asked before; empty: it said nothing. */
  | { readonly is: 'asking'; readonly since: number; readonly question: number; readonly detail: string }
  | { readonly is: 'no'; readonly since: number; readonly againAt: number; readonly detail: string }
  | { readonly is: 'yes'; readonly since: number }

/** A change of role under way; survives a restart, and is then taken up where it was. */
export interface Move {
  readonly id: number
  readonly to: Role
  readonly event: MoveEvent
  readonly reason: string
  /**
   * asking: before_master may still call it off, the role has not changed · agreed: it has not ·
   * before: the first hook runs, the relays wait · driving: the relays move · after: the last hook runs ·
   * arriving: a relay has not been read back yet, all else is done
   */
  readonly stage: MoveStage
  /** How often the daemon ended before it knew how the hook of this stage did. */
  readonly cuts: number
  /** A relay was told to move, or was found there: lines may have moved. Until then nothing has happened to any. */
  readonly begun: boolean
  /** Every relay was read back at the role. */
  readonly arrived: boolean
  /** Why before_master said no: for as long as one decision takes, never stored. */
  readonly hookRefusal?: string
}
/** `called-off`: no relay moves, the hooks of the role that stays undo what those of the other one did. */
export const moveEvents = ['failover', 'failback', 'forced', 'called-off'] as const
export type MoveEvent = (typeof moveEvents)[number]
export const moveStages = ['asking', 'agreed', 'before', 'driving', 'after', 'arriving'] as const
export type MoveStage = (typeof moveStages)[number]

export const initialState: State = {
  phase: 'starting',
  role: 'master',
  roleSinceWall: 0,
  roleUnknown: true,
  discovery: 'none',
  adopted: null,
  checks: {},
  proven: null,
  verdict: 'unknown',
  checksHaveSpoken: false,
  upSince: null,
  secondary: true,
  lastInactiveAt: null,
  override: null,
  pause: null,
  isolation: { is: 'none' },
  failovers: [],
  flapping: false,
  unsaved: false,
  loss: null,
  approved: false,
  windowUntil: null,
  readiness: { is: 'unasked' },
  questions: 0,
  noFailbackUntil: null,
  move: null,
  moves: 0,
  failedHooks: {},
  tripped: [],
  unheard: [],
}
