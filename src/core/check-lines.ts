import { type Draft, log } from './draft.ts'
import { ageText } from './duration.ts'
import { hasNeverComeUp } from './proven.ts'
import { type CheckState, checkState, isFailing, streakText } from './rise-fall.ts'
import type { ProbeResult, Severity, Verdict } from './role.ts'
import type { CheckSettings, Settings } from './settings.ts'
import type { State } from './state.ts'

/** What is said of checks: in the log, and as the reason for a decision. */

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
  } else if (!proven && hasNeverComeUp(check, after) && !hasNeverComeUp(check, before))
    log(draft, 'warning', unprovenText(name, result.detail))
  else if (proven && after.verdict !== 'down' && after.quarters > before.quarters)
    log(draft, 'notice', `check ${name}: failing, ${after.streak.count} of ${fall}: ${result.detail}`)
}

/** Of a check that has never been up, with the cure. */
export function unprovenText(name: string, detail: string): string {
  return `check ${name}: unproven, it has never been up and decides nothing: ${detail}; correct [check.${name}], or see why with 'berofosd check'`
}

/** Why the master is held for down: each required check that keeps failing, how many failures in a row, the last error. */
export function downEvidence(settings: Settings, state: State): string {
  return settings.checks
    .filter(check => isFailing([check], state.checks))
    .map(({ name }) => {
      const { streak, failure } = checkState(state.checks, name)
      return `check ${name} is down: ${streakText(streak)}, last: ${failure}`
    })
    .join('; ')
}

/** Why the master is held for up. */
export function upEvidence(settings: Settings, state: State, now: number): string {
  const answers = settings.checks
    .filter(check => check.required && checkState(state.checks, check.name).streak.outcome === 'answered')
    .map(({ name }) => `check ${name}: ${streakText(checkState(state.checks, name).streak)}`)
  const upFor =
    state.upSince === null
      ? 'the master answers'
      : `the master has been up for ${ageText(now - state.upSince)}`
  return [upFor, answers.join('; ')].filter(Boolean).join(', ')
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
