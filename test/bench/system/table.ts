import { median } from '../report.ts'
import type { Times } from './race.ts'

export type Results = ReadonlyMap<string, readonly Times[]>

const columns = { 'found dead': 'foundMs', moved: 'movedMs', confirmed: 'confirmedMs' } as const

/** Median and worst of each, in seconds, in at most 80 columns. */
export function tableLines(results: Results): string[] {
  const widest = Math.max(...[...results.keys()].map(name => name.length))
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(widest)}${cells.map(cell => cell.padStart(16)).join('')}`
  const rows = [...results].map(([name, times]) =>
    row(
      name,
      Object.values(columns).map(key => bothOf(times.map(time => time[key]))),
    ),
  )
  return [row('s, median / worst', Object.keys(columns)), ...rows]
}

export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function bothOf(values: readonly number[]): string {
  return `${seconds(median(values))} / ${seconds(Math.max(...values))}`
}
