/** One figure of a run. `ratio`: to something measured in the same run. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly limit: string
  readonly holds: boolean
  readonly ratio: string
}

export function printFigures(figures: readonly Figure[]): void {
  for (const { name, value, limit, holds, ratio } of figures) {
    console.log(`${holds ? 'ok' : '!!'} ${name}`)
    console.log(`   ${value} (limit ${limit})${ratio ? `; ${ratio}` : ''}`)
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export const ms = (value: number) => `${Math.round(value)} ms`
