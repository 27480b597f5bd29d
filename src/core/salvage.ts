import { mostProven } from './proven.ts'
import type { Moment, Role } from './role.ts'
import { hookNames } from './settings.ts'
import { type FailedHooks, type HookFailure, mostFailovers, moveEvents, moveStages } from './state.ts'
import type { StoredMove, StoredPause, StoredState } from './stored-state.ts'

interface Salvaged {
  readonly stored: StoredState
  /** Names of the fields that made no sense and were replaced; empty: all is as it was written. */
  readonly lost: readonly string[]
}

/**
 * The stored state in foreign bytes that were JSON, field by field: one value that makes no sense costs no other, so
 * that an override outlives a rollback to an older version or a damaged number. null: there is no state in it at all.
 */
export function salvage(value: unknown): Salvaged | null {
  if (!isRecord(value)) return null
  const lost: string[] = []
  let asked = 0
  const read = <T>(field: keyof StoredState, reader: Reader<T>, otherwise: T): T => {
    asked += 1
    const own = Object.hasOwn(value, field) ? reader(value[field]) : undefined
    if (own === undefined) lost.push(field)
    return own === undefined ? otherwise : own
  }
  read('version', only(1), 1)
  const role = read('role', oneOf<Role | null>(['master', 'slave']), null)
  const adopting = read('adopting', flag, false)
  const roleSince = read('roleSince', time, 0)
  const override = read('override', orNull(overriding), null)
  const pause = read('pause', orNull(paused), null)
  const failovers = read('failovers', times, [])
  const flapping = read('flapping', flag, false)
  const move = read('move', orNull(moving), null)
  const moves = Math.max(read('moves', count, 0), move?.id ?? 0)
  // All others are absent where an older version has written the file.
  const ofEveryVersion = asked
  const savedAt = moment(value.savedAt)
  const loss = Object.hasOwn(value, 'loss') ? read('loss', orNull(losing), null) : null
  const failedHooks = Object.hasOwn(value, 'failedHooks') ? read('failedHooks', failing, {}) : {}
  const adopted = Object.hasOwn(value, 'adopted') ? read('adopted', orNull(adoption), null) : null
  const unheard = Object.hasOwn(value, 'unheard') ? read('unheard', names, []) : []
  if (lost.length >= ofEveryVersion) return null
  lost.push(...brokenParts('override', value.override, override), ...brokenParts('pause', value.pause, pause))
  const whole = { override, pause, failovers, flapping, move, moves, loss, failedHooks, unheard }
  // Without a role the relays are asked for it.
  const known = { role: role ?? 'master', adopting: adopting || role === null, roleSince } as const
  const proven = texts(value.proven)
  return {
    stored: {
      version: 1,
      ...known,
      ...whole,
      ...(proven && { proven }),
      ...(savedAt && { savedAt }),
      ...(adopted && { adopted }),
    },
    lost,
  }
}

/** The value as it is used; undefined: it makes no sense. */
type Reader<T> = (value: unknown) => T | undefined

/** A list is not ours either: it lacks the fields. */
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null

const only =
  <T>(wanted: T): Reader<T> =>
  value =>
    value === wanted ? wanted : undefined
const oneOf =
  <T>(words: readonly T[]): Reader<T> =>
  value =>
    words.find(word => word === value)
const orNull =
  <T>(reader: Reader<T>): Reader<T | null> =>
  value =>
    value === null ? null : reader(value)

const flag: Reader<boolean> = value => (typeof value === 'boolean' ? value : undefined)
/** ECMA-262 21.4.1.1: a time value beyond this is no date. */
const time: Reader<number> = value =>
  typeof value === 'number' && Math.abs(value) <= 8.64e15 ? value : undefined
/** A move each second reaches it in thirty years. */
const mostMoves = 1e9
const count: Reader<number> = value =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= mostMoves ? Number(value) : undefined
const longestText = 4096
const text: Reader<string> = value => (typeof value === 'string' ? value.slice(0, longestText) : undefined)
/** A list of texts, the latest of them, without anything else in it; undefined: not a list. */
function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string').slice(-mostProven) : undefined
}
const names: Reader<readonly string[]> = value =>
  Array.isArray(value) && texts(value)?.length === value.length ? value : undefined
/** A list that is longer than ours keeps its latest. */
const times: Reader<readonly number[]> = value => {
  if (!Array.isArray(value)) return undefined
  const read = value.slice(-mostFailovers).map(time)
  return read.includes(undefined) ? undefined : (read as number[])
}

/** What an operator ordered is kept, even where its end, its reason or its moment makes no sense. */
const paused: Reader<StoredPause> = value => {
  if (!isRecord(value)) return undefined
  const until = orNull(time)(value.until) ?? null
  const by = text(value.by)
  return { until, reason: text(value.reason) ?? '', ...(by && { by }), at: time(value.at) ?? 0 }
}
/** Names of what `paused` had to replace. */
function brokenParts(field: string, value: unknown, read: StoredPause | null): string[] {
  if (!read || !isRecord(value)) return []
  const parts = { until: orNull(time), reason: text, at: time }
  const broken = Object.entries(parts).filter(([name, reader]) => reader(value[name]) === undefined)
  return broken.map(([name]) => `${field}.${name}`)
}
const overriding: Reader<NonNullable<StoredState['override']>> = value => {
  const order = paused(value)
  const role = oneOf(['master', 'slave'] as const)((value as { role?: unknown } | null)?.role)
  return order && role && { ...order, role }
}

const moving: Reader<StoredMove> = value => {
  if (!isRecord(value)) return undefined
  const { begun, cuts } = value
  const id = count(value.id)
  const to = oneOf(['master', 'slave'] as const)(value.to)
  const event = oneOf(moveEvents)(value.event)
  const reason = text(value.reason)
  const stage = oneOf(moveStages)(value.stage)
  const arrived = flag(value.arrived)
  if (id === undefined || !to || !event || reason === undefined || !stage || arrived === undefined)
    return undefined
  if (begun !== undefined && typeof begun !== 'boolean') return undefined
  const cut = count(cuts)
  if (cuts !== undefined && cut === undefined) return undefined
  const counted = { ...(begun !== undefined && { begun }), ...(cut !== undefined && { cuts: cut }) }
  return { id, to, event, reason, stage, arrived, ...counted }
}

const moment: Reader<Moment> = value => {
  if (!isRecord(value)) return undefined
  const [mono, wall] = [time(value.mono), time(value.wall)]
  return mono === undefined || wall === undefined ? undefined : { mono, wall }
}

const losing: Reader<NonNullable<StoredState['loss']>> = value => {
  if (!isRecord(value)) return undefined
  return { atWall: time(value.atWall) ?? 0, what: text(value.what) ?? 'unknown' }
}

const adoption: Reader<NonNullable<StoredState['adopted']>> = value => {
  if (!isRecord(value)) return undefined
  const [to, atWall] = [oneOf(['master', 'slave'] as const)(value.to), time(value.atWall)]
  return to === undefined || atWall === undefined ? undefined : { to, atWall }
}

const failing: Reader<FailedHooks> = value => {
  if (!isRecord(value)) return undefined
  const known: [string, HookFailure][] = []
  for (const [name, failure] of Object.entries(value)) {
    if (!isRecord(failure) || oneOf(hookNames)(name) === undefined) return undefined
    const event = oneOf(moveEvents)(failure.event)
    const [detail, atWall] = [text(failure.detail), time(failure.atWall)]
    if (!event || detail === undefined || atWall === undefined) return undefined
    known.push([name, { event, detail, atWall }])
  }
  return Object.fromEntries(known)
}
