import type { Look } from './output.ts'
import { markOf, type Tone } from './tones.ts'

type Cell = string | { readonly text: string; readonly tone: Tone }

export interface TableRow {
  /** Its mark before the first cell. */
  readonly tone: Tone
  readonly cells: readonly Cell[]
}

/** No column but the last is wider: a host name can have 253 characters. */
const widestColumn = 24
const gap = '  '

/**
 * Lines of a table with a head, a mark before each row, and the last column wrapped within the output's width.
 * @param spare titles of columns that are left out, the first one first, before any other is cut
 */
export function tableLines(
  output: Look,
  head: readonly string[],
  rows: readonly TableRow[],
  spare: readonly string[] = [],
): string[] {
  const texts = rows.map(({ cells }) => cells.map(cell => clean(textOf(cell))))
  const widths = head.map((title, i) =>
    Math.min(widestColumn, Math.max(title.length, ...texts.map(row => row[i]?.length ?? 0))),
  )
  const indent = markOf('plain', output.signs).length + 1
  const [leftOut, ...others] = spare
  if (leftOut !== undefined && excess(widths, indent, output.width, widestColumn) > 0) {
    const isKept = (_: unknown, i: number) => head[i] !== leftOut
    const fewer = rows.map(row => ({ ...row, cells: row.cells.filter(isKept) }))
    return tableLines(output, head.filter(isKept), fewer, others)
  }
  const layout = fit(widths, indent, output.width)
  const title = ' '.repeat(indent) + padded(head, layout, '').join(gap)
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
  for (let over = excess(widths, indent, width, leastLast); over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths.slice(0, -1)))
    widths[widest] = Math.max(1, (widths[widest] ?? 1) - 1)
  }
  const before = columnsBefore(widths, indent)
  return { widths, before, lastWidth: Math.max(leastLast, width - before) }
}

/** By how much the columns are too wide for the last one to have what it wants, or `most` of it. */
function excess(widths: readonly number[], indent: number, width: number, most: number): number {
  return columnsBefore(widths, indent) + Math.min(most, widths.at(-1) ?? 0) - width
}

function columnsBefore(widths: readonly number[], indent: number): number {
  return widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, indent)
}

function rowLines(output: Look, row: TableRow, texts: readonly string[], layout: Layout): string[] {
  const last = texts.length - 1
  const [first = '', ...more] = wrap(texts[last] ?? '', layout.lastWidth)
  const fitted = padded([...texts.slice(0, last), first], layout, cutSign(output))
  const painted = fitted.map((text, i) => paintCell(output, row.cells[i] ?? '', text))
  const mark = output.paint(row.tone, markOf(row.tone, output.signs))
  const tail = more.map(text => ' '.repeat(layout.before) + paintCell(output, row.cells[last] ?? '', text))
  return [`${mark} ${painted.join(gap)}`.trimEnd(), ...tail]
}

/** Every column but the last is filled up, or cut, to its width. */
function padded(texts: readonly string[], { widths }: Layout, sign: string): string[] {
  return texts.map((text, i) => {
    const width = widths[i] ?? 0
    return i === texts.length - 1 ? text : cut(text, width, sign).padEnd(width)
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

/** Text on a terminal: nothing here knows colours. */

/** Foreign text, fit for a terminal: control characters could move its cursor or set its title. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
}

/**
 * Breaks at blanks into lines of at most `width` characters; a word that is longer is broken anywhere. At least one
 * line.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/).flatMap(word => pieces(word, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** The same with blanks before every line but the first: `first` stands before that. */
export function hang(first: string, text: string, width: number): string[] {
  return wrap(text, width - first.length).map((line, index) =>
    index === 0 ? first + line : ' '.repeat(first.length) + line,
  )
}

/** What stands for what is cut. */
export function cutSign({ signs }: Pick<Look, 'signs'>): string {
  return signs ? '…' : '~'
}

/** At most `width` characters; `sign` stands for what is cut. */
export function cut(text: string, width: number, sign = '…'): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${sign}`
}

function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word]
  return Array.from({ length: Math.ceil(word.length / width) }, (_, i) =>
    word.slice(i * width, (i + 1) * width),
  )
}

/** The text behind the mark of its tone, in that tone. */
export function marked(tone: Tone, text: string, look: Look): string[] {
  const mark = markOf(tone, look.signs)
  return hang(`${mark} `, clean(text), look.width).map(line => look.paint(tone, line))
}
