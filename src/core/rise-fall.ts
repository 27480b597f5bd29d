import type { Moment, ProbeResult, Verdict } from './role.ts'
import type { CheckSettings } from './settings.ts'

/** What is known of one check. */
export interface CheckState {
  readonly verdict: Verdict
  /** Kind of the latest results, and how many of that kind came in a row. */
  readonly streak: { readonly outcome: ProbeResult['outcome']; readonly count: number }
  readonly last: { readonly result: ProbeResult; readonly mono: number; readonly wall: number } | null
}

export type Thresholds = Pick<CheckSettings, 'fall' | 'rise'>

export const uncheckedState: CheckState = {
  verdict: 'unknown',
  streak: { outcome: 'answered', count: 0 },
  last: null,
}

/**
 * Counts one result. `fall` failures in a row make the check down, `rise` answers in a row make it up, and `fall`
 * results in a row of a probe that can't be made leave it unknown: they say nothing of the master.
 */
export function countResult(
  state: CheckState,
  check: Thresholds,
  result: ProbeResult,
  now: Moment,
): CheckState {
  const same = state.streak.outcome === result.outcome
  const count = same ? state.streak.count + 1 : 1
  const reached = count >= neededInARow(result.outcome, check)
  return {
    verdict: reached ? verdictOf[result.outcome] : state.verdict,
    streak: { outcome: result.outcome, count },
    last: { result, ...now },
  }
}

/** How many results of this kind in a row decide the verdict. */
export function neededInARow(outcome: ProbeResult['outcome'], check: Thresholds): number {
  return outcome === 'answered' ? check.rise : check.fall
}

const verdictOf = { answered: 'up', failed: 'down', inconclusive: 'unknown' } as const

export type Checks = Readonly<Record<string, CheckState>>

/** The master is down when a required check is down, up when all required are up. */
export function masterVerdict(settings: readonly CheckSettings[], checks: Checks): Verdict {
  const verdicts = settings.filter(c => c.required).map(c => checkState(checks, c.name).verdict)
  if (verdicts.includes('down')) return 'down'
  return verdicts.length > 0 && verdicts.every(v => v === 'up') ? 'up' : 'unknown'
}

/**
 * Whether a required check is down and still failing: at least `fall` failures in a row, no answer since, and the last
 * of them later than `since` (mono; null: whenever). One that is on its way up stays down, but is no reason to move the lines.
 */
export function isFailing(
  settings: readonly CheckSettings[],
  checks: Checks,
  since: number | null = null,
): boolean {
  return settings.some(check => {
    const { streak, last } = checkState(checks, check.name)
    const enough = streak.outcome === 'failed' && streak.count >= check.fall
    return check.required && enough && (since === null || (last !== null && last.mono > since))
  })
}

/**
 * Whether the master may be well, for all that is known: no required check is down and still unanswered, and none that
 * is not up can't be made. There is a verdict then, sooner or later.
 */
export function mayBeWell(settings: readonly CheckSettings[], checks: Checks): boolean {
  const required = settings.filter(check => check.required)
  const speaksAgainst = ({ verdict, streak: { outcome } }: CheckState) =>
    verdict === 'down' ? outcome !== 'answered' : verdict === 'unknown' && outcome === 'inconclusive'
  return required.length > 0 && !required.some(check => speaksAgainst(checkState(checks, check.name)))
}

/** A result this late was not due to the master: this process, or the machine, stood still. */
const stallMs = 1000

/**
 * Whether the check was without a result for longer than its probes take: what was known of it is out of date. A
 * virtual machine that was frozen may know of it by its wall clock alone.
 */
export function isStale({ last }: CheckState, check: Timing, now: Moment): boolean {
  if (last === null) return true
  const passedMs = Math.max(now.mono - last.mono, now.wall - last.wall)
  return passedMs > check.intervalMs + check.timeoutMs + stallMs
}
type Timing = Pick<CheckSettings, 'intervalMs' | 'timeoutMs'>

/** Whether every required check's latest results are answers, `rise` of them in a row, and fresh: the master is well now. */
export function allAnswering(settings: readonly CheckSettings[], checks: Checks, now: Moment): boolean {
  return settings
    .filter(c => c.required)
    .every(check => {
      const state = checkState(checks, check.name)
      const { outcome, count } = state.streak
      return outcome === 'answered' && count >= check.rise && !isStale(state, check, now)
    })
}

export function checkState(checks: Checks, name: string): CheckState {
  return checks[name] ?? uncheckedState
}
