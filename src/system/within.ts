import type { Clock } from './clock.ts'

/** The result, or `otherwise` when it takes longer than `ms`; what comes later is dropped. Rejects as the work does. */
export function within<T, U>(clock: Clock, ms: number, work: Promise<T>, otherwise: U): Promise<T | U> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => resolve(otherwise))
    work.then(resolve, reject).finally(() => timer.cancel())
  })
}
