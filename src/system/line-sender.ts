import type { Clock, Timer } from './clock.ts'
import { LineRing } from './line-ring.ts'

/** `sent`: gone for good. EAGAIN: the receiver is there but full. Anything else: it is away. */
export type Sent = 'sent' | 'EAGAIN' | (string & {})

export interface SenderOptions<T> {
  readonly clock: Clock
  readonly capacity: number
  /** Tries at once, never blocks, never throws. */
  readonly send: (item: T) => Sent
  /** The graver, the longer an item is kept when there is no room for all; by default all are alike. */
  readonly gravityOf?: (item: T) => number
  /** Hears how many items are lost and not yet announced; 0: they were. */
  readonly lossChanged?: (count: number) => void
  /** What to send first after `count` items were lost; null: nothing. */
  readonly announceLoss: (count: number) => T | null
  /**
   * Takes the items, once and for good, while nothing could be sent since the start (or since `startOver`).
   * Without it they wait.
   */
  readonly divert?: (item: T) => void
}

/** libraries.md's measure: a stalled reader is asked again soon, a missing one each second. */
const retryWhenFullMs = 20
const retryWhenAwayMs = 1000

/** Sends items in order, each once; keeps a bounded number of them while the receiver is away or stalled. */
export class LineSender<T> {
  readonly #options: SenderOptions<T>
  readonly #ring: LineRing<T>
  #retry: Timer | null = null
  #everSent = false
  #away = false
  #closed = false

  constructor(options: SenderOptions<T>) {
    this.#options = options
    this.#ring = new LineRing(options.capacity, options.gravityOf ?? (() => 0))
  }

  get pending(): number {
    return this.#ring.count
  }

  /** Sends it now if nothing waits before it, else when its turn comes. */
  offer(item: T): void {
    if (this.#closed) return
    const { lost } = this.#ring
    this.#ring.push(item)
    if (this.#ring.lost !== lost) this.#options.lossChanged?.(this.#ring.lost)
    if (!this.#retry) this.drain()
    else if (this.#away) this.#divertIfNeverSent()
  }

  /** Sends what waits, oldest first, until the receiver refuses. */
  drain(): void {
    this.#retry?.cancel()
    this.#retry = null
    while (this.#ring.count > 0) {
      const refusal = this.#sendOldest()
      if (refusal === null) continue
      this.#waitAfter(refusal)
      return
    }
  }

  /** The receiver is another one now: forget how the last one behaved, and try at once. */
  startOver(): void {
    this.#everSent = false
    this.#away = false
    this.drain()
  }

  /** Ends the retries and hands back what was never sent, oldest first. */
  close(): T[] {
    this.#closed = true
    this.#retry?.cancel()
    this.#retry = null
    return this.#takeAll()
  }

  /** null: sent. */
  #sendOldest(): Sent | null {
    const announcement = this.#ring.lost > 0 ? this.#options.announceLoss(this.#ring.lost) : null
    const item = announcement ?? this.#ring.oldest()
    const result = item === undefined ? 'sent' : this.#options.send(item)
    // One too long for this receiver would hold up all others for ever.
    if (result !== 'sent' && result !== 'EMSGSIZE') return result
    if (announcement === null) this.#ring.shift()
    else this.#forgetLost()
    if (result === 'sent') this.#everSent = true
    return null
  }

  #waitAfter(refusal: Sent): void {
    this.#away = refusal !== 'EAGAIN'
    if (this.#away) this.#divertIfNeverSent()
    if (this.#closed) return
    const delayMs = this.#away ? retryWhenAwayMs : retryWhenFullMs
    this.#retry = this.#options.clock.after(delayMs, () => {
      this.#retry = null
      this.drain()
    })
  }

  #divertIfNeverSent(): void {
    const { divert } = this.#options
    if (divert && !this.#everSent) for (const item of this.#takeAll()) divert(item)
  }

  #takeAll(): T[] {
    const { announceLoss } = this.#options
    const lost = this.#ring.lost > 0 ? announceLoss(this.#ring.lost) : null
    const items: T[] = lost === null ? [] : [lost]
    while (this.#ring.count > 0) items.push(this.#ring.shift() as T)
    if (lost !== null) this.#forgetLost()
    return items
  }

  #forgetLost(): void {
    this.#ring.forgetLost()
    this.#options.lossChanged?.(0)
  }
}
