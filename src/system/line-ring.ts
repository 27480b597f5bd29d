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
