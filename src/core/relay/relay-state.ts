import type { Mode, Watchdog } from '../role.ts'
import type { RelayLine } from './relay-lines.ts'

/** What went wrong with a relay. The code tells kinds apart: each is said once until the relay is well again. */
export interface RelayError {
  readonly code: string
  /** One sentence that names the cause and the cure. */
  readonly text: string
  /** Parts of it, where the device is asked in vain. `cureKnown`: when it has answered there before; absent: the same. */
  readonly cause?: {
    readonly where: string
    readonly clause: string
    readonly cure: string
    readonly cureKnown?: string
  }
}

/** The code of a relay that took its mode and reads otherwise. */
export const stuckCode = 'stuck'

/** none: not begun · kicked: it was kicked · on: wdog=1 was written · cleared: wdogstate=1 was written. */
type Arming = 'none' | 'kicked' | 'on' | 'cleared'

/** What is known of one relay. Times are `mono` milliseconds unless their name ends in Wall. */
export interface RelayState {
  readonly name: string
  /** null: only observed. */
  readonly wanted: Mode | null
  /** As last read, in this run or the one before; null: never. */
  readonly actual: Mode | null
  readonly actualWall: number | null
  readonly wdog: Watchdog | null
  /** A mode that was sent, or is about to be, and has not been seen yet: when it shows, the change was ours. */
  readonly sent: Mode | null
  /** What `sent` was before the write that is due or under way: it counts again when that write never leaves. */
  readonly sentBefore: Mode | null
  /** `sent` has left, and the relay was not read since. */
  readonly unread: boolean
  /** The write of `sent` is due or on its way. */
  readonly sending: boolean
  /** The other mode was sent too since the last reading: what that reading showed may be long past. */
  readonly strayed: boolean
  /** The other mode, sent before `sent` and never seen: a device that is late may take it still. null: there is none. */
  readonly overtaken: Mode | null
  /** A whole request for the wanted mode has left and was not refused, and the relay was not read since. */
  readonly told: boolean
  /** Why the latest write for the wanted mode had no good answer; null: it had one, or there was none. */
  readonly writeError: RelayError | null
  /** The latest write and the readings since: a mode is not sent twice without a pause. */
  readonly tries: number
  /** wdog=0 was sent and not read back yet. */
  readonly wdogSent: boolean
  /** Its watchdog is kept on and kicked (kind = bypass). */
  readonly watchdogKept: boolean
  /** How far the watchdog is armed before a kicked relay is moved to the server. */
  readonly arming: Arming
  /** Failures in a row. */
  readonly failures: number
  readonly error: RelayError | null
  /** Codes that were said since the relay last was well. */
  readonly saidCodes: readonly string[]
  /** So often it has failed and come back since it last was steady, up to `mostLapses`. */
  readonly lapses: number
  /** Good readings since it last failed, as far as they count. */
  readonly goodReadings: number
  /** The mode that a move ordered and that was not seen since: it is told without a reading, and no drift. */
  readonly pendingSwitch: Mode | null
  /** When a difference was first acted on; null: there is none. */
  readonly differsSince: number | null
  /** For each mode since when it was to be switched there, from its latest write on; null: it was seen, or never written. */
  readonly switchingSince: Readonly<Record<Mode, number | null>>
  /** When this relay drifted lately. */
  readonly drifts: readonly number[]
  /** Something else keeps switching it, and so many of its repairs had to wait, the next one included; 0: nothing does. */
  readonly delayedRepairs: number
  /** It has drifted, and is corrected no sooner than this; null: it has not, or at once. */
  readonly repairAt: number | null
  /** Since when every reading has shown it where it is wanted; null: the latest did not. */
  readonly rightSince: number | null
}

export const notSwitching = { 0: null, 1: null } as const

/** What is saved of a relay, for after a restart. */
export interface KnownMode {
  /** As last read; null: it never was. */
  readonly mode: Mode | null
  /** Sent and not yet seen when the last run ended. */
  readonly sent: Mode | null
  /** It was read since then, and may be late; absent: no. */
  readonly read?: boolean
  /** Both modes were sent since the last reading: the relay may have moved there and back; absent: no. */
  readonly strayed?: boolean
  /** The mode that a move ordered and that was not read back yet; absent: there is none. */
  readonly pending?: Mode
}

/** As the run before left it, once that is certain; `known` null: that is not known. */
export function withSent(relay: RelayState, known: KnownMode | null): RelayState {
  if (known === null) return relay
  const { sent, read = false, strayed = false } = known
  return { ...relay, sent, strayed, unread: sent !== null && !read }
}

/** What is saved of it. */
export function knownOf({ actual, sent, unread, sending, strayed, pendingSwitch }: RelayState): KnownMode {
  const isRead = sent !== null && !unread && !sending
  return {
    ...{ mode: actual, sent },
    ...(isRead && { read: true }),
    ...(strayed && { strayed }),
    ...(pendingSwitch !== null && { pending: pendingSwitch }),
  }
}

/** A relay that was not asked yet. `known`: what the run before remembered of it. */
export function newRelay(name: string, known: KnownMode | null, watchdogKept = false): RelayState {
  const relay: RelayState = {
    name,
    wanted: null,
    actual: known?.mode ?? null,
    actualWall: null,
    wdog: null,
    sent: null,
    sentBefore: null,
    unread: false,
    sending: false,
    strayed: false,
    overtaken: null,
    told: false,
    writeError: null,
    tries: 0,
    wdogSent: false,
    watchdogKept,
    arming: 'none',
    failures: 0,
    error: null,
    saidCodes: [],
    lapses: 0,
    goodReadings: 0,
    pendingSwitch: known?.pending ?? null,
    differsSince: null,
    switchingSince: notSwitching,
    drifts: [],
    delayedRepairs: 0,
    repairAt: null,
    rightSince: null,
  }
  return withSent(relay, known)
}

/** Whether the relay was read in this run at the wanted mode and nothing failed since. */
export function isInSync(relay: RelayState): boolean {
  return relay.actual === relay.wanted && relay.actualWall !== null && relay.error === null
}

/** It was told the wanted mode and can't be read back. */
export function isToldOnly(relay: RelayState): boolean {
  return relay.told && relay.error !== null
}

/** A relay that drifts so often within so long is switched by something else. */
export const driftLimit = 3
export const driftWindowMs = 600_000
export const driftWindowText = `${driftWindowMs / 60_000} minutes`

/** Something else keeps switching it. */
export function isContested(relay: RelayState): boolean {
  return relay.delayedRepairs > 0
}

/** What a reminder repeats. `stranger`: which other device answers in its place. */
export function remindersOf(relay: RelayState, stranger: string | null): RelayLine[] {
  const own = relay.error?.text ?? (isContested(relay) ? contestedText : null)
  return [own, stranger]
    .filter(text => text !== null)
    .map(text => ({ severity: 'error', text: `${relay.name}: ${text}` }))
}

/** Goes on after the relay's name. */
export const contestedText = `drifted ${driftLimit} times in ${driftWindowText}: something else is switching it, find out what`
