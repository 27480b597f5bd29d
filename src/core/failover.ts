import { downEvidence } from './check-lines.ts'
import { type Draft, log, set } from './draft.ts'
import { durationText, longestDurationMs } from './duration.ts'
import { takeRole } from './moving.ts'
import { type Isolation, mostFailovers } from './state.ts'

/** The master is down, and this node is not cut off. */
export function failOver(draft: Draft): void {
  const { state, settings } = draft
  const { by } = state.isolation as Extract<Isolation, { is: 'answered' }>
  giveToSlave(draft, `${downEvidence(settings, state)}${by === '' ? '' : ` (${by} answers)`}`)
}

/** The lines go to the slave. */
export function giveToSlave(draft: Draft, reason: string): void {
  log(draft, 'warning', `failover: lines to the slave: ${reason}`)
  countFailover(draft)
  set(draft, { isolation: { is: 'none' } })
  takeRole(draft, 'slave', 'failover', reason)
}

/** So many of these within a while are flapping, which holds the failback. */
export function countFailover(draft: Draft): void {
  const { state, settings, now } = draft
  const { flapLimit, flapWindowMs } = settings.failback
  const failovers = withFailover(state.failovers, now.mono)
  const recent = failovers.filter(at => now.mono - at < flapWindowMs).length
  const flapping = state.flapping || (flapLimit > 0 && recent >= Math.min(flapLimit, mostFailovers))
  if (flapping && !state.flapping)
    log(
      draft,
      'warning',
      `flapping: ${recent} failovers within ${durationText(flapWindowMs)}: no failback until 'berofosd resume'`,
    )
  set(draft, { failovers, flapping })
}

/** Keeps more than the present flap limit needs: a reload may raise the limit or the window. */
function withFailover(failovers: readonly number[], mono: number): number[] {
  return [...failovers.filter(at => mono - at < longestDurationMs), mono].slice(-mostFailovers)
}
