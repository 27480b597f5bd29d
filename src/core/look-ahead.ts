import { mayDecide } from './phases.ts'
import { isProven } from './proven.ts'
import { checkState } from './rise-fall.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/**
 * Whether the next failure may decide that the master is down: then relays and witnesses are asked beforehand, so that
 * the decision has not to wait for them. Returns for how long, in ms, an answer counts as fresh: the interval of the
 * check. null: no check is one failure short, or nothing is decided now.
 */
export function freshAheadMs(settings: Settings, state: State): number | null {
  // In front of a PBX nobody is asked beforehand.
  if (settings.site.kind === 'bypass') return null
  if (state.role !== 'master' || !mayDecide({ settings, state })) return null
  const intervals = settings.checks
    .filter(check => {
      const { verdict, streak } = checkState(state.checks, check.name)
      const isShort = streak.outcome === 'failed' && streak.count > 0 && streak.count === check.fall - 1
      return check.required && isShort && verdict !== 'down' && isProven(state.proven, check)
    })
    .map(check => check.intervalMs)
  return intervals.length > 0 ? Math.min(...intervals) : null
}
