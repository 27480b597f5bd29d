import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../src/system/clock.ts'

/**
 * A clock whose time jumps to the next timer as soon as this process has nothing else to do: what waits for seconds is
 * tested in milliseconds, and in the same order on a busy machine. Both ends of every socket have to be in this process.
 */
export function idleClock(): Clock {
  let now = 1000
  const timers = new Set<{ readonly atMono: number; readonly run: () => void }>()
  let running = false

  const run = async () => {
    running = true
    while (timers.size > 0) {
      // A datagram takes a few turns from one socket through its listener to the next.
      for (let turns = 0; turns < turnsOfRest; turns++) await turn()
      const next = [...timers].reduce<{ atMono: number; run: () => void } | null>(
        (first, timer) => (first === null || timer.atMono < first.atMono ? timer : first),
        null,
      )
      if (!next) break
      timers.delete(next)
      now = Math.max(now, next.atMono)
      next.run()
    }
    running = false
  }

  const after: Clock['after'] = (ms, call) => {
    const timer = { atMono: now + Math.max(0, ms), run: call }
    timers.add(timer)
    if (!running) void run()
    return { cancel: () => void timers.delete(timer) }
  }
  return {
    mono: () => now,
    wall: () => 1_700_000_000_000 + now,
    after,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve()
        const timer = after(ms, resolve)
        const end = () => {
          timer.cancel()
          resolve()
        }
        signal?.addEventListener('abort', end, { once: true })
      }),
  }
}

const turnsOfRest = 20
