import { type Clock, systemClock } from '../../src/system/clock.ts'

/** The system's clock with timers that are so many times as fast: what waits for seconds is tested in milliseconds. */
export function hurriedClock(times: number): Clock {
  return {
    ...systemClock,
    after: (ms, run) => systemClock.after(ms / times, run),
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  }
}
