import type { RelayLine } from './relay-lines.ts'
import { failed, type Outcome, type RelayStep, recovered } from './relay-outcome.ts'
import type { RelayState } from './relay-state.ts'

/**
 * Nothing is to be done about the mode now. The watchdog comes first: kept off, or on where the site has one and the
 * lines go through the server.
 */
export function restWithWatchdog(relay: RelayState, rest: RelayStep, lines: RelayLine[]): Outcome {
  const write = relay.watchdogKept ? wantedOn(relay) : wantedOff(relay)
  if (write === null) return { relay: recovered({ ...relay, wdogSent: false }, lines), lines, next: rest }
  if (relay.wdogSent) return failed(relay, write.stubborn, lines)
  if (!relay.error) lines.push({ severity: 'warning', text: `${relay.name}: ${write.why}` })
  return { relay: { ...relay, wdogSent: true }, lines, next: write.step }
}

/**
 * The way of a kicked relay back to the server. What clears a trip differs between firmwares and is published nowhere:
 * a kick, wdog=1, wdogstate=1 or a write of the mode. So each is done in this order, with a reading in between. A relay
 * that can't be read may be tripped still, so it gets all of them.
 */

/** What comes before the mode is told; null: nothing, or no more. */
export function armingStep(relay: RelayState): RelayStep | null {
  return isReturning(relay) ? stages[relay.arming].step : null
}

/** How far it is armed → what comes next, unless a reading in between has told otherwise, and how far it is then. */
const stages = {
  none: { step: { kind: 'kick' }, next: 'kicked' },
  kicked: { step: { kind: 'write', keyword: 'wdog', mode: 1 }, next: 'on' },
  on: { step: { kind: 'write', keyword: 'wdogstate', mode: 1 }, next: 'cleared' },
  cleared: { step: null, next: 'cleared' },
} as const satisfies Record<RelayState['arming'], { step: RelayStep | null; next: RelayState['arming'] }>

/** A reading of a relay on its way back: tripped still, so its state is written; null: go on. */
export function noteArming(
  relay: RelayState,
): { readonly relay: RelayState; readonly next: RelayStep } | null {
  if (!isReturning(relay) || relay.wdog !== 2 || relay.arming === 'cleared') return null
  return { relay: { ...relay, arming: 'cleared' }, next: { kind: 'write', keyword: 'wdogstate', mode: 1 } }
}

/** A step of the arming was carried out, with whatever success: the reading afterwards counts. */
export function armed(relay: RelayState): RelayState {
  return { ...relay, arming: stages[relay.arming].next }
}

/**
 * A kicked relay reads as bypassed by its own watchdog and nobody has ordered it back; null: it does not. `lapsed`: it
 * was not kicked for its interval, and may have tripped and been cleared since.
 */
export function tripOf(relay: RelayState, lapsed: boolean): Pick<RelayState, 'sent' | 'differsSince'> | null {
  const { watchdogKept, actual, wdog, wanted, pendingSwitch } = relay
  const isBypassed = actual === 0 && (wdog === 2 || lapsed)
  if (!watchdogKept || !isBypassed || wanted === 0 || pendingSwitch === 1) return null
  return { sent: null, differsSince: null }
}

interface WatchdogWrite {
  readonly step: RelayStep
  readonly why: string
  readonly stubborn: { readonly code: string; readonly text: string }
}

/** Lines that are bypassed need no watchdog, and its trip is what the device says of that. */
function wantedOn({ wdog, wanted }: RelayState): WatchdogWrite | null {
  if (wanted === 0 || wdog === null || wdog === 1) return null
  if (wdog === 0)
    return {
      step: { kind: 'write', keyword: 'wdog', mode: 1 },
      why: 'its watchdog was off and is being turned on',
      stubborn: { code: 'wdog', text: 'took wdog=1 but its watchdog is still off' },
    }
  return {
    step: { kind: 'write', keyword: 'wdogstate', mode: 1 },
    why: 'its watchdog reads tripped and is being cleared',
    stubborn: { code: 'wdog', text: 'took wdog=1 and wdogstate=1 but its watchdog still reads tripped' },
  }
}

function wantedOff({ wdog }: RelayState): WatchdogWrite | null {
  if (wdog === null || wdog === 0) return null
  return {
    step: { kind: 'write', keyword: 'wdog', mode: 0 },
    why: 'its watchdog was on and is being turned off',
    stubborn: { code: 'wdog', text: 'took wdog=0 but its watchdog is still on' },
  }
}

/** A move has ordered a kicked relay back to the server, and it was not seen there since. */
export function isReturning({ watchdogKept, wanted, pendingSwitch }: RelayState): boolean {
  return watchdogKept && wanted === 1 && pendingSwitch === 1
}
