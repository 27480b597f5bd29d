/** How long to wait for an acknowledgement before the page is sent again. */
export interface PageTiming {
  /** Milliseconds to wait at each try: twice as long each time, and then no more. */
  waitsMs(): readonly number[]
  /** An acknowledgement took so long; only of pages sent once, since otherwise nobody knows which was answered. */
  took(ms: number): void
}

// Before anything is known: a page takes the device some tens of milliseconds.
const firstWaitMs = 250
// Below this the timers and the scheduler of this host are felt.
const leastWaitMs = 20
const leastSlackMs = 10
const mostWaitMs = 1000
// In all at least the 3 s that any other answer may take.
const tries = [0, 1, 2, 3, 4, 5, 6, 7]

/** As TCP does it (RFC 6298 2): mean and deviation of the round trip, smoothed. */
export function createPageTiming(): PageTiming {
  let known: { readonly mean: number; readonly deviation: number } | null = null
  return {
    waitsMs() {
      const once = known
        ? Math.max(leastWaitMs, known.mean + Math.max(leastSlackMs, 4 * known.deviation))
        : firstWaitMs
      return tries.map(before => Math.min(mostWaitMs, once * 2 ** before))
    },
    took(ms) {
      known = known
        ? {
            mean: known.mean * 0.875 + ms * 0.125,
            deviation: known.deviation * 0.75 + Math.abs(ms - known.mean) * 0.25,
          }
        : { mean: ms, deviation: ms / 2 }
    },
  }
}
