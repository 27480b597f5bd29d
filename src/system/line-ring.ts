/** A bounded first-in first-out store: when full, the oldest makes room and is counted as lost. */
export class LineRing<T> {
  readonly #slots: (T | undefined)[]
  #start = 0
  #count = 0
  #lost = 0

  constructor(capacity: number) {
    this.#slots = new Array<T | undefined>(capacity)
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
    const capacity = this.#slots.length
    this.#slots[(this.#start + this.#count) % capacity] = item
    if (this.#count < capacity) this.#count += 1
    else {
      this.#start = (this.#start + 1) % capacity
      this.#lost += 1
    }
  }

  oldest(): T | undefined {
    return this.#count > 0 ? this.#slots[this.#start] : undefined
  }

  shift(): T | undefined {
    const item = this.oldest()
    if (this.#count === 0) return undefined
    this.#slots[this.#start] = undefined
    this.#start = (this.#start + 1) % this.#slots.length
    this.#count -= 1
    return item
  }
}
