import type { Mode, Watchdog } from '../role.ts'
import { noteDrift, noteRight, repairWaitMs } from './drift.ts'
import { foundLine, type RelayLine, switchedLine, trippedLine } from './relay-lines.ts'
import { failed, type Outcome, type RelayStep, recovered, refused } from './relay-outcome.ts'
import { isInSync, notSwitching, type RelayError, type RelayState, stuckCode } from './relay-state.ts'
import { armingStep, isReturning, noteArming, restWithWatchdog, tripOf } from './watchdog.ts'

/**
 * One relay on its way to the wanted mode, and kept there. Pure: what happened → what to do next.
 * A move is told first and read afterwards; anything else is read first, and written when it differs.
 */

/** Pauses before the mode is read back again: a relay may change a little after it said so. */
export const settleMs = [0, 100, 300] as const

/** The wanted mode changes; null: only observe. `isMove`: a move ordered it, so a difference is expected. */
export function want(relay: RelayState, wanted: Mode | null, isMove: boolean, mono: number): RelayState {
  const changed = wanted !== relay.wanted
  return {
    ...relay,
    wanted,
    pendingSwitch: isMove ? wanted : relay.pendingSwitch,
    differsSince: isMove ? mono : changed ? null : relay.differsSince,
    tries: 0,
    wdogSent: false,
    arming: 'none',
    ...(changed ? { told: false, writeError: null, rightSince: null } : {}),
    ...(changed || isMove ? { repairAt: null } : {}),
    // What failed before a move must not make its first retry wait for the longest pause.
    ...(isMove ? { failures: 0 } : {}),
  }
}

/** What waits before it is corrected waits no longer: an operator asks for it. */
export function repairNow(relay: RelayState): RelayState {
  return { ...relay, repairAt: null }
}

/**
 * Whether the relay is told before it is read: a move ordered it elsewhere than it was last read, or it was told and
 * can't be read back. One that was told the other mode since its last reading counts as elsewhere.
 */
export function mustTell(relay: RelayState): boolean {
  const { wanted, pendingSwitch, told, sent } = relay
  if (wanted === null || (pendingSwitch !== wanted && !told)) return false
  return !isInSync(relay) || (sent !== null && sent !== wanted)
}

/** A try begins: after an order, at an audit, after the pause of a retry. */
export function begin(relay: RelayState, mono: number): Outcome {
  const arming = armingStep(relay)
  if (arming) return { relay, lines: [], next: arming }
  // A retry asks before it tells again: each write may be what keeps the relay from being read, as with a device whose
  // web server starts anew after one.
  const isAskedFirst = relay.told && relay.failures > 0
  if (mustTell(relay) && !isAskedFirst) return write(relay, mono, [])
  return { relay, lines: [], next: { kind: 'read', afterMs: 0 } }
}

/**
 * A reading failed. The one right after a write is made once more where the device has ended it: one that takes only
 * every second connection would take each write and no reading. A relay that was told before this try is told again; but a
 * kicked one is told once to give the lines to the server, since it may have bypassed by itself meanwhile, and would do so
 * again.
 */
export function unread(relay: RelayState, mono: number, cause: RelayError): Outcome {
  if (relay.told && relay.tries === 0 && mustTell(relay) && !isReturning(relay)) return write(relay, mono, [])
  if (!relay.told || relay.tries !== 1 || cause.code !== 'unreachable') return failed(relay, cause)
  return { relay: { ...relay, tries: 2 }, lines: [], next: { kind: 'read', afterMs: settleMs[1] } }
}

interface RelayReading {
  readonly mode: Mode
  /** null: the device does not show it, or as nothing that makes sense. */
  readonly wdog: Watchdog | null
  /** Its watchdog was not kicked for its interval since the reading before: it may have tripped, whatever it shows now. */
  readonly lapsed?: boolean
}

/**
 * A reading came in. A change is ours, and is said to be `switched`, when what was sent shows. Of a relay that was never
 * read before, nobody can tell whether it already was there: it counts as switched, since the reading confirms what it
 * was told.
 */
