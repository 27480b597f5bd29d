import type { Pace, Site } from './site.ts'

/** Longest a disk that was slow, a device that was late or a stall can go on after all was put right, milliseconds. */
const aftermathMs = 30_000
/** core/failback.ts asks again each 10 s, daemon/state-store.ts saves again each 5 s. */
const pollMs = 15_000

/**
 * How long a world that was put right needs until everything is as it should be, milliseconds: the checks come to a
 * verdict, the master is stable, hooks that hang reach their deadline, and every relay had its retry and its audit.
 */
export function restMs({ checks, failback, relays, hookTimeoutS, bypass }: Site, pace: Pace): number {
  const verdictS = Math.max(
    ...checks.map(({ intervalS, timeoutS, fall, rise }) => {
      const probes = Math.max(fall, rise) + 1
      return intervalS + probes * Math.max(intervalS, timeoutS) + timeoutS
    }),
  )
  const failbackS = failback.stableS + failback.readyDeadlineS
  const relaysS = 1.5 * relays.retryMaxS + 2 * relays.auditS + 8 * relays.timeoutS
  // A device that nobody could kick trips, which begins all of it anew.
  const tripS = bypass ? bypass.watchdogS + 2 * bypass.kickS + verdictS + failback.stableS + relaysS : 0
  const waitsMs = (2 * verdictS + failbackS + relaysS + 3 * hookTimeoutS + tripS) * 1000
  return waitsMs + aftermathMs + 2 * pollMs + 1000 * pace
}
