import type { Clock, Timer } from './clock.ts'

/** `sent`: gone for good. EAGAIN: the receiver is there but full. Anything else: it is away. */
export type Sent = 'sent' | 'EAGAIN' | (string & {})

interface SenderOptions<T> {
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

/**
 * A bounded first-in first-out store. When it is full the mildest item makes room, of equally mild ones the oldest, and
 * is counted as lost: what a hook prints must not push out the line that tells of a failover.
 */
export class LineRing<T> {
  readonly #capacity: number
  readonly #rankOf: (item: T) => number
  /** Each with its place in the whole sequence; one queue a rank. */
  readonly #queues = new Map<number, { readonly at: number; readonly item: T }[]>()
  #next = 0
  #count = 0
  #lost = 0

  /** `rankOf`: the higher, the longer it is kept. */
  constructor(capacity: number, rankOf: (item: T) => number) {
    this.#capacity = capacity
    this.#rankOf = rankOf
  }

  get count(): number {
    return this.#count
  }

  /** How many were pushed out since the last `forgetLost`. */
  get lost(): number {
    return this.#lost
  }

  forgetLost(): void {
    this.#lost = 0
  }

  push(item: T): void {
    const rank = this.#rankOf(item)
    const queue = this.#queues.get(rank) ?? []
    this.#queues.set(rank, queue)
    queue.push({ at: this.#next, item })
    this.#next += 1
    this.#count += 1
    if (this.#count > this.#capacity) this.#dropMildest()
  }

  oldest(): T | undefined {
    return this.#oldestQueue()?.[0]?.item
  }

  shift(): T | undefined {
    const first = this.#oldestQueue()?.shift()
    if (first === undefined) return undefined
    this.#count -= 1
    return first.item
  }

  /** The new item itself, when all the others are graver. */
  #dropMildest(): void {
    const ranks = [...this.#queues].filter(([, queue]) => queue.length > 0).map(([rank]) => rank)
    this.#queues.get(Math.min(...ranks))?.shift()
    this.#count -= 1
    this.#lost += 1
  }

  #oldestQueue() {
    let oldest: { readonly at: number; readonly item: T }[] | undefined
    for (const queue of this.#queues.values()) {
      const at = queue[0]?.at
      if (at !== undefined && at < (oldest?.[0]?.at ?? Number.POSITIVE_INFINITY)) oldest = queue
    }
    return oldest
  }
}
