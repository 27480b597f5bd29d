import type { Clock } from '../../src/system/clock.ts'
import type { FakeClock } from '../helpers/fake-clock.ts'

/** A clock whose every timer fires `lateMs` late, as in a process that was not run. */
export function stalledClock(fake: FakeClock, lateMs: number): Clock {
  const startedAt = fake.mono()
  return {
    mono: () => (fake.mono() > startedAt ? fake.mono() + lateMs : startedAt),
    wall: () => fake.wall(),
    after: (ms, run) => fake.after(ms, run),
    sleep: (ms, signal) => fake.sleep(ms, signal),
  }
}
