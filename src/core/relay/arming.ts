import type { RelayStep } from './relay-outcome.ts'
import type { RelayState } from './relay-state.ts'

/**
 * The way of a kicked relay back to the server. What clears a trip differs between firmwares and is published nowhere:
 * a kick, wdog=1, wdogstate=1 or a write of the mode. So each is done in this order, with a reading in between.
 */

/** What comes before the mode is told; null: nothing, or no more. */
export function armingStep(relay: RelayState): RelayStep | null {
  if (!movesToServer(relay)) return null
  if (relay.arming === 'none') return { kind: 'kick' }
  return relay.arming === 'kicked' ? { kind: 'write', keyword: 'wdog', mode: 1 } : null
}

/** A reading of a relay on its way back: tripped still, so its state is written; null: go on. */
export function noteArming(
  relay: RelayState,
): { readonly relay: RelayState; readonly next: RelayStep } | null {
  if (!movesToServer(relay) || relay.wdog !== 2 || relay.arming === 'cleared') return null
  return { relay: { ...relay, arming: 'cleared' }, next: { kind: 'write', keyword: 'wdogstate', mode: 1 } }
}

/** A step of the arming was carried out, with whatever success: the reading afterwards counts. */
export function armed(relay: RelayState): RelayState {
  if (relay.arming === 'none') return { ...relay, arming: 'kicked' }
  return relay.arming === 'kicked' ? { ...relay, arming: 'on' } : relay
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

function movesToServer({ watchdogKept, wanted, pendingSwitch }: RelayState): boolean {
  return watchdogKept && wanted === 1 && pendingSwitch === 1
}
