import type { ProbeResult } from '../core/role.ts'
import { hookNames } from '../core/settings.ts'
import { type MoveEvent, moveEvents } from '../core/state.ts'

/** What was counted since the process started, for `/metrics`. A name that is not there has counted nothing. */
export interface Counts {
  readonly moves: Readonly<Record<string, number>>
  /** By relay. */
  readonly drifts: Readonly<Record<string, number>>
  /** By check. */
  readonly probes: Readonly<Record<string, ProbeCounts>>
  /** By hook. */
  readonly hookFailures: Readonly<Record<string, number>>
  /** By way, the heartbeat included. */
  readonly alerts: Readonly<Record<string, Readonly<Record<AlertOutcome, number>>>>
}

/** delivered: a message was taken · failed: a try was in vain · lost: a message was given up. */
export type AlertOutcome = 'delivered' | 'failed' | 'lost'

export type ProbeCounts = Readonly<Record<ProbeResult['outcome'], number>> & {
  /** Answered probes that took at most so long, by the bounds of `probeBounds`; each counts in all longer ones, too. */
  readonly within: readonly number[]
  /** What all answered probes took together. */
  readonly sumMs: number
}

/** Upper bounds of the histogram of probe times, ms: a ping of a LAN takes 0.3, a TLS handshake 30, a deadline 1000. */
export const probeBounds = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000] as const

/** Of a check that was never probed. */
export const noProbes: ProbeCounts = {
  answered: 0,
  failed: 0,
  inconclusive: 0,
  within: probeBounds.map(() => 0),
  sumMs: 0,
}
const noAlerts = { delivered: 0, failed: 0, lost: 0 } as const

/** A process that has just started; what can be named beforehand stands at 0, so that its first increase is seen. */
export const noCounts: Counts = {
  moves: zeros(moveEvents),
  drifts: {},
  probes: {},
  hookFailures: zeros(hookNames),
  alerts: {},
}

export function withMove(counts: Counts, what: MoveEvent): Counts {
  return { ...counts, moves: increased(counts.moves, what) }
}

export function withDrift(counts: Counts, relay: string): Counts {
  return { ...counts, drifts: increased(counts.drifts, relay) }
}

export function withHookFailure(counts: Counts, hook: string): Counts {
  return { ...counts, hookFailures: increased(counts.hookFailures, hook) }
}

export function withAlert(counts: Counts, way: string, outcome: AlertOutcome): Counts {
  const before = counts.alerts[way] ?? noAlerts
  return { ...counts, alerts: { ...counts.alerts, [way]: { ...before, [outcome]: before[outcome] + 1 } } }
}

export function withProbe(counts: Counts, check: string, { outcome, ms }: ProbeResult): Counts {
  const before = counts.probes[check] ?? noProbes
  const counted = { ...before, [outcome]: before[outcome] + 1 }
  const answered = outcome === 'answered'
  const timed = answered
    ? {
        within: before.within.map((count, index) => count + Number(ms <= Number(probeBounds[index]))),
        sumMs: before.sumMs + ms,
      }
    : {}
  return { ...counts, probes: { ...counts.probes, [check]: { ...counted, ...timed } } }
}

function increased(
  numbers: Readonly<Record<string, number>>,
  name: string,
): Readonly<Record<string, number>> {
  return { ...numbers, [name]: (numbers[name] ?? 0) + 1 }
}

function zeros(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map(name => [name, 0]))
}
