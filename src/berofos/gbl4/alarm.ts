import type { DeviceClock } from '../device.ts'

/** A timer that is set and cleared at every page: cheap, since it keeps one of the clock's running meanwhile. */
export interface Alarm {
  /** Calls `run` once, `ms` from now, unless cleared or set anew before. */
  set(ms: number, run: () => void): void
  clear(): void
  /** Leaves no timer. */
  close(): void
}

export function createAlarm(clock: DeviceClock): Alarm {
  let wanted: { readonly atMono: number; readonly run: () => void } | null = null
  let running: { readonly atMono: number; readonly timer: { cancel(): void } } | null = null

  const start = (atMono: number) => {
    running?.timer.cancel()
    running = { atMono, timer: clock.after(atMono - clock.mono(), fire) }
  }
  const fire = () => {
    running = null
    if (!wanted) return
    const { atMono, run } = wanted
    if (clock.mono() < atMono) return start(atMono)
    wanted = null
    run()
  }
  return {
    set(ms, run) {
      const atMono = clock.mono() + ms
      wanted = { atMono, run }
      if (!running || running.atMono > atMono) start(atMono)
    },
    clear() {
      wanted = null
    },
    close() {
      wanted = null
      running?.timer.cancel()
      running = null
    },
  }
}
