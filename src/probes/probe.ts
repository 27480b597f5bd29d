import type { ProbeResult } from '../core/role.ts'
import type { CheckSettings } from '../core/settings.ts'
import type { Clock } from '../system/clock.ts'

/**
 * One try. Resolves with what it saw, at the latest `timeoutMs` after the call, never rejects, leaves nothing
 * open. An abort ends it early (`inconclusive`).
 */
export type ProbeOnce<C extends CheckSettings = CheckSettings> = (
  check: C,
  clock: Clock,
  signal: AbortSignal,
) => Promise<ProbeResult>

/**
 * A probe that keeps going by itself (one long-running ping). Reports one result an interval until stopped;
 * `stop` resolves when nothing is left running.
 */
export type ProbeStream<C extends CheckSettings = CheckSettings> = (
  check: C,
  clock: Clock,
  report: (result: ProbeResult) => void,
) => { stop(): Promise<void> }

export interface ProbeKind<C extends CheckSettings = CheckSettings> {
  readonly once: ProbeOnce<C>
  readonly stream?: ProbeStream<C>
}
