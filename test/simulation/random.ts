/** Numbers that a seed decides. Each purpose has a stream of its own, so that one that draws less moves no other. */
export interface Random {
  /** 0 ≤ n < 1 */
  next(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** Some of them, at least one, in their order. */
  some<T>(from: readonly T[]): T[]
}

export function randomOf(seed: number, purpose: string): Random {
  let state = hash(`${seed}/${purpose}`)
  const next = () => {
    // mulberry32, public domain: 32 bits of state are enough for the draws of one run.
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  const pick = <T>(from: readonly T[]) => from[between(0, from.length - 1)] as T
  return {
    next,
    between,
    chance: probability => next() < probability,
    pick,
    some: from => {
      const chosen = from.filter(() => next() < 0.5)
      return chosen.length > 0 ? chosen : [pick(from)]
    },
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  return sum | 0
}
