import { noteDrift, noteRight, repairWaitMs } from './drift.ts'
import { foundLine, type Line, switchedLine, trippedLine } from './relay-lines.ts'
import { isConfirmed, type RelayError, type RelayState } from './relay-state.ts'
import type { Mode, Watchdog } from './role.ts'

/**
 * One relay on its way to the wanted mode, and its guard once it is there. Pure: what happened → what to do next.
 * A move is told first and read afterwards; anything else is read first, and written when it differs.
 */

/** Pauses before the mode is read back again: a relay may change a little after it said so. */
export const settleMs = [0, 100, 300] as const

export type Step =
  | { readonly kind: 'read'; readonly afterMs: number }
  | { readonly kind: 'write'; readonly keyword: 'mode' | 'wdog'; readonly mode: Mode }
  /** Nothing is to be done: come back at the next audit, or sooner. */
  | { readonly kind: 'rest'; readonly atMostMs?: number }
  /** Failed: come back after the retry delay. */
  | { readonly kind: 'retry' }

export interface Outcome {
  readonly relay: RelayState
  readonly lines: readonly Line[]
  readonly next: Step
}

/** The wanted mode changes; null: only watch. `moved`: a move ordered it, so a difference is expected. */
export function want(relay: RelayState, wanted: Mode | null, moved: boolean, mono: number): RelayState {
  const changed = wanted !== relay.wanted
  return {
    ...relay,
    wanted,
    owed: moved ? wanted : relay.owed,
    differsSince: moved ? mono : changed ? null : relay.differsSince,
    tries: 0,
    wdogSent: false,
    ...(changed ? { told: false, writeError: null, rightSince: null } : {}),
    ...(changed || moved ? { repairAt: null } : {}),
  }
}

/** What waits before it is put right waits no longer: an operator asks for it. */
export function repairNow(relay: RelayState): RelayState {
  return { ...relay, repairAt: null }
}

/**
 * Whether the relay is told before it is read: a move ordered it elsewhere than it was last read, or it was told and
 * can't be read back. One that was told the other mode since its last reading counts as elsewhere.
 */
export function mustTell(relay: RelayState): boolean {
  const { wanted, owed, told, sent } = relay
  if (wanted === null || (owed !== wanted && !told)) return false
  return !isConfirmed(relay) || (sent !== null && sent !== wanted)
}

/** A try begins: after an order, at an audit, after the pause of a retry. */
export function begin(relay: RelayState, mono: number): Outcome {
  if (mustTell(relay)) return write(relay, mono, [])
  return { relay, lines: [], next: { kind: 'read', afterMs: 0 } }
}

export interface Seen {
  readonly mode: Mode
  /** null: the device does not show it, or as nothing that makes sense. */
  readonly wdog: Watchdog | null
}

/** A reading came in. */
export function seen(relay: RelayState, now: { mono: number; wall: number }, { mode, wdog }: Seen): Outcome {
  const changed = relay.actual !== null && relay.actual !== mode
  const isSent = relay.sent === mode
  const ours = isSent ? changed || relay.actual === null || relay.strayed : changed && relay.strayed
  const lines: Line[] = []
  if (wdog === 2 && relay.wdog !== 2) lines.push(trippedLine(relay.name))
  let next: RelayState = {
    ...relay,
    actual: mode,
    actualWall: now.wall,
    wdog,
    told: false,
    unread: false,
    strayed: false,
  }
  if (ours) {
    const { differsSince } = relay
    lines.push(switchedLine(relay.name, mode, differsSince === null ? null : now.mono - differsSince))
    if (isSent) next = { ...next, sent: null, tries: 0 }
  }
  if (relay.wanted === null) {
    if (changed && !ours) lines.push(foundLine(relay.name, mode, 'nothing is driven now'))
    return { relay: recovered(next, lines), lines, next: { kind: 'rest' } }
  }
  if (mode === relay.wanted) return atWanted(next, now.mono, changed && !ours, lines)
  return differs(next, now.mono, { changed, ours }, lines)
}

function atWanted(relay: RelayState, mono: number, byOthers: boolean, lines: Line[]): Outcome {
  if (byOthers) lines.push(foundLine(relay.name, relay.wanted as Mode, 'as wanted, switched by another hand'))
  const late = awaitLateMode(relay)
  if (late) return { relay: late.relay, lines, next: late.next }
  const settled = { owed: null, differsSince: null, tries: 0, sent: null, writeError: null }
  const there = noteRight({ ...relay, ...settled }, mono, lines)
  return restWithoutWatchdog(there, { kind: 'rest' }, lines)
}

/** Nothing is to be done about the mode now; a watchdog that is on is turned off first. */
function restWithoutWatchdog(relay: RelayState, rest: Step, lines: Line[]): Outcome {
  if (relay.wdog === null || relay.wdog === 0)
    return { relay: recovered({ ...relay, wdogSent: false }, lines), lines, next: rest }
  if (relay.wdogSent) return failed(relay, stubbornWatchdog, lines)
  if (!relay.error)
    lines.push({ severity: 'warning', text: `${relay.name}: its watchdog was on and is being turned off` })
  return { relay: { ...relay, wdogSent: true }, lines, next: { kind: 'write', keyword: 'wdog', mode: 0 } }
}

