import { type CheckState, type CheckStates, checkState, masterVerdict } from './rise-fall.ts'
import { type CheckSettings, checkTraits } from './settings.ts'

/**
 * A check that was never up may ask the wrong port or the wrong host: it decides nothing until it is up for the first
 * time. What was proven is remembered by what is asked, so that a reboot beside a dead master still fails over. After a
 * damaged state all are taken to be, since they may have decided until then.
 */

/** Targets of the checks that are proven, as `checkTarget` tells them; null: all of them. */
export type Proven = readonly string[] | null

/** As many as anyone has checks, and some that are not configured at the moment: a reload may take one out and back. */
export const mostProven = 1000

/** What a check asks, as it is configured: `sip 10.34.1.10:5060/udp`. */
export function checkTarget(check: CheckSettings): string {
  return `${check.type} ${checkTraits[check.type].asks(check as never)}`
}

export function isProven(proven: Proven, check: CheckSettings): boolean {
  return proven === null || proven.includes(checkTarget(check))
}

export function withProven(proven: Proven, check: CheckSettings): Proven {
  if (proven === null || isProven(proven, check)) return proven
  return [...proven, checkTarget(check)].slice(-mostProven)
}

/** Whether the check was tried `fall` times and has never been up: no verdict of it is to be waited for. */
export function decidesNothing(check: CheckSettings, states: CheckStates, proven: Proven): boolean {
  return !isProven(proven, check) && checkState(states, check.name).results >= check.fall
}

/** It decides nothing, and not because its answers are still fewer than `rise`: all of them so far have come. */
export function hasNeverComeUp({ fall }: CheckSettings, { results, streak }: CheckState): boolean {
  const isComingUp = streak.outcome === 'answered' && streak.count === results
  return results >= fall && !isComingUp
}

/**
 * Whether the required checks have told what they can: each has a verdict, or was tried `fall` times without ever
 * having been up.
 */
export function haveSpoken(checks: readonly CheckSettings[], states: CheckStates, proven: Proven): boolean {
  const required = checks.filter(check => check.required)
  return (
    required.length > 0 &&
    required.every(
      check => checkState(states, check.name).verdict !== 'unknown' || decidesNothing(check, states, proven),
    )
  )
}

/** Checks without those that decide nothing, since they have never been up. */
export function decidingChecks(
  checks: readonly CheckSettings[],
  { checks: states, proven }: Known,
): CheckSettings[] {
  return checks.filter(check => !decidesNothing(check, states, proven))
}

/** Whether the master is up as far as those checks can tell that were ever up. */
export function isBack(checks: readonly CheckSettings[], known: Known): boolean {
  return masterVerdict(decidingChecks(checks, known), known.checks) === 'up'
}

interface Known {
  readonly checks: CheckStates
  readonly proven: Proven
}
