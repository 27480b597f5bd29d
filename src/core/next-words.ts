import { ageText } from './duration.ts'
import { listText } from './list-text.ts'
import { isProven } from './proven.ts'
import { type CheckStates, checkState } from './rise-fall.ts'
import type { Moment } from './role.ts'
import { type CheckSettings, isStream } from './settings.ts'
import type { Situation } from './situation.ts'
import type { Pause, State } from './state.ts'
import { momentText, timeText } from './time-text.ts'
import { worstCaseDetectionMs } from './worst-case.ts'

/** Clauses of which `next` of `status` is made: what is to come, and when. */

/** `at 12:00:05, in 5s`, where the order has an end. */
export function endOf(pause: Pause | null, now: Moment, otherwise: string): string {
  return pause?.until == null ? otherwise : `at ${momentText(pause.until, now)}`
}

/** What takes the lines away from the master, and when. */
export function failoverText(situation: Situation): string {
  const { settings, state, now } = situation
  const required = settings.checks.filter(check => check.required)
  const proven = required.filter(check => isProven(state.proven, check))
  if (proven.length === 0)
    return `would fail over after ${required.length > 0 ? 'a check has been up: none ever was' : 'a verdict'}`
  const failing = nearest(proven, check => downAt(check, state))
  if (failing)
    return `${failing.check.name} ${failingText(failing.check, state.checks, now)}: would fail over at about ${momentText(failing.at, now)}`
  const tried = proven.filter(({ name }) => checkState(state.checks, name).verdict !== 'unknown')
  const fastest = nearest(tried, worstCaseDetectionMs)
  if (!fastest) return 'would decide as soon as a check can be made again'
  return `would fail over within ${secondsText(fastest.at)} of the master's death, by check ${fastest.check.name}`
}

/** `has failed since 01:23:04, 21 of 60`; of one that is down only since when. */
function failingText({ name, fall }: CheckSettings, checks: CheckStates, now: Moment): string {
  const { streak, since } = checkState(checks, name)
  const begun = since ? ` since ${timeText(since.wall, now.wall)}` : ''
  return `has failed${begun}${streak.count < fall ? `, ${streak.count} of ${fall}` : ''}`
}

/** When the master is up, and so long after that: `1m after sip and web both answer`. */
export function upText({ settings, state, now }: Situation, laterMs: number): string {
  const waited = settings.checks.filter(
    ({ name, required }) => required && checkState(state.checks, name).verdict !== 'up',
  )
  const silent = waited.filter(check => upAt(check, state) === null)
  if (silent.length > 0) {
    const restMs = laterMs + Math.max(...silent.map(risingMs))
    const answering = answersText(silent.map(({ name }) => name))
    return restMs < 1000 ? `as soon as ${answering}` : `${ageText(restMs)} after ${answering}`
  }
  const times = waited.map(check => upAt(check, state)).filter(at => at !== null)
  if (times.length === 0) return 'after a verdict'
  const [only, ...others] = waited.map(({ name }) => name)
  const goOn = others.length === 0 ? `${only} goes` : `${listText([String(only), ...others])} go`
  return `at about ${momentText(Math.max(...times) + laterMs, now)}, if ${goOn} on answering`
}

/** When there is a first verdict on the master. */
export function verdictText(situation: Situation): string {
  const { settings, state, now } = situation
  const proven = settings.checks.filter(check => check.required && isProven(state.proven, check))
  const failing = nearest(proven, check => downAt(check, state))
  if (failing) return `at about ${momentText(failing.at, now)}, if ${failing.check.name} goes on failing`
  return upText(situation, 0)
}

/** `sip answers`, `sip and web both answer`, `sip, web and tcp all answer`. */
export function answersText(names: readonly string[]): string {
  const words = ['answers', 'both answer', 'all answer']
  return `${listText(names)} ${words[Math.min(names.length, words.length) - 1]}`
}

/** The check with the smallest number; those without one are left out. */
function nearest(checks: readonly CheckSettings[], numberOf: (check: CheckSettings) => number | null) {
  return checks
    .flatMap(check => {
      const at = numberOf(check)
      return at === null ? [] : [{ check, at }]
    })
    .sort((a, b) => a.at - b.at)[0]
}

/** `6.5 s`, `4m 5s`. */
function secondsText(ms: number): string {
  return ms < 60_000 ? `${Number((ms / 1000).toFixed(1))} s` : ageText(Math.ceil(ms / 1000) * 1000)
}

/**
 * When a check will be down if its results go on as they are, `mono` milliseconds; null: its latest results are no
 * failures. One that is down already decides by its next failure.
 */
function downAt(check: CheckSettings, { checks }: Pick<State, 'checks'>): number | null {
  const { streak, last } = checkState(checks, check.name)
  if (streak.outcome !== 'failed' || streak.count === 0 || last === null) return null
  return last.mono + Math.max(1, check.fall - streak.count) * paceMs(check, last.result.ms)
}

/** When it will be up; null: its latest results are no answers. */
function upAt(check: CheckSettings, { checks }: Pick<State, 'checks'>): number | null {
  const { streak, last } = checkState(checks, check.name)
  if (streak.outcome !== 'answered' || streak.count === 0 || last === null) return null
  return last.mono + Math.max(0, check.rise - streak.count) * paceMs(check, last.result.ms)
}

/** From the first answer of a check until it is up. */
function risingMs(check: CheckSettings): number {
  return (check.rise - 1) * paceMs(check, 0)
}

/** From one result to the next while a check fails or comes back: all but a stream wait for the one before (probe-schedule.ts). */
function paceMs({ type, intervalMs, fastIntervalMs }: CheckSettings, tookMs: number): number {
  return fastIntervalMs ?? (isStream({ type }) ? intervalMs : Math.max(intervalMs, tookMs))
}
