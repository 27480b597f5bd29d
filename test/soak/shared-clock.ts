import { type Clock, systemClock } from '../../src/system/clock.ts'

/** Milliseconds of CLOCK_MONOTONIC: the same in every process of this machine. */
export function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** The system's clock, with a `mono` that all processes share. */
export const sharedClock: Clock = { ...systemClock, mono: monoMs }

/** A moment of the wall clock on the shared one. */
export function monoOfWall(wallMs: number): number {
  return wallMs - Date.now() + monoMs()
}
