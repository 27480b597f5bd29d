import { mayDecide } from './phases.ts'
import { isProven } from './proven.ts'
import { checkState } from './rise-fall.ts'
import type { Settings } from './settings.ts'
import { isMasterLost } from './situation.ts'
import type { State } from './state.ts'

/**
 * Whether the next failure may decide that the master is down: then relays and witnesses are asked beforehand, so that
 * the decision has not to wait for them. Returns for how long, in ms, an answer counts as fresh: as long as a probe of
 * the check is under way, its interval at most, so that both are of the same network. null: no check is one failure
 * short, or nothing is decided now.
 */
export function freshAheadMs(settings: Settings, state: State): number | null {
  // In front of a PBX nobody is asked beforehand.
  if (settings.site.kind === 'bypass') return null
  if (state.role !== 'master' || !mayDecide({ settings, state })) return null
  // The question has been put.
  if (isMasterLost({ settings, state })) return null
  const times = settings.checks
    .filter(check => {
      const { verdict, streak } = checkState(state.checks, check.name)
      if (!check.required || streak.outcome !== 'failed' || !isProven(state.proven, check)) return false
      return verdict === 'down'
        ? streak.count >= check.fall
        : streak.count > 0 && streak.count === check.fall - 1
    })
    .map(({ intervalMs, timeoutMs }) => Math.min(intervalMs, timeoutMs))
  return times.length > 0 ? Math.min(...times) : null
}
