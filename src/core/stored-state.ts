import type { Moment, Role } from './role.ts'
import type { DiscoveredRole, FailedHooks, Loss, Move, Override, Pause, State } from './state.ts'

/**
 * What survives a restart. Times are wall clock milliseconds, since the monotonic clock starts anew with the machine;
 * `savedAt` has both clocks, so that within one boot the monotonic one decides and a clock that was set ends no order.
 */
export interface StoredState {
  readonly version: 1
  readonly role: Role
  /** `roleUnknown` of the state, under the name that the files have had from the first version on. */
  readonly adopting: boolean
  readonly roleSince: number
  readonly override: (StoredPause & { readonly role: Role }) | null
  readonly pause: StoredPause | null
  readonly failovers: readonly number[]
  readonly flapping: boolean
  readonly move: StoredMove | null
  readonly moves: number
  /** Absent where an older version has written the file. */
  readonly loss?: Loss | null
  /** Targets of the checks that were up once. Absent where an older version has written the file. */
  readonly proven?: readonly string[]
  readonly savedAt?: Moment
  readonly failedHooks?: FailedHooks
  /** Absent where none was, or an older version has written the file. */
  readonly adopted?: DiscoveredRole
  /** Absent where an older version has written the file. */
  readonly unheard?: readonly string[]
}
/** `begun` and `cuts` are absent where a version before them has written the file. */
export type StoredMove = Omit<Move, 'begun' | 'cuts'> & Partial<Pick<Move, 'begun' | 'cuts'>>
export interface StoredPause {
  readonly until: number | null
  readonly reason: string
  /** Absent where it is not known. */
  readonly by?: string
  readonly at: number
}

/** What the next run needs of this state. */
export function toStored(state: State, now: Moment): StoredState {
  const wall = (mono: number) => now.wall + (mono - now.mono)
  const stored = (p: Pause) => ({
    ...{ until: whenSet(p.until, wall), reason: p.reason, at: p.atWall },
    ...(p.by !== undefined && { by: p.by }),
  })
  return {
    version: 1,
    role: state.role,
    adopting: state.roleUnknown,
    roleSince: state.roleSinceWall,
    override: state.override && { ...stored(state.override), role: state.override.role },
    pause: state.pause && stored(state.pause),
    failovers: state.failovers.map(wall),
    flapping: state.flapping,
    move: state.move,
    moves: state.moves,
    loss: state.loss,
    ...(state.proven && { proven: state.proven }),
    savedAt: { mono: now.mono, wall: now.wall },
    failedHooks: state.failedHooks,
    ...(state.adopted && { adopted: state.adopted }),
    unheard: state.unheard,
  }
}

/**
 * The part of a state that a former run left, on this run's clocks. `sameBoot`: the machine was not booted since.
 */
export function fromStored(stored: StoredState, now: Moment, sameBoot: boolean): Partial<State> {
  const mono = monoOf(stored, now, sameBoot)
  const pause = (p: StoredPause): Pause => ({
    until: whenSet(p.until, until => untilOf(until, stored.savedAt?.wall ?? p.at, mono, now)),
    reason: p.reason,
    ...(p.by !== undefined && { by: p.by }),
    atWall: p.at,
  })
  const override: Override | null = stored.override && {
    ...pause(stored.override),
    role: stored.override.role,
  }
  return {
    roleUnknown: stored.adopting,
    role: stored.role,
    roleSinceWall: stored.roleSince,
    override,
    pause: stored.pause && pause(stored.pause),
    // A clock set back must not put a failover into the future, where it would count for ever.
    failovers: stored.failovers.map(at => Math.min(mono(at), now.mono)),
    flapping: stored.flapping,
    // Whether lines have moved is not known then: they may have.
    move: stored.move && { begun: true, cuts: 0, ...stored.move },
    moves: stored.moves,
    loss: stored.loss ?? null,
    failedHooks: stored.failedHooks ?? {},
    adopted: stored.adopted ?? null,
    unheard: stored.unheard ?? [],
  }
}

/** The run before may have told a relay of the move under way, and was killed before it could save that. */
export function withBegunMove(stored: StoredState): StoredState {
  return { ...stored, move: stored.move && { ...stored.move, begun: true } }
}

/** Whether `toStored` would differ: these fields, and only these, survive. */
export function storedDiffers(before: State, after: State): boolean {
  return storedFields.some(field => before[field] !== after[field])
}

const storedFields = [
  'role',
  'roleSinceWall',
  'roleUnknown',
  'override',
  'pause',
  'failovers',
  'flapping',
  'move',
  'moves',
  'loss',
  'proven',
  'failedHooks',
  'adopted',
  'unheard',
] as const satisfies readonly (keyof State)[]

/** From a moment on the wall clock of the run that saved it to this run's monotonic clock. */
function monoOf({ savedAt }: StoredState, now: Moment, sameBoot: boolean): (wall: number) => number {
  const stood = sameBoot && savedAt ? savedAt : now
  return wall => stood.mono + (wall - stood.wall)
}

/** Never longer than what remained when it was saved, and not past: a clock that was set back must not prolong it. */
function untilOf(until: number, savedWall: number, mono: (wall: number) => number, now: Moment): number {
  const remained = Math.max(0, until - savedWall)
  return Math.min(Math.max(mono(until), now.mono), now.mono + remained)
}

function whenSet(time: number | null, convert: (time: number) => number): number | null {
  return time === null ? null : convert(time)
}
