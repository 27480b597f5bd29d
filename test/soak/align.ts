/** What it costs to leave one out; the least sum wins. */
export interface Costs<A, B> {
  readonly skipA: (a: A) => number
  readonly skipB: (b: B) => number
  readonly fit: (a: A, b: B) => boolean
}

interface Alignment<A, B> {
  readonly leftA: readonly A[]
  readonly leftB: readonly B[]
}

/** Pairs two sequences without changing their order, and tells whom no partner was found for at the least cost. */
export function align<A, B>(as: readonly A[], bs: readonly B[], costs: Costs<A, B>): Alignment<A, B> {
  const rest = leastCosts(as, bs, costs)
  const leftA: A[] = []
  const leftB: B[] = []
  let [i, j] = [0, 0]
  while (i < as.length || j < bs.length) {
    const cost = rest[i]?.[j] ?? 0
    const [a, b] = [as[i], bs[j]]
    if (a !== undefined && b !== undefined && costs.fit(a, b) && cost === rest[i + 1]?.[j + 1]) {
      i += 1
      j += 1
    } else if (a !== undefined && cost === costs.skipA(a) + (rest[i + 1]?.[j] ?? 0)) {
      leftA.push(a)
      i += 1
    } else {
      leftB.push(b as B)
      j += 1
    }
  }
  return { leftA, leftB }
}

/** `[i][j]`: the least cost of what is left from the i-th and the j-th on. */
function leastCosts<A, B>(
  as: readonly A[],
  bs: readonly B[],
  { skipA, skipB, fit }: Costs<A, B>,
): number[][] {
  const rest: number[][] = Array.from({ length: as.length + 1 }, () => [])
  const at = (i: number, j: number) => rest[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = as.length; i >= 0; i--)
    for (let j = bs.length; j >= 0; j--) {
      const [a, b] = [as[i], bs[j]]
      const row = rest[i] as number[]
      row[j] = Math.min(
        a === undefined && b === undefined ? 0 : Number.POSITIVE_INFINITY,
        a === undefined ? Number.POSITIVE_INFINITY : skipA(a) + at(i + 1, j),
        b === undefined ? Number.POSITIVE_INFINITY : skipB(b) + at(i, j + 1),
        a !== undefined && b !== undefined && fit(a, b) ? at(i + 1, j + 1) : Number.POSITIVE_INFINITY,
      )
    }
  return rest
}
