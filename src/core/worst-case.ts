import { durationText } from './duration.ts'
import { type BypassSettings, type CheckSettings, isStream } from './settings.ts'

/** What the detection time of a check depends on. */
export type DetectionTiming = Pick<
  CheckSettings,
  'name' | 'type' | 'intervalMs' | 'fastIntervalMs' | 'timeoutMs' | 'fall' | 'required'
>

/**
 * Milliseconds from the master's death until this check is down, when it dies right after a successful probe and
 * answers nothing from then on: the first probe that fails starts an interval later, the others at the check's pace
 * while it fails, and the last one fails at its timeout.
 */
export function worstCaseDetectionMs(check: Omit<DetectionTiming, 'name' | 'required'>): number {
  return check.intervalMs + (check.fall - 1) * longestPaceMs(check) + check.timeoutMs
}

/**
 * From the start of a probe that fails to the next. Without a fast interval probes of a check do not overlap: the next
 * starts an interval after the last one's start or at its end, whichever is later. A stream (ping) does not wait for what is
 * late; but while nothing answers it sleeps by the kernel's timer wheel, which is late by up to an eighth, and by a tick
 * of at most 10 ms (kernel/time/timer.c: 8 buckets a level at least, HZ of 100 at least; measured 1.024 s for 1 s).
 */
function longestPaceMs({ type, intervalMs, fastIntervalMs, timeoutMs }: PaceTiming): number {
  if (isStream({ type })) return lateByKernel(fastIntervalMs ?? intervalMs)
  return fastIntervalMs ?? Math.max(intervalMs, timeoutMs)
}
type PaceTiming = Pick<DetectionTiming, 'type' | 'intervalMs' | 'fastIntervalMs' | 'timeoutMs'>

function lateByKernel(ms: number): number {
  return ms + Math.max(ms / 8, 10)
}

/**
 * One line for the log and `check-config`. One required check that goes down is enough and a dead machine fails them
 * all, so the fastest required check decides; the others are named with their own time, since what only they see
 * takes that long.
 */
export function worstCaseText(checks: readonly DetectionTiming[]): string {
  const required = checks
    .filter(check => check.required)
    .sort((a, b) => worstCaseDetectionMs(a) - worstCaseDetectionMs(b))
  const [fastest, ...others] = required
  if (fastest === undefined) return 'no required check: the master is never found down'
  const first = `worst-case detection ${seconds(fastest)} (check ${fastest.name}: ${evidence(fastest)})`
  return [first, ...others.map(aloneText)].join('; ')
}

/** What a fast interval costs, and what is risked by one that is short; a sentence for each check that has to be told of. */
export function paceTexts(checks: readonly (DetectionTiming & { readonly rise: number })[]): string[] {
  return checks.flatMap(check => [...costOf(check), ...riskOf(check)])
}

function costOf({
  name,
  intervalMs,
  fastIntervalMs,
  rise,
}: DetectionTiming & { readonly rise: number }): string[] {
  if (fastIntervalMs === undefined || fastIntervalMs === intervalMs) return []
  const times = Number((intervalMs / fastIntervalMs).toFixed(1))
  const until = rise === 1 ? 'an answer comes in time' : `${rise} answers in a row come in time`
  return [
    `check ${name}: from an answer later than ${durationText(fastIntervalMs)} until ${until} it costs ${times} times as many probes`,
  ]
}

/** An outage shorter than this is in an operator's eyes none. */
const shortOutageMs = 1000

/** Probes that are lost make a check down within less than its worst case. */
function riskOf({ name, required, intervalMs, fastIntervalMs, timeoutMs, fall }: DetectionTiming): string[] {
  const outageMs = (fall - 1) * (fastIntervalMs ?? intervalMs) + timeoutMs
  if (!required || outageMs >= shortOutageMs) return []
  const late = `answers later than ${durationText(timeoutMs)}`
  return [`check ${name}: an outage of ${outageMs / 1000} s, or ${late} for so long, moves the lines`]
}

/** The device itself moves the lines when it was not kicked: by a kick that came right before the end, at the latest. */
function watchdogWorstCaseMs({ kickMs, watchdogMs }: Pick<BypassSettings, 'kickMs' | 'watchdogMs'>): number {
  return kickMs + watchdogMs
}

/** In front of a PBX, as a line for the log and `check-config`: what the move adds to a detection, and the watchdog. */
export function bypassText({ kickMs, watchdogMs }: BypassSettings, relayTimeoutMs: number): string {
  const times = `no kick for ${durationText(watchdogMs)}, kicked every ${durationText(kickMs)}`
  const watchdog = `worst case by watchdog ${watchdogWorstCaseMs({ kickMs, watchdogMs }) / 1000} s (${times})`
  return `lines at the PBX: after a detection by one write, at most ${durationText(relayTimeoutMs)}; ${watchdog}`
}

function aloneText(check: DetectionTiming): string {
  return `by check ${check.name} alone ${seconds(check)} (${evidence(check)})`
}

function evidence(check: DetectionTiming): string {
  const times = check.fall === 1 ? '1 failure' : `${check.fall} failures in a row`
  const first = `${times} at ${durationText(check.intervalMs)}`
  const { fastIntervalMs } = check
  return check.fall === 1 || fastIntervalMs === undefined
    ? first
    : `${first}, then ${durationText(fastIntervalMs)}`
}

function seconds(check: DetectionTiming): string {
  return `${worstCaseDetectionMs(check) / 1000} s`
}

/** How long a probe is under way alone, in ms. */
export function probeMs({
  intervalMs,
  fastIntervalMs = intervalMs,
  timeoutMs,
}: Pick<DetectionTiming, 'intervalMs' | 'fastIntervalMs' | 'timeoutMs'>): number {
  return Math.min(intervalMs, fastIntervalMs, timeoutMs)
}
