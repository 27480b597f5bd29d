import { type Clock, systemClock } from '../../src/system/clock.ts'

/** Milliseconds of CLOCK_MONOTONIC: the same in every process of this machine. */
export function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** The system's clock, with a `mono` that all processes share. */
export const sharedClock: Clock = { ...systemClock, mono: monoMs }

/** More than this the wall clock has been set. */
const steppedMs = 5
let offsetMs: number | null = null

/**
 * A moment of the wall clock on the shared one, the same at each call: `Date.now()` is up to a millisecond old, so that
 * the largest difference is the true one, and two lines of one second would change places without it.
 */
export function monoOfWall(wallMs: number): number {
  const seenMs = Date.now() - monoMs()
  const isSteady = offsetMs !== null && Math.abs(seenMs - offsetMs) <= steppedMs
  offsetMs = isSteady ? Math.max(seenMs, offsetMs ?? seenMs) : seenMs
  return wallMs - offsetMs
}
