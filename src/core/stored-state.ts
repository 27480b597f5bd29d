import type { Moment, Role } from './role.ts'
import { type Move, moveEvents, moveStages, type Override, type Pause, type State } from './state.ts'

/** What survives a restart. Times are wall clock milliseconds: the monotonic clock starts anew with the machine. */
export interface StoredState {
  readonly version: 1
  readonly role: Role
  readonly adopting: boolean
  readonly roleSince: number
  readonly override: (StoredPause & { readonly role: Role }) | null
  readonly pause: StoredPause | null
  readonly failovers: readonly number[]
  readonly flapping: boolean
  readonly move: StoredMove | null
  readonly moves: number
}
/** `begun` is absent where a version before it has written the file. */
type StoredMove = Omit<Move, 'begun'> & Partial<Pick<Move, 'begun'>>
interface StoredPause {
  readonly until: number | null
  readonly reason: string
  readonly at: number
}

/** What the next run needs of this state. */
export function toStored(state: State, now: Moment): StoredState {
  const wall = (mono: number) => now.wall + (mono - now.mono)
  const stored = (p: Pause) => ({ until: whenSet(p.until, wall), reason: p.reason, at: p.atWall })
  return {
    version: 1,
    role: state.role,
    adopting: state.adopting,
    roleSince: state.roleSinceWall,
    override: state.override && { ...stored(state.override), role: state.override.role },
    pause: state.pause && stored(state.pause),
    failovers: state.failovers.map(wall),
    flapping: state.flapping,
    move: state.move,
    moves: state.moves,
  }
}

/** The part of a state that a former run left, on this run's clocks. */
export function fromStored(stored: StoredState, now: Moment): Partial<State> {
  const mono = (wall: number) => now.mono + (wall - now.wall)
  const pause = (p: StoredPause): Pause => ({
    // A clock set back must not make it longer than it was ordered.
    until: whenSet(p.until, until => Math.min(mono(until), now.mono + until - p.at)),
    reason: p.reason,
    atWall: p.at,
  })
  const override: Override | null = stored.override && {
    ...pause(stored.override),
    role: stored.override.role,
  }
  return {
    adopting: stored.adopting,
    role: stored.role,
    roleSinceWall: stored.roleSince,
    override,
    pause: stored.pause && pause(stored.pause),
    // A clock set back must not put a failover into the future, where it would count for ever.
    failovers: stored.failovers.map(f => Math.min(mono(f), now.mono)),
    flapping: stored.flapping,
    // Whether lines have moved is not known then: they may have.
    move: stored.move && { begun: true, ...stored.move },
    moves: stored.moves,
  }
}

/** Whether `toStored` would differ: these fields, and only these, survive. */
export function storedDiffers(before: State, after: State): boolean {
  return storedFields.some(field => before[field] !== after[field])
}

const storedFields = [
  'role',
  'roleSinceWall',
  'adopting',
  'override',
  'pause',
  'failovers',
  'flapping',
  'move',
  'moves',
] as const satisfies readonly (keyof State)[]

/** A stored state from foreign bytes that were JSON; null: it is not one. */
export function parseStored(value: unknown): StoredState | null {
  const whole = isRecord(value) && fits(value, wholeShape)
  return whole ? (value as unknown as StoredState) : null
}

type Test = (value: unknown) => boolean

/** A list is none of ours either: it lacks the fields. */
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null
/** ECMA-262 21.4.1.1: a time value beyond this is no date. */
const isNumber: Test = v => typeof v === 'number' && Math.abs(v) <= 8.64e15
/** A move each second reaches it in thirty years. */
const mostMoves = 1e9
const isCount: Test = v => Number.isInteger(v) && Number(v) >= 0 && Number(v) <= mostMoves
const isText: Test = v => typeof v === 'string' && v.length <= 4096
const isFlag: Test = v => typeof v === 'boolean'
const oneOf =
  (words: readonly unknown[]): Test =>
  v =>
    words.includes(v)
const nullOr =
  (test: Test): Test =>
  v =>
    v === null || test(v)
const record =
  (shape: Readonly<Record<string, Test>>): Test =>
  v =>
    isRecord(v) && fits(v, shape)

const roleTest = oneOf(['master', 'slave'])
const pauseShape = { until: nullOr(isNumber), reason: isText, at: isNumber }
const wholeShape: Readonly<Record<keyof StoredState, Test>> = {
  version: v => v === 1,
  role: roleTest,
  adopting: isFlag,
  roleSince: isNumber,
  override: nullOr(record({ ...pauseShape, role: roleTest })),
  pause: nullOr(record(pauseShape)),
  failovers: v => Array.isArray(v) && v.length <= 1000 && v.every(isNumber),
  flapping: isFlag,
  move: nullOr(v => {
    const known = record({
      id: isCount,
      to: roleTest,
      event: oneOf(moveEvents),
      reason: isText,
      stage: oneOf(moveStages),
      arrived: isFlag,
    })
    return known(v) && ['undefined', 'boolean'].includes(typeof (v as StoredMove).begun)
  }),
  moves: isCount,
}

function fits(value: Readonly<Record<string, unknown>>, shape: Readonly<Record<string, Test>>): boolean {
  return Object.entries(shape).every(([key, test]) => Object.hasOwn(value, key) && test(value[key]))
}

function whenSet(time: number | null, convert: (time: number) => number): number | null {
  return time === null ? null : convert(time)
}
