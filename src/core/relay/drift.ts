import type { Mode } from '../role.ts'
import { driftLine, type RelayLine } from './relay-lines.ts'
import { contestedText, driftLimit, driftWindowMs, driftWindowText, type RelayState } from './relay-state.ts'

/** Repairs of such a relay wait so long, doubled each time up to the longest: each switch cuts calls. */
const firstWaitMs = 60_000
/** From here on the pause stays the same: 32 min. */
const longestWait = 6

/** A driven relay was found where nobody of ours has put it. Says so, and how long its repair has to wait. */
export function noteDrift(relay: RelayState, mono: number, lines: RelayLine[]): RelayState {
  const { name, delayedRepairs } = relay
  const drifts = [...relay.drifts.filter(at => mono - at < driftWindowMs), mono].slice(-driftLimit)
  // It went back and came again without a repair: the pause before that one neither begins anew nor gets longer.
  if (relay.repairAt !== null) {
    lines.push(driftLine(name, relay.actual as Mode, relay.wanted as Mode, repairWaitMs(relay, mono)))
    return { ...relay, drifts }
  }
  // What a move ordered is told without delay.
  const isDelayed = delayedRepairs > 0 && relay.pendingSwitch !== relay.wanted
  const waitMs = isDelayed ? firstWaitMs * 2 ** (delayedRepairs - 1) : 0
  lines.push(driftLine(name, relay.actual as Mode, relay.wanted as Mode, waitMs))
  const repairAt = waitMs === 0 ? null : mono + waitMs
  if (delayedRepairs > 0)
    return { ...relay, drifts, repairAt, delayedRepairs: Math.min(longestWait, delayedRepairs + 1) }
  if (drifts.length < driftLimit) return { ...relay, drifts }
  lines.push({ severity: 'error', text: `${name}: ${contestedText}` })
  return { ...relay, drifts, delayedRepairs: 1 }
}

/** How long a repair still has to wait; 0: it may begin. */
export function repairWaitMs({ repairAt }: RelayState, mono: number): number {
  return repairAt === null ? 0 : Math.max(0, repairAt - mono)
}

/** A reading showed the relay where it is wanted: after a while of that nobody contests it any more. A pause goes on. */
export function noteRight(relay: RelayState, mono: number, lines: RelayLine[]): RelayState {
  const rightSince = relay.rightSince ?? mono
  const right = { ...relay, rightSince }
  if (relay.delayedRepairs === 0 || mono - rightSince < driftWindowMs) return right
  lines.push({ severity: 'info', text: `${relay.name}: nothing else has switched it for ${driftWindowText}` })
  return { ...right, repairAt: null, delayedRepairs: 0, drifts: [] }
}
