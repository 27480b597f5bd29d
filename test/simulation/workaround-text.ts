import type { BesideWorkaround, BypassHistories, WorkaroundComparison } from './compare-workaround.ts'
import { hours, seconds, share, sumOf } from './comparison-text.ts'
import type { Measures } from './measures.ts'

/** The tables and what they mean, as Markdown. */
export function workaroundText({ seeds, histories, of }: WorkaroundComparison): string {
  const kinds = Object.keys(titles) as BypassHistories[]
  return [
    `${histories} of ${seeds} seeds make a site at the pace of a real one; the workaround knows no other, and one device.`,
    'Each of these histories happened twice, on devices on which `wdog=1` clears a trip, as the workaround needs it.',
    ...kinds.flatMap(kind => ['', titles[kind](hours(of[kind].simulatedMs)), '', ...table(kind, of[kind])]),
    '',
    ...meanings,
  ].join('\n')
}

const titles: Readonly<Record<BypassHistories, (simulated: string) => string>> = {
  outages: simulated =>
    `One thing at a time, with the settings of the documentation (a check each 5 s, timeout 5 s, fall 3: printed as 20 s by
check; kick 5 s, watchdog 60 s: printed as 65 s by watchdog); ${simulated} h:`,
  outagesDrawn: simulated =>
    `The same with settings drawn by chance, whose printed worst cases differ from site to site; ${simulated} h:`,
  anything: simulated =>
    `Whatever befalls a site, several things at the same time, with the settings of the documentation; ${simulated} h:`,
}

interface Row {
  readonly name: string
  readonly value: (measures: Measures) => number
  readonly form: (value: number) => string
  readonly in?: readonly BypassHistories[]
}

const timed: readonly BypassHistories[] = ['outages', 'outagesDrawn']
const outages = { silent: 'telephony ends', deaf: 'telephony hangs', off: 'power cut of the server' } as const
const kindsOfOutage = Object.entries(outages) as [keyof typeof outages, string][]

const rows: readonly Row[] = [
  ...kindsOfOutage.flatMap(([is, name]): Row[] => [
    { name: `${name}: bypassed`, value: m => m.leftMs[is].length, form: String, in: timed },
    { name: '– median, s', value: m => share(m.leftMs[is], 0.5), form: seconds, in: timed },
    { name: '– worst, s', value: m => share(m.leftMs[is], 1), form: seconds, in: timed },
  ]),
  { name: 'later than berofosd prints', value: m => m.late, form: String, in: timed },
  { name: 'lines at ended telephony, h', value: m => m.silentMs, form: twoDigits },
  { name: 'lines at hung telephony, h', value: m => m.deafMs, form: twoDigits },
  { name: 'lines at a server off, h', value: m => m.offMs, form: twoDigits },
  { name: 'times calls were cut', value: m => m.cut, form: String },
  { name: 'needless switches', value: m => sumOf(m.needless), form: String, in: ['anything'] },
  { name: '– to a dead server', value: m => m.needless.dead, form: String, in: ['anything'] },
  { name: 'devices looked at when calm', value: m => m.looked, form: String, in: ['anything'] },
  { name: 'devices left wrong', value: m => m.wrong, form: String, in: ['anything'] },
]

function table(kind: BypassHistories, { measures }: BesideWorkaround): string[] {
  const shown = rows.filter(row => row.in?.includes(kind) ?? true)
  return [
    line(['', 'workaround', 'berofosd']),
    `|${'-'.repeat(35)}|${`${'-'.repeat(11)}:|`.repeat(2)}`,
    ...shown.map(({ name, value, form }) =>
      line([name, form(value(measures.workaround)), form(value(measures.berofosd))]),
    ),
  ]
}

function line([name = '', ...values]: readonly string[]): string {
  return `| ${name.padEnd(33)} | ${values.map(value => value.padStart(10)).join(' | ')} |`
}

function twoDigits(ms: number): string {
  return (ms / 3_600_000).toFixed(2)
}

const meanings = [
  '- *workaround*: cron each minute asks the init script. If Asterisk runs, `mode=1`, `modedef=1` and `wdog=1` are written and',
  '  the watchdog of 60 s is kicked eleven times, 5 s apart; if not, nothing is done. Telephony that hangs still runs.',
  '- *telephony ends*: its process is gone. *hangs*: it is there and answers no SIP, as when stopped or behind a firewall.',
  '- *bypassed*, *median*, *worst*: from then until the device joins A--D, where nothing else was amiss.',
  '- *later than berofosd prints*: than the worst case that `check-config` prints for the site, by the check that sees it or by',
  '  watchdog, and half a second for the move itself.',
  '- *calls cut*: a move, of the watchdog too, that took the lines off a server or a PBX that was well. *needless*: off a',
  '  server that was well, the way back from that, or to one that was not.',
  '- *left wrong*: at a dead server, or at the PBX with the server well, when nothing was disturbed for minutes.',
  '- Nobody forces or pauses. The daemon is killed, stopped and stalled, and loses its state; only a power cut befalls cron.',
]