export function applyReading(
  relay: RelayState,
  now: { mono: number; wall: number },
  { mode, wdog, lapsed = false }: RelayReading,
): Outcome {
  const changed = relay.actual !== null && relay.actual !== mode
  const isSent = relay.sent === mode
  const isLate = relay.overtaken === mode
  const ours = isSent
    ? changed || relay.actual === null || relay.strayed
    : changed && (relay.strayed || isLate)
  const lines: RelayLine[] = []
  if (wdog === 2 && relay.wdog !== 2 && !relay.watchdogKept) lines.push(trippedLine(relay.name))
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
    // Of the order that this mode belongs to, which may not be the latest.
    const since = relay.switchingSince[mode]
    lines.push(switchedLine(relay.name, mode, since === null ? null : now.mono - since))
    if (isSent) next = { ...next, sent: null, tries: 0 }
    next = { ...next, overtaken: null, switchingSince: { ...next.switchingSince, [mode]: null } }
  }
  // The policy has to know first: the lines return by the rules of failing back.
  const tripped = tripOf(next, lapsed)
  if (tripped)
    return { relay: recovered({ ...next, ...tripped }, lines), lines, next: { kind: 'rest' }, tripped: true }
  const arming = noteArming(next)
  if (arming) return { ...arming, lines }
  if (relay.wanted === null) {
    if (changed && !ours) lines.push(foundLine(relay.name, mode, 'it is not driven now'))
    return { relay: recovered(next, lines), lines, next: { kind: 'rest' } }
  }
  if (mode === relay.wanted) return atWanted(next, now.mono, changed && !ours, lines)
  return differs(next, now.mono, { changed, ours }, lines)
}

function atWanted(relay: RelayState, mono: number, byOthers: boolean, lines: RelayLine[]): Outcome {
  if (byOthers) lines.push(foundLine(relay.name, relay.wanted as Mode, 'as wanted, switched by another hand'))
  const late = awaitLateMode(relay)
  if (late) return { relay: late.relay, lines, next: late.next }
  const settled = {
    ...{ pendingSwitch: null, differsSince: null, tries: 0, writeError: null },
    ...{ sent: null, overtaken: null, switchingSince: notSwitching },
  }
  const there = noteRight({ ...relay, ...settled }, mono, lines)
  return restWithWatchdog(there, { kind: 'rest' }, lines)
}

/** A mode that was sent before the order changed may still be taken: it is waited for before the relay counts as there. */
function awaitLateMode(relay: RelayState): { relay: RelayState; next: RelayStep } | null {
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

function differs(
  before: RelayState,
  mono: number,
  { changed, ours }: HowChanged,
  lines: RelayLine[],
): Outcome {
  const mode = before.wanted as Mode
  const relay = { ...before, rightSince: null }
  const isNews = relay.pendingSwitch !== mode && relay.sent !== mode && relay.differsSince === null
  const isDrift = !ours && (changed || isNews)
  const noted = isDrift ? noteDrift(relay, mono, lines) : relay
  const next = { ...noted, differsSince: noted.differsSince ?? mono }
  const { tries } = relay
  if (tries === 0) {
    const waitMs = repairWaitMs(next, mono)
    if (waitMs === 0) return write(next, mono, lines)
    return restWithWatchdog(next, { kind: 'rest', atMostMs: waitMs }, lines)
  }
  const pauseMs = refused(next) ? undefined : settleMs[tries]
  if (pauseMs !== undefined)
    return { relay: { ...next, tries: tries + 1 }, lines, next: { kind: 'read', afterMs: pauseMs } }
  const stuck = { code: stuckCode, text: `took mode=${mode} but still reads mode=${relay.actual}` }
  return failed({ ...next, arming: 'none' }, next.writeError ?? stuck, lines)
}

/** The wanted mode is sent next. */
function write(relay: RelayState, mono: number, lines: readonly RelayLine[]): Outcome {
  const mode = relay.wanted as Mode
  const writing = {
    sent: mode,
    sending: true,
    sentBefore: relay.sent,
    tries: 1,
    writeError: null,
    repairAt: null,
  }
  const differsSince = relay.differsSince ?? mono
  const switchingSince = { ...relay.switchingSince, [mode]: differsSince }
  return {
    relay: { ...relay, ...writing, differsSince, switchingSince },
    lines,
    next: { kind: 'write', keyword: 'mode', mode },
  }
}

/** The end of a write of the wanted mode. `sent`: the whole request had left. */
interface Written {
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
  const { sent, sentBefore, unread, strayed, overtaken } = relay
  const other = sentBefore !== sent ? sentBefore : null
  return {
    ...relay,
    strayed: strayed || (unread && other !== null),
    overtaken: other ?? (overtaken === sent ? null : overtaken),
    unread: true,
    sending: false,
  }
}

function unsent(relay: RelayState): RelayState {
  return { ...relay, sent: relay.sentBefore, sending: false }
}

const neverLeft = { code: 'unreachable', text: 'could not be told' }
