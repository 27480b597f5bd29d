import type { DeviceClock } from '../device.ts'

/** The end of a call: its deadline or its caller, whichever comes first. */
export interface Limit {
  /** Aborted at the end. */
  readonly signal: AbortSignal
  /** Whether the caller's signal brought it, not the deadline. */
  calledOff(): boolean
  /** Lets go of the clock and of the caller's signal. */
  release(): void
}

/** `ms` from now, or when `caller` aborts. */
export function startLimit(clock: DeviceClock, ms: number, caller?: AbortSignal): Limit {
  const controller = new AbortController()
  const end = () => controller.abort()
  const timer = clock.after(ms, end)
  caller?.addEventListener('abort', end, { once: true })
  if (caller?.aborted) end()
  return {
    signal: controller.signal,
    calledOff: () => caller?.aborted ?? false,
    release() {
      timer.cancel()
      caller?.removeEventListener('abort', end)
    },
  }
}
