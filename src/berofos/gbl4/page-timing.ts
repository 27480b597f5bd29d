/** So often a page is sent: in all at least 3 s are waited, as for any other answer. */
export const pageTries = 8

/** How long to wait for an acknowledgement before the page is sent again. */
export interface PageTiming {
  /** Milliseconds to wait at this try, counted from 0: twice as long each time, up to a second. */
  waitMs(attempt: number): number
  /** An acknowledgement took so long; only of pages sent once, since otherwise nobody knows which was answered. */
  took(ms: number): void
}

// Before anything is known: a page takes the device some tens of milliseconds.
const firstWaitMs = 250
// Below this the timers and the scheduler of this host are felt.
const leastWaitMs = 20
const leastSlackMs = 10
const mostWaitMs = 1000

/** As TCP does it (RFC 6298 2): mean and deviation of the round trip, smoothed. */
export function createPageTiming(): PageTiming {
  let known: { readonly mean: number; readonly deviation: number } | null = null
  return {
    waitMs(attempt) {
      const once = known
        ? Math.max(leastWaitMs, known.mean + Math.max(leastSlackMs, 4 * known.deviation))
        : firstWaitMs
      return Math.min(mostWaitMs, once * 2 ** attempt)
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
