import type { DeviceClock } from '../../../src/berofos/device.ts'

/** A clock that stands until told to go on. */
export function fakeClock(): DeviceClock & { pass(ms: number): void; pending(): number } {
  let now = 1000
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    mono: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return { cancel: () => timers.delete(timer) }
    },
    pass(ms) {
      now += ms
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        if (timer.at > now || !timers.delete(timer)) continue
        timer.run()
      }
    },
    pending: () => timers.size,
  }
}
