import type { Look } from './output.ts'
import { clean, cut, wrap } from './text-layout.ts'
import { markOf, type Tone } from './tones.ts'

export type Cell = string | { readonly text: string; readonly tone: Tone }

export interface TableRow {
  /** Its mark before the first cell. */
  readonly tone: Tone
  readonly cells: readonly Cell[]
}

/** No column but the last is wider: a host name can have 253 characters. */
const widestColumn = 24
const gap = '  '

/** Lines of a table with a head, a mark before each row, and the last column wrapped within the output's width. */
export function tableLines(output: Look, head: readonly string[], rows: readonly TableRow[]): string[] {
  const texts = rows.map(({ cells }) => cells.map(cell => clean(textOf(cell))))
  const widths = head.map((title, i) =>
    Math.min(widestColumn, Math.max(title.length, ...texts.map(row => row[i]?.length ?? 0))),
  )
  const indent = markOf('plain', output.colour).length + 1
  const layout = fit(widths, indent, output.width)
  const title = ' '.repeat(indent) + padded(head, layout).join(gap)
  return [
    output.paint('quiet', title.trimEnd()),
    ...rows.flatMap((row, i) => rowLines(output, row, texts[i] ?? [], layout)),
  ]
}

interface Layout {
  readonly widths: readonly number[]
  /** Columns before the last one. */
  readonly before: number
  readonly lastWidth: number
}

/** What the last column needs at least, to be worth reading. */
const leastLast = 16

/** Takes from the widest column until the last one has room. */
function fit(wanted: readonly number[], indent: number, width: number): Layout {
  const widths = [...wanted]
  const before = () => widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, indent)
  for (let over = before() + leastLast - width; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths.slice(0, -1)))
    widths[widest] = Math.max(1, (widths[widest] ?? 1) - 1)
  }
  return { widths, before: before(), lastWidth: Math.max(leastLast, width - before()) }
}

function rowLines(output: Look, row: TableRow, texts: readonly string[], layout: Layout): string[] {
  const last = texts.length - 1
  const [first = '', ...more] = wrap(texts[last] ?? '', layout.lastWidth)
  const fitted = padded([...texts.slice(0, last), first], layout)
  const painted = fitted.map((text, i) => paintCell(output, row.cells[i] ?? '', text))
  const mark = output.paint(row.tone, markOf(row.tone, output.colour))
  const tail = more.map(text => ' '.repeat(layout.before) + paintCell(output, row.cells[last] ?? '', text))
  return [`${mark} ${painted.join(gap)}`.trimEnd(), ...tail]
}

/** Every column but the last is filled up, or cut, to its width. */
function padded(texts: readonly string[], { widths }: Layout): string[] {
  return texts.map((text, i) => {
    const width = widths[i] ?? 0
    return i === texts.length - 1 ? text : cut(text, width).padEnd(width)
  })
}

function paintCell(output: Look, cell: Cell, text: string): string {
  if (typeof cell === 'string') return text
  // Blanks stay unpainted: an underlined or inverted tone would show them.
  const bare = text.trimEnd()
  return output.paint(cell.tone, bare) + ' '.repeat(text.length - bare.length)
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text
}
