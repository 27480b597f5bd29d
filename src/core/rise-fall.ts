import type { Moment, ProbeResult, Verdict } from './role.ts'
import type { CheckSettings } from './settings.ts'
import { worstCaseDetectionMs } from './worst-case.ts'

interface Streak {
  readonly outcome: 'answered' | 'failed'
  readonly count: number
}

/** `5 failures in a row`, `1 answer`. */
export function streakText({ outcome, count }: Streak): string {
  const word = outcome === 'answered' ? 'answer' : 'failure'
  return count === 1 ? `1 ${word}` : `${count} ${word}s in a row`
}

/** What is known of one check. Times are `mono` milliseconds unless they are a `Moment`. */
export interface CheckState {
  readonly verdict: Verdict
  /**
   * Kind of the latest conclusive results, and how many of that kind came in a row. Inconclusive results in between
   * neither count nor end the streak.
   */
  readonly streak: Streak
  /** When its first result came; null: there is none. */
  readonly since: Moment | null
  /** When its failures came that still count: the latest `fall` of them, oldest first; empty when they are answers. */
  readonly failures: readonly number[]
  /** What the latest failure was; empty: there was none. */
  readonly failure: string
  /** When the probe was begun that was the latest failure; null: there was none. */
  readonly failureBegun: number | null
  /** Inconclusive results since the latest conclusive one. */
  readonly inconclusive: number
  /** When the latest inconclusive result came; null: none did. */
  readonly inconclusiveAt: number | null
  /** How many quarters of a long `fall` this streak of failures has reached; 0 where `fall` is short. */
  readonly quarters: number
  /** Results since the check was started, of any kind. */
  readonly results: number
  readonly last: ({ readonly result: ProbeResult } & Moment) | null
  /** The latest answer; while there was none, the first result. null: there was no result at all. */
  readonly answered: Moment | null
}

type Thresholds = Pick<
  CheckSettings,
  'type' | 'intervalMs' | 'fastIntervalMs' | 'timeoutMs' | 'fall' | 'rise'
>

export const uncheckedState: CheckState = {
  verdict: 'unknown',
  streak: { outcome: 'answered', count: 0 },
  since: null,
  failures: [],
  failure: '',
  failureBegun: null,
  inconclusive: 0,
  inconclusiveAt: null,
  quarters: 0,
  results: 0,
  last: null,
  answered: null,
}

/**
 * Counts one result. `fall` failures in a row make the check down, `rise` answers in a row make it up. A result of a
 * probe that could not be made says nothing of the master: it ends no streak, and `fall` of them in a row make the check
 * unknown. Failures that are too old to be part of the same outage count no longer. A check that was never
 * up (not `proven`) can't be down: it may ask the wrong thing.
 */
export function countResult(
  state: CheckState,
  check: Thresholds,
  result: ProbeResult,
  now: Moment,
  proven: boolean,
): CheckState {
  const counted = counters[result.outcome](dropOldFailures(state, check, now.mono), check, now, result)
  const verdict = counted.verdict === 'down' && !proven ? 'unknown' : counted.verdict
  const results = state.results + 1
  return { ...counted, verdict, results, last: { result, ...now }, answered: counted.answered ?? now }
}

type Counter = (state: CheckState, check: Thresholds, now: Moment, result: ProbeResult) => CheckState

const counters: Readonly<Record<ProbeResult['outcome'], Counter>> = {
  answered: (state, { rise }, now) => {
    const { count, since } = grown(state, 'answered', now)
    return {
      ...state,
      verdict: count >= rise ? 'up' : state.verdict,
      streak: { outcome: 'answered', count },
      since,
      failures: [],
      inconclusive: 0,
      quarters: 0,
      answered: now,
    }
  },
  failed: (state, { fall }, now, { ms, detail }) => {
    const { count, since } = grown(state, 'failed', now)
    return {
      ...state,
      verdict: count >= fall ? 'down' : state.verdict,
      streak: { outcome: 'failed', count },
      since,
      failures: [...state.failures, now.mono].slice(-Math.min(fall, mostTimesKept)),
      failure: detail,
      failureBegun: now.mono - ms,
      inconclusive: 0,
      quarters: fall < longFall ? 0 : Math.max(state.quarters, Math.floor((4 * count) / fall)),
    }
  },
  inconclusive: (state, { fall }, { mono }) => {
    const inconclusive = state.inconclusive + 1
    return {
      ...state,
      verdict: inconclusive >= fall ? 'unknown' : state.verdict,
      inconclusive,
      inconclusiveAt: mono,
    }
  },
}

/** The streak with one result more, or a new one. */
function grown({ streak, since }: CheckState, outcome: CheckState['streak']['outcome'], now: Moment) {
  const goesOn = streak.outcome === outcome && streak.count > 0
  return goesOn ? { count: streak.count + 1, since } : { count: 1, since: now }
}

/** From this `fall` on the log tells how far a streak of failures has come. */
const longFall = 8

