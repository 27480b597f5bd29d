import type { Output } from '../output.ts'
import { tableLines } from '../table.ts'
import { markOf } from '../tones.ts'
import type { Scene } from './scene.ts'

/** A moment of the story. Mono; null: it never came. */
export type Mark = (scene: Scene) => number | null

export interface Measure {
  readonly title: string
  readonly from: Mark
  readonly to: Mark
  readonly because: string
}

/** What is to be told of a chapter that was played. */
interface Played {
  readonly scene: Scene
  readonly measures: readonly Measure[]
  /** How often each relay should have moved in the whole chapter. */
  readonly expectedMoves: readonly number[]
}

/** The tables of a chapter. `ok`: every time could be measured, and each relay moved as often as it should have. */
export function results(
  { scene, measures, expectedMoves }: Played,
  output: Output,
): { readonly ok: boolean; readonly lines: string[] } {
  const times = measures.map(row => ({ row, ms: between(row.from(scene), row.to(scene)) }))
  const moves = scene.moves()
  return {
    ok: times.every(({ ms }) => ms !== null) && moves.join() === expectedMoves.join(),
    lines: [
      output.paint('quiet', `   ${'MEASURED'.padEnd(titleWidth)}${'TIME'.padStart(timeWidth)}  BECAUSE`),
      ...times.map(({ row, ms }) => measureLine(row, ms, output)),
      '',
      ...moveLines(scene, expectedMoves, output),
    ],
  }
}

function moveLines({ site }: Scene, expectedMoves: readonly number[], output: Output): string[] {
  const rows = site.relays.map(({ name, device }, index) => {
    const { length } = device.changes
    const expected = expectedMoves[index]
    const modes = device.changes.map(({ mode }) => mode)
    const path = [modes[0] === 1 ? 0 : 1, ...modes].map(mode => (mode === 1 ? 'B' : 'D')).join(' > ')
    const tone = length === expected ? ('good' as const) : ('bad' as const)
    return { tone, cells: [name, `${length}`, `${expected}`, `A to ${path}`] }
  })
  return tableLines(output, ['RELAY', 'MOVED', 'EXPECTED', 'ITS OWN RECORD'], rows)
}

/** Wider than a table's columns, and the time to the right. */
const titleWidth = 38
const timeWidth = 9

function measureLine({ title, because }: Measure, ms: number | null, output: Output): string {
  const tone = ms === null ? 'bad' : 'good'
  const time = (ms === null ? 'not seen' : `${Math.round(ms)} ms`).padStart(timeWidth)
  const mark = output.paint(tone, markOf(tone, output.signs).padEnd(2))
  return `${mark} ${title.padEnd(titleWidth)}${output.paint('strong', time)}  ${output.paint('quiet', because)}`
}

function between(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from
}

export function acted(step: string): Mark {
  return ({ actedAt }) => actedAt.get(step) ?? null
}

export function first(step: string, text: string): Mark {
  return ({ lines }) => lines.find(line => line.step === step && line.text.startsWith(text))?.atMono ?? null
}

export function last(step: string, text: string): Mark {
  return ({ lines }) =>
    lines.findLast(line => line.step === step && line.text.startsWith(text))?.atMono ?? null
}
