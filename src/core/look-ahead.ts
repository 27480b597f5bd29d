import { isAutomatic } from './phases.ts'
import { isProven } from './proven.ts'
import { checkState } from './rise-fall.ts'
import type { CheckSettings, Settings } from './settings.ts'
import { isMasterLost } from './situation.ts'
import type { State } from './state.ts'
import { probeMs } from './worst-case.ts'

/** The checks whose next failure may decide that the master is down, while the lines are there. */
export function oneFailureShort(settings: Settings, state: State): readonly CheckSettings[] {
  if (state.role !== 'master' || !isAutomatic({ settings, state })) return []
  return settings.checks.filter(check => {
    const { verdict, streak } = checkState(state.checks, check.name)
    const isShort = streak.outcome === 'failed' && streak.count > 0 && streak.count === check.fall - 1
    return check.required && isShort && verdict !== 'down' && isProven(state.proven, check)
  })
}

/**
 * Before a failure decides, relays and witnesses are asked, so that the decision has not to wait for them. Returns for
 * how long, in ms, an answer counts as fresh: as long as a probe of the check is under way, its interval at most, so
 * that both are of the same network. null: no next failure decides, or it has decided.
 */
export function freshAheadMs(settings: Settings, state: State): number | null {
  // In front of a PBX nobody is asked.
  if (settings.site.kind === 'bypass' || isMasterLost({ settings, state })) return null
  if (state.role !== 'master' || !isAutomatic({ settings, state })) return null
  const times = settings.checks
    .filter(check => check.required && isProven(state.proven, check) && isUnderWay(check, state))
    .map(probeMs)
  return times.length > 0 ? Math.min(...times) : null
}

/**
 * The probe whose failure decides is begun, or about to be: probes may overlap. Of a check that is down, one more
 * failure since the end of a pause and the like decides.
 */
function isUnderWay(check: CheckSettings, { checks }: State): boolean {
  const { verdict, streak } = checkState(checks, check.name)
  if (streak.outcome !== 'failed' || streak.count === 0) return false
  return verdict === 'down' || streak.count >= check.fall - Math.ceil(check.timeoutMs / probeMs(check))
}
