import { type Mode, portsOf, type Severity, type Watchdog } from './role.ts'

/** One relay on its way to the wanted mode, and its guard once it is there. Pure: what was seen → what to do next. */
export interface RelayState {
  readonly name: string
  /** null: only watched. */
  readonly wanted: Mode | null
  /** As last read, in this run or the one before; null: never. */
  readonly actual: Mode | null
  readonly actualWall: number | null
  readonly wdog: Watchdog | null
  /** A mode that was sent and has not been seen yet: when it shows, the change was ours. */
  readonly sent: Mode | null
  /** Readings since the mode was sent: it is not sent twice without a pause. */
  readonly tries: number
  /** wdog=0 was sent and not read back yet. */
  readonly wdogSent: boolean
  /** Failures in a row. */
  readonly failures: number
  readonly error: { readonly code: string; readonly text: string } | null
  /** Codes that were said since the relay last was well: each is said once. */
  readonly saidCodes: readonly string[]
  /** The mode that a move ordered and that was not seen since: until then a difference is no drift. */
  readonly owed: Mode | null
  /** When a difference was first acted on; null: none. Mono. */
  readonly differsSince: number | null
  /** When this relay drifted lately. Mono. */
  readonly drifts: readonly number[]
}

export interface Line {
  readonly severity: Severity
  readonly text: string
  /** Set on the one line of a real change. */
  readonly switchedTo?: Mode
}

export function newRelay(name: string, known: { mode: Mode; sent: Mode | null } | null): RelayState {
  return {
    name,
    wanted: null,
    actual: known?.mode ?? null,
    actualWall: null,
    wdog: null,
    sent: known?.sent ?? null,
    tries: 0,
    wdogSent: false,
    failures: 0,
    error: null,
    saidCodes: [],
    owed: null,
    differsSince: null,
    drifts: [],
  }
}

/** A relay that drifts so often within so long is switched by something else. */
export const driftLimit = 3
export const driftWindowMs = 600_000

/** Pauses before the mode is read back again: a relay may change a little after it said so. */
export const settleMs = [0, 100, 300] as const

/** The wanted mode changes; null: only watch. `moved`: a move ordered it, so a difference is expected. */
export function want(relay: RelayState, wanted: Mode | null, moved: boolean, mono: number): RelayState {
  const changed = wanted !== relay.wanted
  return {
    ...relay,
    wanted,
    owed: moved ? wanted : relay.owed,
    differsSince: moved ? mono : changed ? null : relay.differsSince,
    tries: 0,
  }
}

export type Step =
  | { readonly kind: 'read'; readonly afterMs: number }
  | { readonly kind: 'write'; readonly keyword: 'mode' | 'wdog'; readonly mode: Mode }
  /** Confirmed, or only watched: come back at the next audit. */
  | { readonly kind: 'rest' }
  /** Failed: come back after the retry delay. */
  | { readonly kind: 'retry' }

export interface Outcome {
  readonly relay: RelayState
  readonly lines: readonly Line[]
  readonly next: Step
}

export interface Seen {
  readonly mode: Mode
  /** null: the device does not show it, or as nothing that makes sense. */
  readonly wdog: Watchdog | null
}

/** A reading came in. */
export function seen(relay: RelayState, now: { mono: number; wall: number }, { mode, wdog }: Seen): Outcome {
  const changed = relay.actual !== null && relay.actual !== mode
  const ours = changed && relay.sent === mode
  const lines: Line[] = []
  if (wdog === 2 && relay.wdog !== 2) lines.push(trippedLine(relay.name))
  let next: RelayState = { ...relay, actual: mode, actualWall: now.wall, wdog }
  if (ours) {
    lines.push(switchedLine(relay, mode, now.mono))
    next = { ...next, sent: null, tries: 0 }
  }
  if (relay.wanted === null) {
    if (changed && !ours) lines.push(foundLine(relay.name, mode, 'nothing is driven now'))
    return { relay: recovered(next, lines), lines, next: { kind: 'rest' } }
  }
  if (mode === relay.wanted) return atWanted(next, changed && !ours, lines)
  return differs(next, now.mono, { changed, ours }, lines)
}

