/**
 * Random choices that a seed decides: the same seed, the same choices, on every machine. A text or bytes as a seed give
 * each purpose a stream of its own (`7/plan`), so that one that draws less changes no other.
 */
export class Random {
  #state: number

  constructor(seed: number | string | Uint8Array) {
    this.#state = typeof seed === 'number' ? seed | 0 : hashOf(Buffer.from(seed))
  }

  /** 0 ≤ number < 1. mulberry32, public domain: 32 bits of state are enough for the draws of one run. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** True once in so many times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0
  }

  /** One of the list, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('nothing to pick from')
    return items[this.below(items.length)] as T
  }

  /** Some of them, at least one, in their order. */
  some<T>(items: readonly T[]): T[] {
    const chosen = items.filter(() => this.next() < 0.5)
    return chosen.length > 0 ? chosen : [this.pick(items)]
  }

  /** One of the rows, by their weights. */
  weighted<T extends { readonly weight: number }>(rows: readonly T[]): T {
    let left = this.next() * rows.reduce((sum, { weight }) => sum + weight, 0)
    for (const row of rows) {
      left -= row.weight
      if (left < 0) return row
    }
    return this.pick(rows)
  }

  /** From `least` to `most` items. */
  many<T>(least: number, most: number, item: (index: number) => T): T[] {
    return Array.from({ length: this.between(least, most) }, (_, index) => item(index))
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash | 0
}
