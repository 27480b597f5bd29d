import type { Clock, Timer } from '../../src/system/clock.ts'

interface Due {
  readonly atMono: number
  readonly run: () => void
}

/** A clock that moves only when told. Both clocks start at odd values, so that nobody mixes them up. */
export class FakeClock implements Clock {
  #mono: number
  #wall: number
  readonly #timers = new Set<Due>()

  constructor(wall = Date.UTC(2024, 0, 15, 12), mono = 5000) {
    this.#wall = wall
    this.#mono = mono
  }

  mono(): number {
    return this.#mono
  }

  wall(): number {
    return this.#wall
  }

  /** How many timers wait, those of sleepers included. */
  get waiting(): number {
    return this.#timers.size
  }

  /** In how many ms each timer is due, those of sleepers included, in the order they were set. */
  get dueIn(): number[] {
    return [...this.#timers].map(due => due.atMono - this.#mono)
  }

  after(ms: number, run: () => void): Timer {
    const due: Due = { atMono: this.#mono + Math.max(0, ms), run }
    this.#timers.add(due)
    return { cancel: () => this.#timers.delete(due) }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepBy((ms, run) => this.after(ms, run))(ms, signal)
  }

  /** Moves both clocks on, firing what falls due in order, each at its time, and letting promises settle between. */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms
    await settle()
    for (let due = this.#nextUntil(end); due; due = this.#nextUntil(end)) {
      this.#timers.delete(due)
      this.#moveTo(due.atMono)
      due.run()
      await settle()
    }
    this.#moveTo(end)
    await settle()
  }

  /** Steps the wall clock alone, as an administrator or NTP does. */
  setWall(ms: number): void {
    this.#wall = ms
  }

  /** Of two that are due at the same time, the one set first. */
  #nextUntil(end: number): Due | undefined {
    let next: Due | undefined
    for (const due of this.#timers) if (due.atMono <= end && (!next || due.atMono < next.atMono)) next = due
    return next
  }

  #moveTo(mono: number): void {
    const passed = Math.max(0, mono - this.#mono)
    this.#mono += passed
    this.#wall += passed
  }
}

/** Lets promise jobs run, and I/O that has already arrived. */
function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** The `sleep` of a clock that has this `after`. */
export function sleepBy(after: Clock['after']): Clock['sleep'] {
  return (ms, signal) => {
    if (signal?.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const wake = () => {
        timer.cancel()
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = after(ms, wake)
      signal?.addEventListener('abort', wake)
    })
  }
}
