import { durationText } from './duration.ts'
import type { CheckType } from './settings.ts'

/** What the detection time of a check depends on. */
export interface DetectionTiming {
  readonly name: string
  readonly type: CheckType
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly fall: number
  readonly required: boolean
}

/**
 * Milliseconds from the master's death until this check is down, when it dies right after a successful probe and
 * answers nothing from then on: the first probe that fails starts an interval later, the others at the check's pace,
 * and the last one fails at its timeout.
 */
export function worstCaseDetectionMs(check: Omit<DetectionTiming, 'name' | 'required'>): number {
  return check.intervalMs + (check.fall - 1) * longestPaceMs(check) + check.timeoutMs
}

/**
 * From the start of a probe that fails to the next. Probes of a check do not overlap: the next starts an interval after
 * the last one's start or at its end, whichever is later. ping alone does not wait for what is late; but while nothing
 * answers it sleeps by the kernel's timer wheel, which is late by up to an eighth, and by a tick of at most 10 ms
 * (kernel/time/timer.c: 8 buckets a level at least, HZ of 100 at least; measured 1.024 s for 1 s).
 */
function longestPaceMs({
  type,
  intervalMs,
  timeoutMs,
}: Pick<DetectionTiming, 'type' | 'intervalMs' | 'timeoutMs'>) {
  if (type === 'ping') return intervalMs + Math.max(intervalMs / 8, 10)
  return Math.max(intervalMs, timeoutMs)
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

function aloneText(check: DetectionTiming): string {
  return `by check ${check.name} alone ${seconds(check)} (${evidence(check)})`
}

function evidence(check: DetectionTiming): string {
  const times = check.fall === 1 ? '1 failure' : `${check.fall} failures in a row`
  return `${times} at ${durationText(check.intervalMs)}`
}

function seconds(check: DetectionTiming): string {
  return `${worstCaseDetectionMs(check) / 1000} s`
}
