import { ageText } from '../../core/duration.ts'
import { listText } from '../../core/list-text.ts'
import { portsOf } from '../../core/role.ts'
import { isoTimeText } from '../../core/time-text.ts'
import { relayTrouble } from '../../status/groups.ts'
import type { Status, StatusCheck, StatusRelay } from '../../status/status-json.ts'
import type { Look } from '../output.ts'
import { marked, type TableRow, tableLines } from '../table.ts'
import type { Tone } from '../tones.ts'

const verdictTones: Readonly<Record<string, Tone>> = { up: 'good', down: 'bad', unknown: 'odd' }

export function checkTable({ site, master, now }: Status, look: Look): string[] {
  const tone = verdictTones[master.verdict] ?? 'odd'
  const name = site === 'bypass' ? 'SERVER' : `MASTER ${master.host || 'not named'}`
  const rows = master.checks.map(check => ({
    tone: checkTone(check),
    cells: [
      nameOf(check),
      { text: checkStateText(check), tone: checkTone(check) },
      check.since == null ? '-' : isoTimeText(check.since, now),
      lastText(check, now),
    ],
  }))
  return [
    ...marked(tone, `${name} ${master.verdict}`, look),
    ...tableLines(look, ['CHECK', 'VERDICT', 'SINCE', 'LAST'], rows),
  ]
}

/** A required check that fails is no longer well, though it is up still; what never decides raises no alarm. */
export function checkTone({ verdict, required, last }: StatusCheck): Tone {
  const own = verdictTones[verdict] ?? 'odd'
  if (!required && own !== 'good') return 'quiet'
  return own === 'good' && last?.ok === false ? 'odd' : own
}

export function nameOf({ name, type, required }: StatusCheck): string {
  const kind = name === type ? name : `${name} (${type})`
  return required ? kind : `${kind}, optional`
}

/** `up`, `up, fails 21/60`, `down`, `down, answers 2/5`; `since` tells since when it answers or fails. */
export function checkStateText({ verdict, streak, needed, last }: StatusCheck): string {
  if (last === null) return verdict
  const isOnItsWay = (verdict === 'up') !== last.ok
  const what = last.ok ? 'answers' : 'fails'
  if (verdict === 'unknown' || isOnItsWay) return `${verdict}, ${what} ${streak}/${needed}`
  return verdict
}

export function lastText({ last }: StatusCheck, now: string): string {
  return last === null ? 'not yet' : `${last.detail} (${last.ms} ms, ${agoText(last.at, now)})`
}

/** `52s ago`. */
export function agoText(at: string, now: string): string {
  const ageMs = Date.parse(now) - Date.parse(at)
  return ageMs < 1000 ? 'now' : `${ageText(ageMs)} ago`
}

export function relayTable(status: Status, look: Look): string[] {
  return [...title(status, look), ...relayRows(status.relays, status, look)]
}

/** Relays that are well in one line, the others as rows. */
export function foldedRelays(status: Status, look: Look): string[] {
  const { relays, now } = status
  const well = relays.filter(relay => relay.confirmed)
  const names = listText(well.map(({ name }) => name))
  const ages = well.map(({ at }) => Date.parse(now) - Date.parse(at ?? now))
  const text = `${names}: confirmed, read ${ageText(Math.max(...ages))} ago or less`
  return [
    ...title(status, look),
    ...relayRows(
      relays.filter(relay => !relay.confirmed),
      status,
      look,
    ),
    ...(well.length > 0 ? marked('good', text, look) : []),
  ]
}

function title({ relays }: Status, look: Look): string[] {
  if (relays.length === 0) return marked('odd', 'RELAYS none', look)
  const confirmed = relays.filter(relay => relay.confirmed).length
  return marked(
    confirmed === relays.length ? 'good' : 'bad',
    `RELAYS ${confirmed} of ${relays.length} confirmed`,
    look,
  )
}

interface Column {
  readonly head: string
  /** It is left out of lines that are shorter. */
  readonly from: number
  readonly cell: (relay: StatusRelay, status: Status) => TableRow['cells'][number]
}

const columns: readonly Column[] = [
  { head: 'RELAY', from: 0, cell: ({ name }) => name },
  { head: 'WANTED', from: 0, cell: ({ wanted }) => `${wanted} ${portsOf(wanted)}` },
  {
    head: 'ACTUAL',
    from: 0,
    cell: ({ actual, wanted }) =>
      actual === null ? '-' : { text: `${actual} ${portsOf(actual)}`, tone: toneOf(actual === wanted) },
  },
  { head: 'READ', from: 0, cell: ({ at }, { now }) => (at === null ? '-' : agoText(at, now)) },
  {
    head: 'CONFIRMED',
    from: 100,
    cell: ({ confirmed }) => ({ text: confirmed ? 'yes' : 'no', tone: toneOf(confirmed) }),
  },
  {
    head: 'SWITCHED',
    from: 80,
    cell: ({ lastSwitch }, { now }) => (lastSwitch === null ? '-' : isoTimeText(lastSwitch, now)),
  },
  {
    head: 'ADDRESS',
    from: 0,
    cell: (relay, { findings }) => {
      const { host, port } = relay
      // It names the address.
      const trouble = relayTrouble(relay, findings)
      if (trouble !== null) return { text: trouble, tone: 'bad' as const }
      return host === null ? 'no host' : `${host}:${port}`
    },
  },
]

function relayRows(relays: readonly StatusRelay[], status: Status, look: Look): string[] {
  if (relays.length === 0) return []
  const shown = columns.filter(({ from }) => look.width >= from)
  const rows = relays.map(relay => ({
    tone: toneOf(relay.confirmed),
    cells: shown.map(({ cell }) => cell(relay, status)),
  }))
  return tableLines(
    look,
    shown.map(({ head }) => head),
    rows,
  )
}

function toneOf(good: boolean): Tone {
  return good ? 'good' : 'bad'
}
