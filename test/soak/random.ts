/** Numbers that a seed repeats. What happens on real sockets does not repeat with them, the schedule does. */
export interface Random {
  /** 0 ≤ number < 1. */
  next(): number
  /** A whole number, both ends included. */
  whole(low: number, high: number): number
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T
  /** One of the rows, by their weights. */
  weighted<T extends { readonly weight: number }>(rows: readonly T[]): T
  /** true so often: 0.3 is three times in ten. */
  chance(share: number): boolean
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T
  return {
    next,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick,
    weighted(rows) {
      let left = next() * rows.reduce((sum, { weight }) => sum + weight, 0)
      for (const row of rows) {
        left -= row.weight
        if (left < 0) return row
      }
      return pick(rows)
    },
    chance: share => next() < share,
  }
}
