/** The known name that a mistyped one probably means; null: none is near. At most a third of its letters may differ. */
export function nearestName(typed: string, known: readonly string[]): string | null {
  const word = typed.toLowerCase()
  const near = known.filter(name => Math.abs(name.length - word.length) <= reach(name))
  const rated = near.map(name => ({ name, away: distance(word, name.toLowerCase()) }))
  const best = rated.sort((a, b) => a.away - b.away)[0]
  return best !== undefined && best.away <= reach(best.name) ? best.name : null
}

function reach(name: string): number {
  return Math.max(1, Math.floor(name.length / 3))
}

/** `, did you mean X?`, or else what would be right. */
export function suggestion(typed: string, known: readonly string[], expected: string): string {
  const name = nearestName(typed, known)
  return name === null ? `, expected ${expected}` : `, did you mean ${name}?`
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced)
      row.push(swapped ? Math.min(best, at(before, j - 2) + 1) : best)
    }
    before = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
