import fc from 'fast-check'
import type { ProbeResult } from '../../src/core/role.ts'
import type { PingLine } from '../../src/probes/ping-output.ts'
import { PingTracker } from '../../src/probes/ping-tracker.ts'

export const reply = (seq: number, rttMs: number | null = 0.5): PingLine => ({
  kind: 'reply',
  seq: seq & 0xffff,
  rttMs,
  from: 'h',
})
export const missing = (seq: number): PingLine => ({ kind: 'missing', seq: seq & 0xffff })
export const outcomes = (results: readonly ProbeResult[]) => results.map(result => result.outcome)

/**
 * Plays lines at their times, ticking when a tick is due; results with the time they came. While the process is
 * stalled, neither happens: `awake` tells when it runs again, and lines are read first then.
 */
export function watch(
  timing: { intervalMs: number; timeoutMs: number },
  lines: readonly (readonly [number, PingLine])[],
  untilMs: number,
  awake = (atMs: number) => atMs,
) {
  const tracker = new PingTracker(timing, 0)
  const seen: (ProbeResult & { atMs: number })[] = []
  const note = (atMs: number, results: readonly ProbeResult[]) => {
    for (const result of results) seen.push({ atMs, ...result })
  }
  const nextTick = () => awake(tracker.nextTickAtMs())
  const tickUntil = (endMs: number) => {
    for (let at = nextTick(); at <= endMs; at = nextTick()) note(at, tracker.tick(at))
  }
  for (const [atMs, line] of lines) {
    tickUntil(awake(atMs) - 0.001)
    note(awake(atMs), tracker.take(line, awake(atMs)))
  }
  tickUntil(untilMs)
  return seen
}

/** A simulated run: which numbers are answered, after how long; the lines ping would print, in order of time. */
export const runs = fc.record({
  intervalMs: fc.integer({ min: 20, max: 2000 }),
  timeoutMs: fc.integer({ min: 20, max: 5000 }),
  rtts: fc.array(fc.option(fc.integer({ min: 0, max: 6000 })), { minLength: 1, maxLength: 40 }),
})

/** What ping prints of it, until 6 s after the last was sent. */
export function linesOf(intervalMs: number, rtts: readonly (number | null)[]): [number, PingLine][] {
  const lines: [number, PingLine][] = []
  for (const [index, rtt] of rtts.entries()) {
    const sentMs = index * intervalMs
    if (rtt !== null) lines.push([sentMs + rtt, reply(index + 1, rtt)])
    if (rtt === null || rtt > intervalMs) lines.push([sentMs + intervalMs, missing(index + 1)])
  }
  lines.sort(([a], [b]) => a - b)
  return lines.filter(([atMs]) => atMs <= (rtts.length - 1) * intervalMs + 6000)
}
