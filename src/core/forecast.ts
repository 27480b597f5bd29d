import { checkState } from './rise-fall.ts'
import type { CheckSettings } from './settings.ts'
import type { State } from './state.ts'

/** When checks will have decided if their results go on as they are. Moments are `mono` milliseconds. */

/** null: its latest results are no failures. One that is down already decides by its next failure. */
export function downAt(check: CheckSettings, { checks }: Pick<State, 'checks'>): number | null {
  const { streak, last } = checkState(checks, check.name)
  if (streak.outcome !== 'failed' || streak.count === 0 || last === null) return null
  return last.mono + Math.max(1, check.fall - streak.count) * paceMs(check, last.result.ms)
}

/** null: its latest results are no answers. */
export function upAt(check: CheckSettings, { checks }: Pick<State, 'checks'>): number | null {
  const { streak, last } = checkState(checks, check.name)
  if (streak.outcome !== 'answered' || streak.count === 0 || last === null) return null
  return last.mono + Math.max(0, check.rise - streak.count) * paceMs(check, last.result.ms)
}

/** From the first answer of a check until it is up. */
export function risingMs(check: CheckSettings): number {
  return (check.rise - 1) * paceMs(check, 0)
}

/** From one result to the next while a check fails or comes back: all but ping wait for the one before (probe-schedule.ts). */
function paceMs({ type, intervalMs, fastIntervalMs }: CheckSettings, tookMs: number): number {
  return fastIntervalMs ?? (type === 'ping' ? intervalMs : Math.max(intervalMs, tookMs))
}
