import { type FindingCode, type FindingSeverity, findingCodes, findingSeverities } from './findings/codes.ts'
import type { NotedFinding } from './findings.ts'

/**
 * Which alerts are due: from the findings of before and of now, and the time. One alert tells all findings of one code
 * that are raised, repeated or resolved at the same time, so that a dead switch makes one message and not twenty.
 */

type AlertEvent = 'raised' | 'repeated' | 'resolved'

export interface Alert {
  readonly event: AlertEvent | 'test'
  readonly code: FindingCode | 'test'
  readonly severity: FindingSeverity
  /** At least one; of a resolved alert as they were last told. */
  readonly findings: readonly AlertedFinding[]
}

export interface AlertedFinding {
  /** A relay, a check and the like; '' where there is only one of the code. */
  readonly subject: string
  /** ISO 8601 UTC. */
  readonly since: string
  readonly text: string
}

/** One finding that was found, by code and subject. */
interface Entry extends AlertedFinding {
  readonly code: FindingCode
  /** What is said of it once it is over, as it was when it was last told: not how it was about to end. */
  readonly told: string
  /** The same, as it is now. */
  readonly over: string
  /** When it was first found, and last told; monotonic milliseconds; null: not told. */
  readonly seenAt: number
  readonly toldAt: number | null
  /** Since when it is not found any more, and when that was told. */
  readonly goneAt: number | null
  readonly resolvedAt: number | null
  /** So many times it has come back within an hour. */
  readonly returns: number
}

export type AlertBook = ReadonlyMap<string, Entry>
export const emptyBook: AlertBook = new Map()

export interface AlertRules {
  readonly level: FindingSeverity
  /** 0: never. */
  readonly repeatMs: number
}

/** A move takes some 0.4 s, in which its relays are findings: what is over by then is not told. */
const settleMs = 2000
/** What is gone for so long is over; twice as long for each time that it has come back, up to the longest. */
const calmMs = 5000
const longestCalmMs = 600_000
/** For so long it is remembered that a finding was there. */
const rememberedMs = 3_600_000

/** The book after a look at the findings of now, and what is to be told. `mono`: milliseconds. */
export function turnPage(
  book: AlertBook,
  found: readonly NotedFinding[],
  mono: number,
  rules: AlertRules,
): { readonly book: AlertBook; readonly alerts: readonly Alert[] } {
  const seen = withFound(book, found, mono, rules.level)
  const due = [...seen].flatMap(([key, entry]) => {
    const event = dueOf(entry, mono, rules)
    return event === null ? [] : [{ key, entry, event }]
  })
  const told = due.map(({ key, entry, event }) => [key, afterTelling(entry, event, mono)] as const)
  return { book: new Map([...seen, ...told]), alerts: grouped(due) }
}

/** A finding that was told, with the words in which it was. */
export interface StandingEntry extends AlertedFinding {
  readonly code: FindingCode
}

/** The entries that were told and are not over, for a restart; of what is not in it a raise is told again. */
export function standing(book: AlertBook): readonly StandingEntry[] {
  return [...book.values()]
    .filter(({ toldAt, resolvedAt }) => toldAt !== null && resolvedAt === null)
    .map(({ code, subject, since, told }) => ({ code, subject, since, text: told }))
}

/** The book of a daemon that starts, from what `standing` gave before: it counts as told now. */
export function reopened(entries: readonly StandingEntry[], mono: number): AlertBook {
  const times = { seenAt: mono, toldAt: mono, goneAt: null, resolvedAt: null, returns: 0 }
  return new Map(
    entries.map(entry => [
      keyOf(entry.code, entry.subject),
      { ...entry, told: entry.text, over: entry.text, ...times },
    ]),
  )
}

const ranks: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, notice: 2 }

function withFound(
  book: AlertBook,
  found: readonly NotedFinding[],
  mono: number,
  level: FindingSeverity,
): Map<string, Entry> {
  const next = new Map<string, Entry>()
  for (const { subject, finding, over } of found) {
    const { code, severity, since, text } = finding
    if (ranks[severity] > ranks[level]) continue
    const key = keyOf(code, subject)
    const before = book.get(key)
    const said = {
      // Whoever was told of it knows it by the code of then, and has to recognise its end.
      code: isOpen(before) && before.toldAt !== null ? before.code : code,
      subject,
      since: isOpen(before) ? before.since : since,
      text,
      told: before?.told ?? over,
      over,
    }
    next.set(key, { ...foundAgain(before, mono), ...said })
  }
  for (const [key, entry] of book) {
    if (next.has(key)) continue
    const goneAt = entry.goneAt ?? mono
    // What was never told is nobody's business, and neither is what was over long ago.
    if (entry.toldAt !== null && mono - goneAt < rememberedMs) next.set(key, { ...entry, goneAt })
  }
  return next
}

/** A relay that does not answer is told to move meanwhile: that is the same trouble, and told once. */
const sameTrouble: Readonly<Partial<Record<FindingCode, FindingCode>>> = { 'relay-told': 'relay-unconfirmed' }

function keyOf(code: FindingCode, subject: string): string {
  return `${sameTrouble[code] ?? code} ${subject}`
}

function isOpen(entry: Entry | undefined): entry is Entry {
  return entry !== undefined && entry.resolvedAt === null
}

type Times = Omit<Entry, keyof AlertedFinding | 'code' | 'told' | 'over'>

function foundAgain(before: Entry | undefined, mono: number): Times {
  const fresh = { seenAt: mono, toldAt: null, goneAt: null, resolvedAt: null }
  if (before === undefined) return { ...fresh, returns: 0 }
  const { seenAt, toldAt, resolvedAt, returns } = before
  if (resolvedAt !== null) return { ...fresh, returns: returns + 1 }
  return { seenAt, toldAt, goneAt: null, resolvedAt, returns }
}

function dueOf(entry: Entry, mono: number, { repeatMs }: AlertRules): AlertEvent | null {
  const { seenAt, toldAt, goneAt, resolvedAt, returns } = entry
  if (resolvedAt !== null) return null
  if (toldAt === null) return mono - seenAt >= settleMs ? 'raised' : null
  if (goneAt !== null)
    return mono - goneAt >= Math.min(longestCalmMs, calmMs * 2 ** returns) ? 'resolved' : null
  return repeatMs > 0 && mono - toldAt >= repeatMs ? 'repeated' : null
}

function afterTelling(entry: Entry, event: AlertEvent, mono: number): Entry {
  return event === 'resolved' ? { ...entry, resolvedAt: mono } : { ...entry, toldAt: mono, told: entry.over }
}

/** What is over comes last; the worst codes come first. */
const eventsInOrder = ['raised', 'repeated', 'resolved'] as const

function grouped(due: readonly { readonly entry: Entry; readonly event: AlertEvent }[]): Alert[] {
  const codes = [...findingCodes].sort((a, b) => ranks[findingSeverities[a]] - ranks[findingSeverities[b]])
  return eventsInOrder.flatMap(event =>
    codes.flatMap(code => {
      const same = due.filter(each => each.event === event && each.entry.code === code)
      if (same.length === 0) return []
      const findings = same.map(({ entry: { subject, since, text, told } }) => ({
        ...{ subject, since },
        text: event === 'resolved' ? told : text,
      }))
      return [{ event, code, severity: findingSeverities[code], findings }]
    }),
  )
}
