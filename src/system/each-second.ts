import type { Clock } from './clock.ts'

const everyMs = 1000

/** A sign of life each second until `ended`: what takes less says nothing. */
export async function eachSecond(clock: Clock, ended: AbortSignal, say: () => void): Promise<void> {
  for (;;) {
    await clock.sleep(everyMs, ended)
    if (ended.aborted) return
    say()
  }
}
