import { checkObservers } from './findings/checks.ts'
import { type Finding, type FindingCode, findingCodes, findingSeverities } from './findings/codes.ts'
import type { Facts, Observation, Observer } from './findings/facts.ts'
import { relayObservers } from './findings/relays.ts'
import { hookObservers, nodeObservers, siteObservers } from './findings/site.ts'

/**
 * The one list of what is not as it should be. The mark before the headline, the exit status of `status`, the page, the metrics and the
 * health page are made from it. Each code has one observer, which finds it from the facts; the table is total over the codes.
 */
const observers: Readonly<Record<FindingCode, Observer>> = {
  ...siteObservers,
  ...checkObservers,
  ...relayObservers,
  ...hookObservers,
  ...nodeObservers,
}

interface Observed extends Observation {
  readonly code: FindingCode
}

/** What is to be found now: errors first, then warnings, then notices. */
export function observe(facts: Facts): Observed[] {
  return codesBySeverity.flatMap(code =>
    observers[code](facts).map(observation => ({ ...observation, code })),
  )
}

const codesBySeverity = (['error', 'warning', 'notice'] as const).flatMap(severity =>
  findingCodes.filter(code => findingSeverities[code] === severity),
)

/** When what was found before had begun: wall clock milliseconds by code and subject. */
export type Beginnings = ReadonlyMap<string, number>

/** Findings with their beginnings, which are remembered for as long as each of them lasts without a break. */
export function dated(
  observed: readonly Observed[],
  before: Beginnings,
  nowWall: number,
): { readonly noted: readonly NotedFinding[]; readonly beginnings: Beginnings } {
  const beginnings = new Map<string, number>()
  const noted = observed.map(({ code, subject, text, over = text, sinceWall }) => {
    const key = `${code} ${subject}`
    const since = sinceWall ?? before.get(key) ?? nowWall
    beginnings.set(key, since)
    const finding = { code, severity: findingSeverities[code], since: new Date(since).toISOString(), text }
    return { subject, finding, over }
  })
  return { noted, beginnings }
}

/** A finding with what it was found at, which stays the same while its text changes. */
export interface NotedFinding {
  readonly subject: string
  readonly finding: Finding
  /** What is said of it once it is over. */
  readonly over: string
}
