import type { Alert, AlertedFinding } from '../core/alert-book.ts'

/** An alert with what a person wants to know besides, as it is sent. */
export interface Message extends Alert {
  /** When it became due, ISO 8601 UTC. */
  readonly at: string
  readonly site: Site
}

/** The state of the site at that moment. */
export interface Site {
  readonly node: string
  readonly role: string
  /** The present state in one line. */
  readonly headline: string
  /** As in `status --json`. */
  readonly lastMove: {
    readonly at: string
    readonly what: string
    readonly reason: string
    readonly by: string | null
  } | null
}

/** What proves that a way works. */
export function testMessage(site: Site, at: string): Message {
  const text = `a test alert of berofosd on ${site.node}: nothing is wrong because of it`
  return {
    event: 'test',
    code: 'test',
    severity: 'notice',
    findings: [{ subject: '', since: at, text }],
    at,
    site,
  }
}

const leadOf: Readonly<Record<Message['event'], (message: Message) => string>> = {
  raised: ({ severity }) => severity,
  repeated: ({ severity }) => `still ${severity}`,
  resolved: () => 'over',
  test: () => 'test',
}

/** Characters. */
const longestTitle = 120

/** One line: `tel2: error: fos3 is not confirmed: … (and 2 more)`. */
export function titleOf(message: Message): string {
  const { findings, site } = message
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : ''
  const line = `${site.node}: ${leadOf[message.event](message)}: ${textOf(message)}`
  return cut(line, longestTitle - more.length) + more
}

/** The first finding's sentence. */
function textOf({ findings: [first] }: Pick<Message, 'findings'>): string {
  return first?.text ?? ''
}

/** Twenty relays behind a dead switch are told one by one, fifty are not. */
const mostFindings = 20

/** All of it as text, for mail and the like. */
export function bodyOf(message: Message): string {
  const { findings, code, site, at, severity } = message
  const rest = findings.length - mostFindings
  const lines = [
    ...findings.slice(0, mostFindings).map(finding => findingLine(message, finding)),
    ...(rest > 0 ? [`… and ${rest} more of the same kind`] : []),
    '',
    `now: ${site.headline}`,
    ...moveLines(site),
    `node ${site.node}, ${localTime(at)}, ${severity} ${code}; 'berofosd status' tells all`,
  ]
  return `${lines.join('\n')}\n`
}

function findingLine({ event }: Message, { since, text }: AlertedFinding): string {
  if (event === 'test') return text
  return event === 'resolved'
    ? `over, it was so since ${localTime(since)}: ${text}`
    : `since ${localTime(since)}: ${text}`
}

function moveLines({ lastMove }: Site): string[] {
  if (lastMove === null) return []
  const { at, what, reason, by } = lastMove
  return [`last move: ${what} at ${localTime(at)}${by === null ? '' : `, by ${by}`}: ${reason}`]
}

/** As JSON, for programs. One object a message, its fields fixed: docs/operations.md lists them. */
export function jsonOf(message: Message): string {
  const { event, code, severity, findings, at, site } = message
  const since = findings.map(finding => finding.since).sort()[0]
  return JSON.stringify({ event, code, severity, text: textOf(message), since, at, ...site, findings })
}

/** The environment of `[alert] command`. */
export function environmentOf(message: Message): Record<string, string> {
  const { event, code, severity, at, site, findings } = message
  const variables = {
    EVENT: event,
    CODE: code,
    SEVERITY: severity,
    TEXT: textOf(message),
    TITLE: titleOf(message),
    SINCE: findings[0]?.since ?? at,
    AT: at,
    NODE: site.node,
    ROLE: site.role,
    HEADLINE: site.headline,
  }
  const named = Object.entries(variables).map(([name, value]) => [
    `BEROFOSD_ALERT_${name}`,
    value.replaceAll('\0', ''),
  ])
  return Object.fromEntries(named)
}

export function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

/** `2024-01-15 12:00:00`, local: people compare it with the clock on the wall. */
function localTime(iso: string): string {
  const date = new Date(iso)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}
