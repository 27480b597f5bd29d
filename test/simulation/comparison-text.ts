import type { Compared, Comparison, RuleName, SiteKind } from './compare.ts'
import type { Measures } from './measures.ts'

/** The tables and what they mean, as Markdown of at most 80 columns. */
export function comparisonText(comparison: Comparison): string {
  const { seeds, histories, sites } = comparison
  const kinds = Object.keys(siteTexts) as SiteKind[]
  return [
    `${histories} of ${seeds} seeds make a site at the pace of a real one; the old rule knows`,
    'no other. Each of these histories happened three times.',
    ...kinds.flatMap(kind => [
      '',
      siteTexts[kind](hours(sites[kind].simulatedMs)),
      '',
      ...table(sites[kind]),
    ]),
    '',
    ...meanings,
  ].join('\n')
}

const siteTexts: Readonly<Record<SiteKind, (simulated: string) => string>> = {
  shipped: simulated => `Default settings, with \`[check.sip]\` (5 s, fall 48) beside ping; ${simulated} h:`,
  drawn: simulated => `Settings drawn by chance, down to \`fall = 1\`; ${simulated} h:`,
}

interface MeasureRow {
  readonly name: string
  readonly value: (measures: Measures) => number
  readonly form: (value: number) => string
  /** Both finished other deaths, or it is a part of the row above: no ratio. */
  readonly single?: true
}

const rows: readonly MeasureRow[] = [
  { name: 'lines at a silent master, h', value: m => m.silentMs, form: hours },
  { name: 'lines at a deaf master, h', value: m => m.deafMs, form: hours },
  { name: 'failovers timed', value: m => m.leftMs.silent.length, form: String, single: true },
  { name: 'time to fail over, median, s', value: m => share(m.leftMs.silent, 0.5), form: seconds },
  { name: 'time to fail over, worst, s', value: m => share(m.leftMs.silent, 1), form: seconds },
  { name: 'needless switches', value: m => sumOf(m.needless), form: String },
  { name: '– the master was just back', value: m => m.needless.late, form: String, single: true },
  { name: '– the master out of reach', value: m => m.needless.blind, form: String, single: true },
  { name: '– to a dead master', value: m => m.needless.dead, form: String, single: true },
  { name: '– none of these', value: m => m.needless.plain, form: String, single: true },
  { name: 'times calls were cut', value: m => m.cut, form: String },
  { name: 'relays looked at when calm', value: m => m.looked, form: String, single: true },
  { name: 'relays left wrong', value: m => m.wrong, form: String },
]

const columns: readonly { readonly rule: RuleName; readonly title: string }[] = [
  { rule: 'eachMinute', title: 'old' },
  { rule: 'onChange', title: 'old, once' },
  { rule: 'berofosd', title: 'berofosd' },
]

function table({ measures }: Compared): string[] {
  const body = rows.map(({ name, value, form, single }) => {
    const values = columns.map(({ rule }) => value(measures[rule]))
    const [old = 0, , own = 0] = values
    return [name, ...values.map(form), single ? '' : ratio(own, old)]
  })
  return [
    line(['', ...columns.map(({ title }) => title), 'ratio']),
    `|${'-'.repeat(31)}|${`${'-'.repeat(10)}:|`.repeat(3)}${'-'.repeat(8)}:|`,
    ...body.map(line),
  ]
}

function line([name = '', ...values]: readonly string[]): string {
  return `| ${name.padEnd(29)} | ${values.map((value, index) => value.padStart(index < 3 ? 9 : 7)).join(' | ')} |`
}

const meanings = [
  '- *old*: cron each minute, `ping -c 3 -i 10`, one answer is enough; every',
  '  relay is set each minute, one after the other. *old, once*: relays are',
  '  set when the verdict changes only. *ratio*: berofosd to *old*.',
  '- *lines at … master*: hours summed over the relays. *silent*: it answers',
  '  nothing; *deaf*: it answers pings, and fails a required check of the site.',
  '  The slave is taken to be well always.',
  '- *time to fail over*: from the silence until the last relay has left; only',
  '  where nothing else was amiss, and the silence lasted for so long.',
  '- *needless*: an order that took the lines of a relay off a master that was',
  '  well, the way back from that, or an order that took them to a dead one.',
  '  *just back*: well for less than 30 s. *out of reach*: cut off from this',
  '  node, and well.',
  '- *calls cut*: an order that moved the lines of a relay off a server that',
  '  was well, failbacks included.',
  '- *left wrong*: relays at a dead master, or elsewhere than most relays, when',
  '  nothing was disturbed for minutes.',
  '- Nobody forces or pauses in these histories. The daemon is killed, stopped',
  '  and stalled, and loses its state; nothing befalls cron.',
]

export function sumOf(counts: Measures['needless']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** The value at this part of the sorted ones, 0.5: the median; NaN: there is none. */
export function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN
}

export function hours(ms: number): string {
  return (ms / 3_600_000).toFixed(1)
}

export function seconds(ms: number): string {
  return Number.isNaN(ms) ? '–' : (ms / 1000).toFixed(1)
}

function ratio(own: number, old: number): string {
  return old === 0 || Number.isNaN(own / old) ? '–' : (own / old).toFixed(2)
}
