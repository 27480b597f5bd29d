import { portsOf } from '../../core/role.ts'
import { moveWord } from '../../core/site-words.ts'
import { timeText } from '../../core/time-text.ts'
import { type HistoryEntry, isDecided, type Switched } from '../../daemon/history.ts'
import type { TableRow } from '../table.ts'
import type { Tone } from '../tones.ts'

/** Which entries are told. `sinceWall`: wall clock milliseconds; null: all. */
export interface Wanted {
  readonly sinceWall: number | null
  readonly relay: string | null
}

export function wantedOf(entries: readonly HistoryEntry[], { sinceWall, relay }: Wanted): HistoryEntry[] {
  return entries.filter(entry => {
    if (sinceWall !== null && entry.at < sinceWall) return false
    return relay === null || ('relay' in entry && entry.relay === relay)
  })
}

/** What of the history makes one row: a move with what became of its relays, or anything else by itself. */
interface Gathered {
  readonly entry: HistoryEntry
  readonly switched: Switched[]
  /** How far the relays were when the move was over. */
  done: string | null
}

/** One row a move, with what became of its relays; what was switched without a move has a row of its own. */
export function historyRows(entries: readonly HistoryEntry[]): TableRow[] {
  const rows: Gathered[] = []
  for (const entry of entries) {
    const move = rows.findLast(row => isMove(row.entry))
    if (entry.what === 'switched' && move && belongs(move, entry)) move.switched.push(entry)
    else if (entry.what === 'done' && move) move.done ??= entry.text
    else if (entry.what !== 'done') rows.push({ entry, switched: [], done: null })
  }
  return rows.map(rowOf)
}

/** What is told as it comes, when nobody knows yet what becomes of a move. */
export function followedRow(entry: HistoryEntry): TableRow {
  return rowOf({ entry, switched: [], done: null })
}

function rowOf(row: Gathered): TableRow {
  const { entry } = row
  return {
    tone: toneOf(entry),
    cells: [timeText(entry.at), whatOf(entry), short(textOf(entry)) + arrivals(row)],
  }
}

/** The evidence of a move in a few words: `sip failed 3x: connection refused`; the log has all of it. */
function short(text: string): string {
  return text
    .replaceAll(/\bcheck (\S+) is down: (\d+) failures?(?: in a row)?, last: /g, '$1 failed $2x: ')
    .replace(/^(the \w+ (?:is|has been) up for [^,]+), check [^()]*/, '$1')
}

/** An entry as JSON tells it: with its time as ISO 8601. */
export function jsonForm(entry: HistoryEntry) {
  return { ...entry, at: new Date(entry.at).toISOString() }
}

const moves: readonly HistoryEntry['what'][] = ['failover', 'failback', 'forced']

function isMove({ what }: HistoryEntry): boolean {
  return moves.includes(what)
}

/** A line tells how long the relay was away from where it should be: since the move, or since it drifted later. */
function belongs({ entry, switched }: Gathered, { at, text, relay }: Switched): boolean {
  if (switched.some(earlier => earlier.relay === relay)) return false
  const [, ms = Number.NaN] = / in (\d+) ms$/.exec(text) ?? []
  const sinceMove = at - Number(ms) - entry.at
  return sinceMove > -1000 && sinceMove < longestHookMs
}

/** Before relays are told, a hook may run: `[hooks] timeout` is 60s by default. */
const longestHookMs = 61_000

/** ` -> 3 of 4 in 0.1 s, fos3 after 89 s`: those that took the most of a second longer than the first are named. */
function arrivals({ entry: { at: movedAt }, switched, done }: Gathered): string {
  const { total, open, tookMs } = countOf(done)
  const [first] = switched
  if (!first) return open.length > 0 ? ` -> none, open: ${open.join(', ')}` : ''
  const isLate = ({ at, relay }: Switched) => at - first.at > lateMs || open.includes(relay)
  const early = switched.filter(entry => !isLate(entry))
  const last = early.at(-1) ?? first
  const of = total === null ? (early.length === 1 ? ' relay' : ' relays') : ` of ${total}`
  const late = switched.filter(isLate)
  const missing = open.filter(name => !late.some(({ relay }) => relay === name))
  // One that was there before was not switched.
  const count = total === null ? early.length : total - missing.length - late.length
  // What the log says, where that is of these relays.
  const earlyMs = total !== null && late.length + open.length === 0 ? tookMs : last.at - movedAt
  return [
    ` -> ${count}${of} in ${secondsText(earlyMs)}`,
    ...late.map(({ relay, at }) => `${relay} after ${secondsText(at - movedAt)}`),
    ...(missing.length > 0 ? [`open: ${missing.join(', ')}`] : []),
  ].join(', ')
}

/** `3 of 4 relays in 2.00 s; open: fos3`. An entry of an older version has none. */
function countOf(done: string | null) {
  const [, total, seconds, open] =
    /^\d+ of (\d+) relays in ([\d.]+) s(?:; open: (.*))?$/.exec(done ?? '') ?? []
  const names = open?.split(', ') ?? []
  return { total: total === undefined ? null : Number(total), open: names, tookMs: Number(seconds) * 1000 }
}

/** Relays that are sound are read back within a fraction of a second of each other. */
const lateMs = 1000

function secondsText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  // Sound relays may take a few hundredths, and 0.0 s would say nothing.
  if (seconds < 0.05) return `${Math.max(0.01, seconds).toFixed(2)} s`
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
}

const tones: Readonly<Partial<Record<HistoryEntry['what'], Tone>>> = {
  failover: 'bad',
  failback: 'good',
  forced: 'odd',
  'called-off': 'odd',
  adopted: 'odd',
  override: 'odd',
  pause: 'odd',
  drift: 'bad',
  isolated: 'bad',
  held: 'odd',
  reload: 'quiet',
  start: 'quiet',
  stop: 'quiet',
}

/** `failover`, and `bypass` to a PBX. */
function whatOf(entry: HistoryEntry): string {
  return isDecided(entry) ? moveWord(entry.to, entry.what) : entry.what
}

function toneOf(entry: HistoryEntry): Tone {
  if (entry.what === 'check') return entry.text.includes(' is up ') ? 'good' : 'bad'
  if (entry.what === 'hook') return entry.text.endsWith(' failed') ? 'bad' : 'good'
  if (entry.what === 'done') return entry.text.includes('open: ') ? 'bad' : 'good'
  if (entry.what === 'isolated' && entry.text.startsWith('over')) return 'good'
  return tones[entry.what] ?? 'plain'
}

/** What the word before it says already is not repeated: where a failover goes, that a switch is one. */
function textOf(entry: HistoryEntry): string {
  if (entry.what === 'switched') {
    const text = entry.text.replace(/^switched /, '')
    return text.includes(entry.relay) ? text : `${entry.relay} ${portsOf(entry.mode)}: ${text}`
  }
  if (!isDecided(entry)) return entry.detail === undefined ? entry.text : `${entry.text}: ${entry.detail}`
  const { what, from, to, reason, by } = entry
  const who = by === undefined ? '' : ` (by ${by})`
  const isSaid = from === to || what === 'failover' || what === 'failback'
  return (isSaid ? reason : `${from} to ${to}: ${reason}`) + who
}
