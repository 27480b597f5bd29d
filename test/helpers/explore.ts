import type { Effect } from '../../src/core/effects.ts'
import type { Event } from '../../src/core/events.ts'
import type { Moment } from '../../src/core/role.ts'
import { decide } from '../../src/core/role-machine.ts'
import { hookNames, type Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { pingCheck, someSettings } from './settings.ts'

/** One step of the policy, as seen while every reachable state meets every event. */
export interface Step {
  readonly settings: Settings
  readonly before: State
  readonly event: Event
  readonly after: State
  readonly effects: readonly Effect[]
  readonly now: Moment
}

/** Configurations that make every row and hold of the policy reachable. Short thresholds keep the space small. */
export const explored: Readonly<Record<string, Settings>> = {
  plain: small({}),
  'with hooks': small({
    hooks: { before_slave: 'a', after_slave: 'b', before_master: 'c', after_master: 'd', timeoutMs: 1000 },
  }),
  'before_master and ready_command': small({
    hooks: { before_slave: null, after_slave: null, before_master: 'c', after_master: null, timeoutMs: 1000 },
    failback: failback({ readyCommand: 'r', readyDeadlineMs: 40_000 }),
  }),
  'policy window': small({ failback: failback({ policy: 'window' }) }),
  'policy manual': small({ failback: failback({ policy: 'manual' }) }),
  'flap limit of one': small({ failback: failback({ flapLimit: 1 }) }),
  unconfigured: small({ devices: null }),
}

/**
 * Walks from the first start: every state not met before meets every event, until nothing new comes up. Two states
 * are the same when they differ in times and counts only by what the policy does not ask for.
 */
export function explore(settings: Settings, visit: (step: Step) => void): number {
  const seen = new Map<string, null>()
  const first: State = { ...initialState }
  let edge: { state: State; now: Moment }[] = [{ state: first, now: { mono: 1_000_000, wall: 1e12 } }]
  while (edge.length > 0) {
    const next: typeof edge = []
    for (const { state, now: last } of edge)
      for (const { event, afterMs } of everyEvent(state)) {
        const now = { mono: last.mono + afterMs, wall: last.wall + afterMs }
        const { state: after, effects } = decide(settings, state, event, now)
        visit({ settings, before: state, event, after, effects, now })
        const key = keyOf(after, settings, now)
        if (seen.has(key)) continue
        seen.set(key, null)
        next.push({ state: after, now })
      }
    edge = next
  }
  return seen.size
}

/** Every kind of event with every payload that matters, each at once and after a while. */
export function everyEvent(state: State): { event: Event; afterMs: number }[] {
  const result = (outcome: 'answered' | 'failed' | 'cannot') => ({ outcome, ms: 1, detail: outcome })
  const id = state.move?.id ?? 0
  const events: Event[] = [
    { kind: 'probed', check: 'ping', result: result('answered') },
    { kind: 'probed', check: 'ping', result: result('failed') },
    { kind: 'probed', check: 'ping', result: result('cannot') },
    { kind: 'surveyed', answering: 'fos1' },
    { kind: 'surveyed', answering: null },
    { kind: 'adopted', role: 'master' },
    { kind: 'adopted', role: 'slave' },
    { kind: 'settled', move: id, all: true },
    { kind: 'settled', move: id, all: false },
    { kind: 'settled', move: id - 1, all: true },
    ...hookNames.flatMap(hook =>
      [true, false].map((ok): Event => ({ kind: 'hookEnded', move: id, hook, ok, detail: 'exit' })),
    ),
    { kind: 'readyAnswered', question: state.questions, ready: true, detail: 'exit status 0' },
    { kind: 'readyAnswered', question: state.questions, ready: false, detail: 'exit status 1' },
    { kind: 'readyAnswered', question: state.questions - 1, ready: true, detail: 'late' },
    { kind: 'windowOpened', forMs: 60_000 },
    { kind: 'windowOpened', forMs: 0 },
    { kind: 'secondaryChanged', present: true },
    { kind: 'secondaryChanged', present: false },
    { kind: 'forced', role: 'master', forMs: null, reason: '' },
    { kind: 'forced', role: 'slave', forMs: 5000, reason: '' },
    { kind: 'forced', role: 'auto', forMs: null, reason: '' },
    { kind: 'pausedByOperator', forMs: 5000, reason: '' },
    { kind: 'resumed' },
    { kind: 'reminded' },
    { kind: 'reloaded', changed: [] },
    { kind: 'reloaded', changed: ['ping'] },
    { kind: 'woken' },
  ]
  const now = events.map(event => ({ event, afterMs: 10 }))
  const later: Event[] = [{ kind: 'woken' }, { kind: 'probed', check: 'ping', result: result('answered') }]
  const stalled = later.map(event => ({ event, afterMs: 300_000 }))
  return [...now, ...later.map(event => ({ event, afterMs: 61_000 })), ...stalled]
}

function keyOf(state: State, settings: Settings, { mono }: Moment): string {
  const past = (at: number | null) => (at === null ? null : at <= mono)
  const { checks, move, readiness, survey, override, pause, upSince } = state
  const check = checks.ping
  return JSON.stringify([
    state.phase,
    state.role,
    state.verdict,
    state.judged,
    state.adopting,
    state.secondary,
    [state.flapping, state.approved, Math.min(state.failovers.length, settings.failback.flapLimit)],
    check && [check.verdict, check.streak.outcome, Math.min(2, check.streak.count)],
    move && [move.to, move.event, move.stage, move.arrived],
    [readiness.is, survey.is, override?.role, pause !== null],
    [past(state.calledOffUntil), settings.failback.policy === 'window' && past(state.windowUntil)],
    upSince !== null && mono - upSince >= settings.failback.stableForMs,
  ])
}

function small(changes: Partial<Settings>): Settings {
  return someSettings({
    // An interval so long that a minute without a result is no stall.
    checks: [pingCheck({ fall: 2, rise: 2, intervalMs: 60_000 })],
    failback: failback({}),
    secondaryFile: '/var/lib/wazo/is-secondary',
    ...changes,
  })
}

function failback(changes: Partial<Settings['failback']>): Settings['failback'] {
  return { ...someSettings().failback, flapLimit: 0, ...changes }
}
