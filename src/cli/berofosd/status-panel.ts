import { ageText } from '../../core/duration.ts'
import { isNormal } from '../../core/findings/codes.ts'
import { phaseTable } from '../../core/phases.ts'
import { linesAt, type RoleWord, siteText } from '../../core/site-words.ts'
import { isoTimeText } from '../../core/time-text.ts'
import { type GroupedFinding, groupedFindings } from '../../status/groups.ts'
import { headlineOfStatus } from '../../status/headline.ts'
import type { Status } from '../../status/status-json.ts'
import type { Look } from '../output.ts'
import { clean, hang, marked } from '../table.ts'
import { markOf, type Tone } from '../tones.ts'
import { checkTable, foldedRelays, relayTable } from './status-tables.ts'

/** The whole front panel: what is not normal first, then who has the lines, the checks and the relays. */
export function panel(status: Status, look: Look): string[] {
  return [
    ...headAndFindings(status, look),
    '',
    ...summary(status, look),
    '',
    ...checkTable(status, look),
    '',
    ...relayTable(status, look),
  ]
}

/**
 * The same in so many lines: relays that are well are folded, then of the summary only what comes next is told, since the
 * first line tells the rest. What still does not fit is cut at the end.
 */
export function fittingPanel(status: Status, look: Look, rows: number): string[] {
  const whole = panel(status, look)
  if (whole.length <= rows) return whole
  const top = headAndFindings(status, look)
  const tables = [...checkTable(status, look), '', ...foldedRelays(status, look)]
  const folded = [...top, '', ...summary(status, look), '', ...tables]
  if (folded.length <= rows) return folded
  const brief = [...top, ...summary(status, look, ['next']), '', ...tables]
  if (brief.length <= rows) return brief
  const left = brief.length - rows + 1
  return [...brief.slice(0, rows - 1), look.paint('quiet', `   ${left} more lines: make the terminal taller`)]
}

/** The present state in a line, and a line for each thing that is not normal, with the cure. */
export function headAndFindings(status: Status, look: Look): string[] {
  const groups = groupedFindings(status)
  const worst = isNormal(status.findings) ? 'good' : toneOf(groups[0])
  return [
    ...marked(worst, headlineOfStatus(status), look),
    ...mostOf(groups).flatMap(group => marked(toneOf(group), group.text, look)),
  ]
}

const findingTones: Readonly<Record<GroupedFinding['severity'], Tone>> = {
  error: 'bad',
  warning: 'odd',
  notice: 'quiet',
}

function toneOf(finding: Pick<GroupedFinding, 'severity'> | undefined): Tone {
  return finding ? findingTones[finding.severity] : 'good'
}

/** More of a severity are counted: a site in which all goes wrong at once is not read to the end. */
const mostOfSeverity = 8

/** The first few of each severity, and how many more there are. */
function mostOf(groups: readonly GroupedFinding[]): Pick<GroupedFinding, 'severity' | 'text'>[] {
  const severities = [...new Set(groups.map(({ severity }) => severity))]
  return severities.flatMap(severity => {
    const same = groups.filter(group => group.severity === severity)
    const rest = same.length - mostOfSeverity
    if (rest <= 0) return same
    const more = { severity, text: `${rest} more findings: see 'berofosd status --json'` }
    return [...same.slice(0, mostOfSeverity), more]
  })
}

const summaryLines = ['lines', 'phase', 'next'] as const
type SummaryLine = (typeof summaryLines)[number]

function summary(status: Status, look: Look, shown: readonly SummaryLine[] = summaryLines): string[] {
  const { role, site, since, now, phase, next } = status
  const age = ageText(Date.parse(now) - Date.parse(since))
  const texts: Readonly<Record<SummaryLine, string>> = {
    lines: `${placeOf(role)} since ${isoTimeText(since, now)}, for ${age}`,
    phase: `${phase}: ${siteText(site, phaseTable[phase]?.meaning ?? '')}`,
    next,
  }
  const indent = ' '.repeat(markOf('plain', look.signs).length + 1)
  return shown.flatMap(name => {
    const [first = '', ...more] = hang(`${indent}${name.padEnd(6)}`, clean(texts[name]), look.width)
    return [first.replace(name, () => look.paint('quiet', name)), ...more]
  })
}

/** `at the MASTER`, `through the SERVER`, `bypassed to the PBX`. */
function placeOf(role: RoleWord): string {
  return linesAt(role)
    .slice('lines '.length)
    .replace(/\w+$/, word => word.toUpperCase())
}
