import { listText } from '../core/list-text.ts'
import type { Status, StatusFinding, StatusRelay } from './status-json.ts'

/** Findings of one cause as one sentence: `20 of 20 relays refuse the connection since 01:18:04, they answered until then`. */
export interface GroupedFinding {
  readonly severity: StatusFinding['severity']
  /** Of the first of them. */
  readonly since: string
  readonly text: string
}

type Named = Pick<Status, 'findings' | 'relays' | 'master'>

/** In the order of the findings. `status --json` has each of them. */
export function groupedFindings(status: Named): GroupedFinding[] {
  const groups = new Map<string, Found[]>()
  for (const finding of status.findings) {
    const found = foundIn(finding, status)
    const key = `${finding.severity} ${finding.code} ${found.cause}`
    groups.set(key, [...(groups.get(key) ?? []), found])
  }
  return [...groups.values()].map(group => {
    const [first] = [...group].sort((a, b) => a.finding.since.localeCompare(b.finding.since)) as [Found]
    const { severity, since, text } = first.finding
    return { severity, since, text: group.length === 1 ? text : sentence(first, group, status) }
  })
}

/** What is wrong with a relay, without the cure where a finding ends with it: a row beside the findings has little room. */
export function relayTrouble({ error }: StatusRelay, findings: readonly StatusFinding[]): string | null {
  const cureAt = error?.lastIndexOf(': ') ?? -1
  if (error === null || cureAt < 0) return error
  return findings.some(({ text }) => text.endsWith(error.slice(cureAt))) ? error.slice(0, cureAt) : error
}

interface Found {
  readonly finding: StatusFinding
  readonly kind: 'relay' | 'check' | 'other'
  readonly name: string
  /** What goes on after the name, where the text begins with it. */
  readonly clause: string | null
  /** The text without what differs from one relay or check to the next: names, addresses and times. */
  readonly cause: string
}

function foundIn(finding: StatusFinding, { relays, master }: Named): Found {
  const { text } = finding
  const relay = relays.find(({ name }) => hasWord(text, name))
  if (relay) {
    const clause = clauseAfter(text, relay.name)
    const place = `${relay.host} port ${relay.port}`
    const bare = (clause ?? text).replace(` (${place})`, '').replace(`${place} `, '')
    const cause = withoutTimes(clause === null ? bare.replace(relay.name, '') : bare)
    return { finding, kind: 'relay', name: relay.name, clause: clause === null ? null : bare, cause }
  }
  const check = master.checks.find(({ name }) => text.startsWith(`check ${name} `))
  if (!check) return { finding, kind: 'other', name: '', clause: null, cause: text }
  const clause = clauseAfter(text, `check ${check.name}`)
  return { finding, kind: 'check', name: check.name, clause, cause: withoutTimes(clause ?? text) }
}

function hasWord(text: string, word: string): boolean {
  return text.split(/[\s:,']+/).includes(word)
}

/** null: the text does not begin with the name. */
function clauseAfter(text: string, name: string): string | null {
  if (!text.startsWith(name) || !/^[ :]/.test(text.slice(name.length))) return null
  return text.slice(name.length)
}

function withoutTimes(text: string): string {
  return text.replace(/(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?/g, 'TIME')
}

function sentence(first: Found, group: readonly Found[], { relays }: Named): string {
  const names = group.map(({ name }) => name)
  const others = names.filter(name => name !== first.name)
  if (first.clause === null) return `${first.finding.text} (the same of ${listText(others)})`
  const clause = plural(first.clause)
  if (first.kind === 'check') return `checks ${listText(names)}${clause}`
  const which = names.length === relays.length ? '' : ` (${listText(names)})`
  return `${names.length} of ${relays.length} relays${which}${clause}`
}

/** What the daemon says of one, said of several. */
function plural(clause: string): string {
  return clause.replace(/\b(switch) it\b/g, '$1 them').replace(/[a-z]+/g, word => plurals[word] ?? word)
}

const plurals: Readonly<Record<string, string>> = {
  ...{ is: 'are', was: 'were', has: 'have', does: 'do', it: 'they', its: 'their', itself: 'themselves' },
  ...{ refuses: 'refuse', closes: 'close', reads: 'read', wants: 'want', answers: 'answer', fails: 'fail' },
  ...{ says: 'say', drifts: 'drift', turns: 'turn' },
}
