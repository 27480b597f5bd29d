import { good, type Parsed, unfit } from './parsed.ts'

/**
 * A cron expression as node-cron takes them, blanks between fields made single: five fields (minute hour day month
 * weekday) or six (second first), each `*`, numbers, names, ranges, steps and lists of these; `?` for any day; or
 * @daily and its like. Stricter than node-cron, never laxer: what it takes fires at some time.
 */
export function parseCron(text: string): Parsed<string> {
  if (/^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i.test(text)) return good(text)
  const fields = text.split(/[ \t]+/)
  if (fields.length !== 5 && fields.length !== 6) return unfit(text, 'not a cron expression', cronForm)
  const rows = fieldRows.slice(6 - fields.length)
  const at = rows.findIndex((row, index) => !isField(fields[index] ?? '', row))
  const wrong = rows[at]
  if (wrong)
    return unfit(
      text,
      `not a cron expression: its ${wrong.name} "${fields[at]}" is malformed`,
      wrong.expected,
    )
  const [day = '', month = ''] = fields.slice(-3)
  if (neverComes(day, month)) return unfit(text, 'a day that never comes', 'a day that the month has')
  return good(fields.join(' '))
}

const cronForm = 'minute hour day month weekday, such as 0 2 * * *, optionally with the second first'

interface FieldRow {
  readonly name: string
  readonly low: number
  readonly high: number
  readonly names: readonly string[]
  /** What else node-cron takes in this field, once each in a list. */
  readonly special: RegExp | null
  readonly expected: string
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdays = 'sun mon tue wed thu fri sat'.split(' ')

const fieldRows: readonly FieldRow[] = [
  field('second', 0, 59),
  field('minute', 0, 59),
  field('hour', 0, 23),
  field('day', 1, 31, [], /^(?:L|L-(?:[1-9]|[12]\d|30)|(?:[1-9]|[12]\d|3[01]|L)W)$/i),
  field('month', 1, 12, months),
  field('weekday', 0, 7, weekdays, /^(?:[0-7]L|[0-7]#[1-5])$/i),
]

function field(
  name: string,
  low: number,
  high: number,
  names: readonly string[] = [],
  special: RegExp | null = null,
): FieldRow {
  const words = names.length === 0 ? '' : ` or ${names[0]} to ${names.at(-1)}`
  return { name, low, high, names, special, expected: `${low} to ${high}${words}, with * , - and /` }
}

function isField(text: string, row: FieldRow): boolean {
  if (text === '?' && row.special !== null) return true
  return text.split(',').every(part => row.special?.test(part) || numbersOf(part, row) !== null)
}

/** What `*`, `7`, `mon`, `1-5` and ranges with `/2` stand for; null: malformed. A range may go round: `fri-mon`, `22-4`. */
function numbersOf(part: string, row: FieldRow): number[] | null {
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(part)
  if (match === null) return null
  const [, every, from = '', to, step] = match
  if (step !== undefined && (Number(step) < 1 || Number(step) > row.high)) return null
  if (every === undefined && step !== undefined && to === undefined) return null
  const first = every === undefined ? numberOf(from, row) : row.low
  const last = every === undefined ? numberOf(to ?? from, row) : row.high
  return first === null || last === null ? null : stepsThrough(row, first, last, Number(step ?? 1))
}

function numberOf(text: string, row: FieldRow): number | null {
  const word = row.names.indexOf(text.toLowerCase())
  if (word !== -1) return word + row.low
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  return number >= row.low && number <= row.high ? number : null
}

function stepsThrough({ low, high }: FieldRow, first: number, last: number, step: number): number[] {
  const size = high - low + 1
  const count = Math.floor(((last - first + size) % size) / step) + 1
  return Array.from({ length: count }, (_, index) => ((first - low + index * step) % size) + low)
}

const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** `30 2`, `31 4,6`: no such day in any of the months. */
function neverComes(day: string, month: string): boolean {
  const [, , , dayRow, monthRow] = fieldRows
  if (day === '?' || dayRow === undefined || monthRow === undefined) return false
  const days = day.split(',').map(part => numbersOf(part, dayRow))
  const length = Math.max(
    ...month
      .split(',')
      .flatMap(part => (numbersOf(part, monthRow) ?? []).map(n => longestMonth[n - 1] ?? 31)),
  )
  return days.every(numbers => numbers?.every(date => date > length) ?? false)
}
