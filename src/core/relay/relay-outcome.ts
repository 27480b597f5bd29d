import type { Mode } from '../role.ts'
import type { RelayLine } from './relay-lines.ts'
import type { RelayError, RelayState } from './relay-state.ts'

/** What is to be done next with one relay, and what there is to say of it. */

export type RelayStep =
  | { readonly kind: 'read'; readonly afterMs: number }
  | { readonly kind: 'write'; readonly keyword: 'mode' | 'wdog' | 'wdogstate'; readonly mode: Mode }
  /** The watchdog of the device is kicked. */
  | { readonly kind: 'kick' }
  /** Nothing is to be done: come back at the next audit, or sooner. */
  | { readonly kind: 'rest'; readonly atMostMs?: number }
  /** Failed: come back after the retry delay. */
  | { readonly kind: 'retry' }

export interface Outcome {
  readonly relay: RelayState
  readonly lines: readonly RelayLine[]
  readonly next: RelayStep
  /** The device has bypassed by itself, which nobody ordered. */
  readonly tripped?: true
  /** It was kicked without an answer until then, and could be read. */
  readonly unheard?: boolean
  /** When the latest reading began that showed its lines at the server; null: there was none. */
  readonly soundAt?: number | null
}

/** The device has understood the write and said no. */
export function refused({ writeError }: RelayState): boolean {
  return writeError?.code === 'login' || writeError?.code === 'refused'
}

/** A request failed, or the device did not do as told. */
export function failed(relay: RelayState, cause: RelayError, lines: RelayLine[] = []): Outcome {
  const error = explained(relay, withFittingCure(relay, cause))
  const isNews = !relay.saidCodes.includes(error.code) && !isLapse(relay)
  if (isNews) lines.push({ severity: 'error', text: `${relay.name}: ${error.text}` })
  const saidCodes = isNews ? [...relay.saidCodes, error.code] : relay.saidCodes
  const next = { ...relay, error, saidCodes, failures: relay.failures + 1, tries: 0, wdogSent: false }
  return { relay: next, lines, next: { kind: 'retry' } }
}

/** A device that has answered at this address has no wrong one. */
function withFittingCure({ actual }: RelayState, error: RelayError): RelayError {
  const { cure = '', cureKnown } = error.cause ?? {}
  if (actual === null || cureKnown === undefined || !error.text.endsWith(cure)) return error
  return { ...error, text: `${error.text.slice(0, -cure.length)}${cureKnown}` }
}

/** Of a relay that was told and can't be read back, both are said; of one that refused to be told, that. */
function explained(relay: RelayState, cause: RelayError): RelayError {
  const { wanted, told, writeError } = relay
  if (told)
    return {
      code: `told-${cause.code}`,
      text: `was told mode=${wanted} and can't be read back: ${cause.text}`,
      ...(cause.cause && { cause: cause.cause }),
    }
  return writeError ?? cause
}

/** It did not answer; one that answered and did not do as told is none. */
function isSilence({ code }: RelayError): boolean {
  return /^(told-)?(unreachable|timeout|aborted)$/.test(code)
}

/** A device that has failed so often and came back each time is said to do so, and its single failures no more. */
export const mostLapses = 3
/** It is steady again after so many good readings in a row: five minutes of audits at 10 s. */
const steadyReadings = 30
/** What lasts for so many tries is said of such a device, too. */
const lastingTries = 3

/** One more of many short failures, with no line that waits for the relay. */
function isLapse({ lapses, failures, actual, wanted, pendingSwitch }: RelayState): boolean {
  const isInPlace = wanted === null || (actual === wanted && pendingSwitch === null)
  return lapses >= mostLapses && failures + 1 < lastingTries && isInPlace
}

const lapsing =
  'fails again and again and comes back each time; from now on only what lasts is said: check its network cable and the switch, and what else asks it'

/** It is as it should be. */
export function recovered(relay: RelayState, lines: RelayLine[]): RelayState {
  const { name, error, lapses } = relay
  if (error === null) return noteGood(relay, lines)
  if (relay.saidCodes.length > 0)
    lines.push({ severity: 'info', text: `${name}: ${isSilence(error) ? 'answers' : 'works'} again` })
  if (lapses === mostLapses - 1) lines.push({ severity: 'error', text: `${name}: ${lapsing}` })
  const counted = { lapses: Math.min(mostLapses, lapses + 1), goodReadings: 0 }
  return { ...relay, ...counted, error: null, saidCodes: [], failures: 0 }
}

function noteGood(relay: RelayState, lines: RelayLine[]): RelayState {
  const goodReadings = relay.goodReadings + 1
  const well = { ...relay, saidCodes: [], failures: 0 }
  if (relay.lapses === 0) return well
  if (goodReadings < steadyReadings) return { ...well, goodReadings }
  if (relay.lapses === mostLapses)
    lines.push({ severity: 'info', text: `${relay.name}: has not failed for ${steadyReadings} readings` })
  return { ...well, lapses: 0, goodReadings: 0 }
}

/**
 * The pause before try number `attempt` + 1: `firstMs` doubled each time up to `maxMs`, less a quarter at most.
 * @param random 0 ≤ random < 1, passed in so that the function stays pure; it spreads many relays apart
 */
export function retryDelayMs(attempt: number, firstMs: number, maxMs: number, random: number): number {
  const doubled = Math.min(maxMs, firstMs * 2 ** Math.max(0, Math.min(attempt, 40) - 1))
  return doubled * (1 - random / 4)
}
