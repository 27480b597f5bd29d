/** An item with its place in the whole sequence. */
export interface RingEntry<T> {
  readonly at: number
  readonly item: T
}

/**
 * A bounded first-in first-out store. When it is full the mildest item makes room, of equally mild ones the oldest, and
 * is counted as lost: what a hook prints must not push out the line that tells of a failover.
 */
export class LineRing<T> {
  readonly #capacity: number
  readonly #rankOf: (item: T) => number
  /** Each with its place in the whole sequence; one queue a rank. */
  readonly #queues = new Map<number, RingEntry<T>[]>()
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
    this.#queueOf(item).push({ at: this.#next, item })
    this.#next += 1
    this.#count += 1
    if (this.#count > this.#capacity) this.#dropMildest()
  }

  /** Entries that were taken out come back to their places. They are older than all of their rank that are still here. */
  putBack(entries: readonly RingEntry<T>[]): void {
    for (const entry of [...entries].reverse()) this.#queueOf(entry.item).unshift(entry)
    this.#count += entries.length
    while (this.#count > this.#capacity) this.#dropMildest()
  }

  oldest(): T | undefined {
    return this.#oldestQueue()?.[0]?.item
  }

  shift(): RingEntry<T> | undefined {
    const first = this.#oldestQueue()?.shift()
    if (first !== undefined) this.#count -= 1
    return first
  }

  /** The new item itself, when all the others are graver. */
  #dropMildest(): void {
    const ranks = [...this.#queues].filter(([, queue]) => queue.length > 0).map(([rank]) => rank)
    this.#queues.get(Math.min(...ranks))?.shift()
    this.#count -= 1
    this.#lost += 1
  }

  #queueOf(item: T): RingEntry<T>[] {
    const rank = this.#rankOf(item)
    const queue = this.#queues.get(rank) ?? []
    this.#queues.set(rank, queue)
    return queue
  }

  #oldestQueue() {
    let oldest: RingEntry<T>[] | undefined
    for (const queue of this.#queues.values()) {
      const at = queue[0]?.at
      if (at !== undefined && at < (oldest?.[0]?.at ?? Number.POSITIVE_INFINITY)) oldest = queue
    }
    return oldest
  }
}
