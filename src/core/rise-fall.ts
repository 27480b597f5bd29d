import type { ProbeResult, Verdict } from './role.ts'
import type { CheckSettings } from './settings.ts'

/** What is known of one check. */
export interface CheckState {
  readonly verdict: Verdict
  /** Kind of the latest results, and how many of that kind came in a row. */
  readonly streak: { readonly outcome: ProbeResult['outcome']; readonly count: number }
  readonly last: { readonly result: ProbeResult; readonly wall: number } | null
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
  wall: number,
): CheckState {
  const same = state.streak.outcome === result.outcome
  const count = same ? state.streak.count + 1 : 1
  const reached = count >= neededInARow(result.outcome, check)
  return {
    verdict: reached ? verdictOf[result.outcome] : state.verdict,
    streak: { outcome: result.outcome, count },
    last: { result, wall },
  }
}

/** How many results of this kind in a row decide the verdict. */
export function neededInARow(outcome: ProbeResult['outcome'], check: Thresholds): number {
  return outcome === 'answered' ? check.rise : check.fall
}

const verdictOf = { answered: 'up', failed: 'down', cannot: 'unknown' } as const

export type Checks = Readonly<Record<string, CheckState>>

/** The master is down when a required check is down, up when all required are up. */
export function masterVerdict(settings: readonly CheckSettings[], checks: Checks): Verdict {
  const verdicts = settings.filter(c => c.required).map(c => checkState(checks, c.name).verdict)
  if (verdicts.includes('down')) return 'down'
  return verdicts.length > 0 && verdicts.every(v => v === 'up') ? 'up' : 'unknown'
}

/** Whether every required check's latest results are answers, `rise` of them in a row: the master is not failing now. */
export function allAnswering(settings: readonly CheckSettings[], checks: Checks): boolean {
  return settings
    .filter(c => c.required)
    .every(({ name, rise }) => {
      const { streak } = checkState(checks, name)
      return streak.outcome === 'answered' && streak.count >= rise
    })
}

export function checkState(checks: Checks, name: string): CheckState {
  return checks[name] ?? uncheckedState
}
