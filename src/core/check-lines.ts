import { type Draft, log } from './draft.ts'
import { isUnproven } from './proven.ts'
import { type CheckState, streakText } from './rise-fall.ts'
import type { ProbeResult, Severity, Verdict } from './role.ts'
import type { CheckSettings } from './settings.ts'

/** What the log says of one check. */

/**
 * Probes that can't be made are told of once, and again when none was for so long: a route that is missing for a
 * moment each second is one line.
 */
const quietMs = 3_600_000

/** Logs what one result of a check changed. `proven`: it was up before. */
export function logResult(
  draft: Draft,
  check: CheckSettings,
  { before, after, proven }: { before: CheckState; after: CheckState; proven: boolean },
): void {
  const { name, fall } = check
  const result = after.last?.result as ProbeResult
  const { inconclusiveAt } = before
  const isQuiet = inconclusiveAt !== null && draft.now.mono - inconclusiveAt < quietMs
  if (result.outcome === 'inconclusive' && !isQuiet)
    log(draft, 'warning', `check ${name}: can't check: ${result.detail}`)
  if (after.verdict !== before.verdict) {
    const line = verdictLine[after.verdict]
    log(draft, line.severity, line.text(name, after, result.detail))
  } else if (!proven && isUnproven(check, after) && !isUnproven(check, before))
    log(draft, 'warning', unprovenText(name, result.detail))
  else if (proven && after.verdict !== 'down' && after.quarters > before.quarters)
    log(draft, 'notice', `check ${name}: failing, ${after.streak.count} of ${fall}: ${result.detail}`)
}

/** Of a check that has never been up, with the cure. */
export function unprovenText(name: string, detail: string): string {
  return `check ${name}: unproven, it has never been up and decides nothing: ${detail}; correct [check.${name}], or see why with 'berofosd check'`
}

interface VerdictLine {
  readonly severity: Severity
  readonly text: (name: string, state: CheckState, detail: string) => string
}
const verdictLine: Readonly<Record<Verdict, VerdictLine>> = {
  down: {
    severity: 'warning',
    text: (n, { streak }, d) => `check ${n}: down after ${streakText(streak)}: ${d}`,
  },
  up: {
    severity: 'info',
    text: (n, { streak }, d) => `check ${n}: up after ${streakText(streak)}: ${d}`,
  },
  unknown: {
    severity: 'warning',
    text: (n, { inconclusive }, d) => `check ${n}: unknown, ${inconclusive} tries could not be made: ${d}`,
  },
}