/** A mode that was sent before the order changed may still be taken: it is waited for before the relay counts as there. */
function awaitLateMode(relay: RelayState): { relay: RelayState; next: Step } | null {
  if (relay.sent === null || relay.sent === relay.wanted) return null
  const afterMs = settleMs[relay.tries]
  return afterMs === undefined
    ? null
    : { relay: { ...relay, tries: relay.tries + 1 }, next: { kind: 'read', afterMs } }
}

interface HowChanged {
  readonly changed: boolean
  readonly ours: boolean
}

function differs(before: RelayState, mono: number, { changed, ours }: HowChanged, lines: Line[]): Outcome {
  const mode = before.wanted as Mode
  const relay = { ...before, rightSince: null }
  const isNews = relay.owed !== mode && relay.sent !== mode && relay.differsSince === null
  const isDrift = !ours && (changed || isNews)
  const noted = isDrift ? noteDrift(relay, mono, lines) : relay
  const next = { ...noted, differsSince: noted.differsSince ?? mono }
  const { tries } = relay
  if (tries === 0) {
    const waitMs = repairWaitMs(next, mono)
    if (waitMs === 0) return write(next, mono, lines)
    return restWithoutWatchdog(next, { kind: 'rest', atMostMs: waitMs }, lines)
  }
  const pauseMs = refused(next) ? undefined : settleMs[tries]
  if (pauseMs !== undefined)
    return { relay: { ...next, tries: tries + 1 }, lines, next: { kind: 'read', afterMs: pauseMs } }
  const stuck = { code: 'stuck', text: `took mode=${mode} but still reads mode=${relay.actual}` }
  return failed(next, next.writeError ?? stuck, lines)
}

/** The wanted mode is sent next. */
function write(relay: RelayState, mono: number, lines: readonly Line[]): Outcome {
  const mode = relay.wanted as Mode
  const writing = { sent: mode, sentBefore: relay.sent, tries: 1, writeError: null, repairAt: null }
  return {
    relay: { ...relay, ...writing, differsSince: relay.differsSince ?? mono },
    lines,
    next: { kind: 'write', keyword: 'mode', mode },
  }
}

/** The end of a write of the wanted mode. `sent`: the whole request had left. */
export interface Written {
  readonly sent: boolean
  /** null: the device said yes. */
  readonly error: RelayError | null
}

/**
 * A write of the wanted mode ended. Whatever its answer was, once it had left only reading back tells what became of
 * it; one that never left is a failure.
 */
export function written(relay: RelayState, { sent, error }: Written): Outcome {
  if (!sent) return failed(unsent(relay), error ?? neverLeft)
  const told = { ...left(relay), writeError: error }
  return {
    relay: { ...told, told: relay.told || !refused(told) },
    lines: [],
    next: { kind: 'read', afterMs: 0 },
  }
}

/** A write was made void by another order; one that had left may arrive all the same. */
export function cutOff(relay: RelayState, sent: boolean): RelayState {
  return sent ? left(relay) : unsent(relay)
}

/** The other mode, sent before it and not followed by a reading, may have been taken as well. */
function left(relay: RelayState): RelayState {
  const { sent, sentBefore, unread, strayed } = relay
  return {
    ...relay,
    strayed: strayed || (unread && sentBefore !== null && sentBefore !== sent),
    unread: true,
  }
}

function unsent(relay: RelayState): RelayState {
  return { ...relay, sent: relay.sentBefore }
}

/** The device has understood the write and said no. */
function refused({ writeError }: RelayState): boolean {
  return writeError?.code === 'login' || writeError?.code === 'refused'
}

/** A request failed, or the device did not do as told. */
export function failed(relay: RelayState, cause: RelayError, lines: Line[] = []): Outcome {
  const error = explained(relay, cause)
  const isNews = !relay.saidCodes.includes(error.code)
  if (isNews) lines.push({ severity: 'error', text: `${relay.name}: ${error.text}` })
  const saidCodes = isNews ? [...relay.saidCodes, error.code] : relay.saidCodes
  const next = { ...relay, error, saidCodes, failures: relay.failures + 1, tries: 0, wdogSent: false }
  return { relay: next, lines, next: { kind: 'retry' } }
}

/** Of a relay that was told and can't be read back, both are said; of one that refused to be told, that. */
function explained(relay: RelayState, cause: RelayError): RelayError {
  const { wanted, told, writeError } = relay
  if (told)
    return {
      code: `told-${cause.code}`,
      text: `was told mode=${wanted} and can't be read back: ${cause.text}`,
    }
  return writeError ?? cause
}

const neverLeft = { code: 'unreachable', text: 'could not be told' }
const stubbornWatchdog = { code: 'wdog', text: 'took wdog=0 but its watchdog is still on' }

function recovered(relay: RelayState, lines: Line[]): RelayState {
  if (relay.error) lines.push({ severity: 'info', text: `${relay.name}: answers again` })
  return { ...relay, error: null, saidCodes: [], failures: 0 }
}