function atWanted(relay: RelayState, byOthers: boolean, lines: Line[]): Outcome {
  if (byOthers) lines.push(foundLine(relay.name, relay.wanted as Mode, 'as wanted, switched by another hand'))
  const late = awaitLateMode(relay)
  if (late) return { relay: late.relay, lines, next: late.next }
  const there = { ...relay, owed: null, differsSince: null, tries: 0, sent: null }
  if (relay.wdog === null || relay.wdog === 0) {
    const rest = { ...there, wdogSent: false }
    return { relay: recovered(rest, lines), lines, next: { kind: 'rest' } }
  }
  if (relay.wdogSent) return failed(there, stubbornWatchdog, lines)
  if (!relay.error)
    lines.push({ severity: 'warning', text: `${relay.name}: its watchdog was on and is being turned off` })
  return { relay: { ...there, wdogSent: true }, lines, next: { kind: 'write', keyword: 'wdog', mode: 0 } }
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

function differs(relay: RelayState, mono: number, { changed, ours }: HowChanged, lines: Line[]): Outcome {
  const mode = relay.wanted as Mode
  const since = relay.differsSince ?? mono
  const isNews = relay.owed !== mode && relay.sent !== mode
  const isDrift = !ours && (changed || isNews)
  const next = isDrift ? drifted(relay, mono, lines) : relay
  const { tries } = relay
  if (tries === 0) {
    const writing = { ...next, differsSince: since, tries: 1, sent: mode }
    return { relay: writing, lines, next: { kind: 'write', keyword: 'mode', mode } }
  }
  const pauseMs = settleMs[tries]
  if (pauseMs !== undefined)
    return { relay: { ...next, tries: tries + 1 }, lines, next: { kind: 'read', afterMs: pauseMs } }
  const error = { code: 'stuck', text: `took mode=${mode} but still reads mode=${relay.actual}` }
  return failed(next, error, lines)
}

function drifted(relay: RelayState, mono: number, lines: Line[]): RelayState {
  const drifts = [...relay.drifts.filter(at => mono - at < driftWindowMs), mono].slice(-driftLimit)
  const found = `drift: ${relay.name} reads mode=${relay.actual} (${portsOf(relay.actual as Mode)})`
  lines.push({ severity: 'warning', text: `${found}, wanted mode=${relay.wanted}: putting it right` })
  if (drifts.length >= driftLimit)
    lines.push({
      severity: 'error',
      text: `${relay.name}: drifted ${drifts.length} times in 10 minutes: something else is switching it, find out what`,
    })
  return { ...relay, drifts }
}

/** A write was taken by the device, or not; only reading back tells. */
export function written(relay: RelayState): Outcome {
  return { relay, lines: [], next: { kind: 'read', afterMs: 0 } }
}

/** A request failed, or the device did not do as told. */
export function failed(
  relay: RelayState,
  error: { code: string; text: string },
  lines: Line[] = [],
): Outcome {
  const isNews = !relay.saidCodes.includes(error.code)
  if (isNews) lines.push({ severity: 'error', text: `${relay.name}: ${error.text}` })
  const saidCodes = isNews ? [...relay.saidCodes, error.code] : relay.saidCodes
  const next = { ...relay, error, saidCodes, failures: relay.failures + 1, tries: 0, wdogSent: false }
  return { relay: next, lines, next: { kind: 'retry' } }
}

/** Whether the relay was read at the wanted mode and nothing failed since. */
export function isConfirmed(relay: RelayState): boolean {
  return relay.actual === relay.wanted && relay.actualWall !== null && relay.error === null
}

/** What a reminder repeats; null: nothing is wrong. */
export function reminderOf(relay: RelayState): Line | null {
  return relay.error && { severity: 'error', text: `${relay.name}: ${relay.error.text}` }
}

const stubbornWatchdog = { code: 'wdog', text: 'took wdog=0 but its watchdog is still on' }

function recovered(relay: RelayState, lines: Line[]): RelayState {
  if (relay.error) lines.push({ severity: 'info', text: `${relay.name}: answers again` })
  return { ...relay, error: null, saidCodes: [], failures: 0 }
}

function switchedLine({ name, differsSince }: RelayState, mode: Mode, mono: number): Line {
  const took = differsSince === null ? '' : ` in ${Math.round(mono - differsSince)} ms`
  return {
    severity: 'notice',
    switchedTo: mode,
    text: `switched ${name} to mode=${mode} (${portsOf(mode)})${took}`,
  }
}

/** The device was not kicked for its interval and has set mode 0 by itself. */
function trippedLine(name: string): Line {
  return { severity: 'error', text: `watchdog: ${name} tripped: the device has moved the lines by itself` }
}

function foundLine(name: string, mode: Mode, how: string): Line {
  return { severity: 'warning', text: `drift: ${name} reads mode=${mode} (${portsOf(mode)}), ${how}` }
}
