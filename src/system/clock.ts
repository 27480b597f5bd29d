/** The only reader of time. Milliseconds everywhere. */
export interface Clock {
  /** Monotonic, with fractions: decides. Never steps; starts anywhere. */
  mono(): number
  /** Wall clock since 1970: for people and files. May step. */
  wall(): number
  /** Calls `run` once, `ms` from now. Does not keep the process alive. */
  after(ms: number, run: () => void): Timer
  /** Resolves `ms` from now, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Timer {
  cancel(): void
}

/** setTimeout's largest delay; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1

export const systemClock: Clock = {
  mono: () => performance.now(),
  wall: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), longestDelayMs)).unref()
    // Node wakes for an unreferenced timer at its time even if it was cleared: its list stays, where a referenced one's goes.
    return { cancel: () => clearTimeout(timer.ref()) }
  },
  // Not that of node:timers/promises, which makes an error with its stack each time that it is woken.
  sleep(ms, signal) {
    return new Promise(resolve => {
      if (signal?.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(Math.max(0, ms), longestDelayMs))
      signal?.addEventListener('abort', end, { once: true })
    })
  },
}

const everyMs = 1000

/** A sign of life each second until `ended`: what takes less says nothing. */
export async function eachSecond(clock: Clock, ended: AbortSignal, say: () => void): Promise<void> {
  for (;;) {
    await clock.sleep(everyMs, ended)
    if (ended.aborted) return
    say()
  }
}
