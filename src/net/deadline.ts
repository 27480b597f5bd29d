/** The part of a clock that a deadline needs. Milliseconds; `mono` never steps. */
export interface DeadlineClock {
  mono(): number
  after(ms: number, run: () => void): { cancel(): void }
}

/**
 * The result of `work`, or `otherwise` when `ms` pass first or `signal` aborts first; a later result is dropped.
 * `ms` may be Infinity. Rejects as the work does. Leaves no timer and no listener.
 */
export function within<T, U>(
  clock: DeadlineClock,
  ms: number,
  work: Promise<T>,
  otherwise: U,
  signal?: AbortSignal,
): Promise<T | U> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      release()
      resolve(otherwise)
    }
    const timer = ms < Number.POSITIVE_INFINITY ? clock.after(ms, giveUp) : null
    const release = () => {
      timer?.cancel()
      signal?.removeEventListener('abort', giveUp)
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    work.then(resolve, reject).finally(release)
    if (signal?.aborted) giveUp()
  })
}

/** Why a signal of ours is aborted. One for all: an error of its own, with its stack, costs more than most of the work. */
export const stopReason = new DOMException('This operation was aborted', 'AbortError')

/** The end of some work: `abort`, one of its callers' signals, or its deadline, whichever comes first. */
export interface WorkEnd {
  /** Aborted at the end. */
  readonly signal: AbortSignal
  /** Whether the deadline was the end. */
  readonly isLate: boolean
  /** Whether a caller or `abort` was. */
  readonly isCancelled: boolean
  abort(): void
  /** Ends it `ms` from now at the latest. To be called once. */
  limit(clock: DeadlineClock, ms: number): void
  /** Lets go of the clock and of the callers' signals, which outlive the work. */
  release(): void
}

/** Ends `ms` from now, or with the first of the callers. */
export function endAfter(
  clock: DeadlineClock,
  ms: number,
  callers: readonly (AbortSignal | undefined)[] = [],
): WorkEnd {
  const end = endWith(callers)
  end.limit(clock, ms)
  return end
}

/** Ends with the first of the callers. */
export function endWith(callers: readonly (AbortSignal | undefined)[]): WorkEnd {
  const controller = new AbortController()
  const { signal } = controller
  const abort = () => controller.abort(stopReason)
  let isLate = false
  let timer: { cancel(): void } | null = null
  for (const caller of callers) {
    if (caller?.aborted) abort()
    else caller?.addEventListener('abort', abort, { once: true })
  }
  return {
    signal,
    get isLate() {
      return isLate
    },
    get isCancelled() {
      return signal.aborted && !isLate
    },
    abort,
    limit(clock, ms) {
      timer = clock.after(ms, () => {
        isLate = !signal.aborted
        abort()
      })
    },
    release() {
      timer?.cancel()
      for (const caller of callers) caller?.removeEventListener('abort', abort)
    },
  }
}
