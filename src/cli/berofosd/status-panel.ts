import { ageText } from '../../core/duration.ts'
import { isNormal } from '../../core/findings/codes.ts'
import { phaseTable } from '../../core/phases.ts'
import { portsOf } from '../../core/role.ts'
import { statusLine } from '../../status/headline.ts'
import type { Status, StatusCheck, StatusFinding, StatusRelay } from '../../status/wire.ts'
import type { Look } from '../output.ts'
import { tableLines } from '../table.ts'
import { clean, hang } from '../text-layout.ts'
import { isoTimeText } from '../time-text.ts'
import { markOf, type Tone } from '../tones.ts'

/** The whole front panel: what is not normal first, then who has the lines, the checks and the relays. */
export function panel(status: Status, output: Look): string[] {
  return [
    ...headline(status, output),
    '',
    ...summary(status, output),
    '',
    ...checkTable(status, output),
    '',
    ...relayTable(status, output),
  ]
}

/** The present state in a line, and a line for each thing that is not normal, with the cure. */
export function headline(status: Status, output: Look): string[] {
  const { findings } = status
  const worst = isNormal(findings) ? 'good' : toneOf(findings[0])
  return [
    ...marked(worst, statusLine(status), output),
    ...mostOf(findings).flatMap(finding => marked(toneOf(finding), finding.text, output)),
  ]
}

const findingTones: Readonly<Record<StatusFinding['severity'], Tone>> = {
  error: 'bad',
  warning: 'odd',
  notice: 'quiet',
}

function toneOf(finding: Pick<StatusFinding, 'severity'> | undefined): Tone {
  return finding ? findingTones[finding.severity] : 'good'
}

/** A site with a dead switch has one cause, not fifty. */
const mostOfACode = 4

/** The first few of each code, and how many more there are. */
function mostOf(findings: readonly StatusFinding[]): Pick<StatusFinding, 'severity' | 'text'>[] {
  const codes = [...new Set(findings.map(({ code }) => code))]
  return codes.flatMap(code => {
    const same = findings.filter(finding => finding.code === code)
    const rest = same.length - mostOfACode
    const { severity } = same[0] as StatusFinding
    if (rest <= 0) return same
    const more = { severity, text: `${rest} more findings of the same kind: see 'berofosd status --json'` }
    return [...same.slice(0, mostOfACode), more]
  })
}

/** The text behind the mark of its tone, in that tone. */
export function marked(tone: Tone, text: string, output: Look): string[] {
  const mark = markOf(tone, output.colour)
  return hang(`${mark} `, clean(text), output.width).map(line => output.paint(tone, line))
}

function summary(status: Status, output: Look): string[] {
  const { role, since, now, phase, next } = status
  const age = ageText(Date.parse(now) - Date.parse(since))
  const lines: Readonly<Record<string, string>> = {
    lines: `at the ${role.toUpperCase()} since ${isoTimeText(since, now)} (${age})`,
    phase: `${phase}: ${phaseTable[phase]?.meaning ?? ''}`,
    next,
  }
  return Object.entries(lines).flatMap(([name, text]) => {
    const [first = '', ...more] = hang(`   ${name.padEnd(6)}`, clean(text), output.width)
    return [first.replace(name, () => output.paint('quiet', name)), ...more]
  })
}

const verdictTones: Readonly<Record<string, Tone>> = { up: 'good', down: 'bad', unknown: 'odd' }

function checkTable({ master, now }: Status, output: Look): string[] {
  const tone = verdictTones[master.verdict] ?? 'odd'
  const title = marked(tone, `MASTER ${master.host || 'not named'} ${master.verdict}`, output)
  const rows = master.checks.map(check => {
    const own = verdictTones[check.verdict] ?? 'odd'
    const verdict = { text: check.verdict, tone: own }
    return {
      // What never decides is shown, but raises no alarm.
      tone: check.required || own === 'good' ? own : ('quiet' as const),
      cells: [nameOf(check), verdict, streakText(check), lastText(check, now)],
    }
  })
  return [...title, ...tableLines(output, ['CHECK', 'VERDICT', 'IN A ROW', 'LAST'], rows)]
}

function nameOf({ name, type, required }: StatusCheck): string {
  const kind = name === type ? name : `${name} (${type})`
  return required ? kind : `${kind}, optional`
}

/** `412 ok`; on the way to another verdict `3/5 failed`. */
function streakText({ streak, needed, last }: StatusCheck): string {
  if (last === null) return '-'
  return `${streak}${streak < needed ? `/${needed}` : ''} ${last.ok ? 'ok' : 'failed'}`
}

function lastText({ last }: StatusCheck, now: string): string {
  return last === null ? 'not yet' : `${last.ms} ms, ${isoTimeText(last.at, now)}: ${last.detail}`
}

function relayTable({ relays, now }: Status, output: Look): string[] {
  const confirmed = relays.filter(relay => relay.confirmed).length
  const all = confirmed === relays.length && confirmed > 0
  const title = marked(all ? 'good' : 'bad', `RELAYS ${confirmed} of ${relays.length} confirmed`, output)
  if (relays.length === 0) return title
  const head = ['RELAY', 'WANTED', 'ACTUAL', 'CONFIRMED', 'SWITCHED', 'ADDRESS']
  const rows = relays.map(relay => ({ tone: relayTone(relay), cells: relayCells(relay, now) }))
  return [...title, ...tableLines(output, head, rows)]
}

function relayTone({ confirmed }: StatusRelay): Tone {
  return confirmed ? 'good' : 'bad'
}

function relayCells(relay: StatusRelay, now: string) {
  const { name, wanted, actual, confirmed, lastSwitch, host, port, error } = relay
  const address = host === null ? 'no host' : `${host}:${port}`
  return [
    name,
    `${wanted} ${portsOf(wanted)}`,
    actual === null ? '-' : { text: `${actual} ${portsOf(actual)}`, tone: tone(actual === wanted) },
    { text: confirmed ? 'yes' : 'no', tone: relayTone(relay) },
    lastSwitch === null ? '-' : isoTimeText(lastSwitch, now),
    // What is wrong names the address.
    error === null ? address : { text: error, tone: 'bad' as const },
  ]
}

function tone(good: boolean): Tone {
  return good ? 'good' : 'bad'
}
