/** CLOCK_MONOTONIC in milliseconds, which is one for the whole machine, containers included. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/**
 * What CLOCK_MONOTONIC showed, to a millisecond, when the wall clock showed this; for moments of the last seconds, so
 * that a clock that is being slewed makes no difference.
 */
export function monotonicOfWall(wallMs: number): number {
  return wallMs - Date.now() + monotonicMs()
}