/** Of a longer `fall` the failures before the latest thousand are taken to be as fresh as the oldest of these. */
const mostTimesKept = 1000

/**
 * Failures in a row all lie within the worst-case detection time, however often a probe fails; with as many
 * inconclusive results in between they take twice as long. What is older belongs to another outage.
 */
function dropOldFailures(state: CheckState, check: Thresholds, mono: number): CheckState {
  const failures = state.failures.filter(at => mono - at <= 2 * worstCaseDetectionMs(check))
  if (failures.length === state.failures.length) return state
  const quarters = failures.length > 0 ? state.quarters : 0
  const streak = { outcome: 'failed', count: failures.length } as const
  return { ...state, failures, quarters, streak, since: firstOf(failures, state.since) }
}

function firstOf([first]: readonly number[], before: Moment | null): Moment | null {
  if (first === undefined || before === null) return null
  return { mono: first, wall: before.wall + first - before.mono }
}

/** The streak that decides or will decide the verdict: how many results it has, and how many it needs. */
export function decidingStreak(
  { streak, inconclusive }: CheckState,
  { fall, rise }: Pick<Thresholds, 'fall' | 'rise'>,
): { readonly count: number; readonly needed: number } {
  if (inconclusive >= fall || (inconclusive > 0 && streak.count === 0))
    return { count: inconclusive, needed: fall }
  return { count: streak.count, needed: streak.outcome === 'answered' ? rise : fall }
}

/** What is known of each check, by its name. */
export type CheckStates = Readonly<Record<string, CheckState>>

/** The master is down when a required check is down, up when all required are up. */
export function masterVerdict(checks: readonly CheckSettings[], states: CheckStates): Verdict {
  const verdicts = checks.filter(c => c.required).map(c => checkState(states, c.name).verdict)
  if (verdicts.includes('down')) return 'down'
  return verdicts.length > 0 && verdicts.every(v => v === 'up') ? 'up' : 'unknown'
}

/**
 * Whether a required check is down and still failing: at least `fall` failures in a row and no answer since. One that is
 * on its way up is down still, but no reason to move the lines.
 * @param begunSince counts only where the probe of the latest failure was begun then or later (mono); null: whenever
 */
export function isFailing(
  checks: readonly CheckSettings[],
  states: CheckStates,
  begunSince: number | null = null,
): boolean {
  return checks.some(check => {
    const { verdict, streak, failureBegun } = checkState(states, check.name)
    const enough = verdict === 'down' && streak.outcome === 'failed' && streak.count >= check.fall
    return check.required && enough && (begunSince === null || (failureBegun ?? 0) >= begunSince)
  })
}

/**
 * Whether the master may be well, for all that is known, and a verdict on it will come. It is not while the latest word
 * of a required check that is not up is a failure, and none comes while such a check can't be made.
 */
export function mayBeWell(checks: readonly CheckSettings[], states: CheckStates): boolean {
  const required = checks.filter(check => check.required)
  return required.length > 0 && !required.some(check => speaksAgainst(checkState(states, check.name), check))
}

/** Whether the latest word of a required check that is not up is a failure. */
export function hasFailedLast(checks: readonly CheckSettings[], states: CheckStates): boolean {
  return checks.some(({ name, required }) => required && lastWordIsFailure(checkState(states, name)))
}

function lastWordIsFailure({ verdict, streak }: CheckState): boolean {
  return verdict !== 'up' && streak.outcome === 'failed' && streak.count > 0
}

function speaksAgainst(state: CheckState, { fall }: Thresholds): boolean {
  return lastWordIsFailure(state) || (state.verdict !== 'up' && state.inconclusive >= fall)
}

/** A result this late was not due to the master: this process, or the machine, stood still. */
const stallMs = 1000

/**
 * Whether the check was without a result for longer than its probes take: what was known of it is out of date. A
 * virtual machine that was frozen may know of it by its wall clock alone.
 */
export function isStale({ last }: CheckState, check: Timing, now: Moment): boolean {
  if (last === null) return true
  const passedMs = Math.max(now.mono - last.mono, now.wall - last.wall)
  return passedMs > check.intervalMs + check.timeoutMs + stallMs
}
type Timing = Pick<CheckSettings, 'intervalMs' | 'timeoutMs'>

/**
 * The required checks whose latest results are not answers, `rise` of them in a row, and fresh: with none of them the
 * master is well now. A probe that could not be made is no answer, and a failback is never urgent.
 */
export function notAnswering(
  checks: readonly CheckSettings[],
  states: CheckStates,
  now: Moment,
): readonly CheckSettings[] {
  return checks.filter(check => {
    const state = checkState(states, check.name)
    const { outcome, count } = state.streak
    const answers = outcome === 'answered' && count >= check.rise && state.inconclusive === 0
    return check.required && !(answers && !isStale(state, check, now))
  })
}

export function checkState(states: CheckStates, name: string): CheckState {
  return states[name] ?? uncheckedState
}
