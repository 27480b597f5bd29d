import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PingLine } from '../../src/probes/ping-output.ts'
import { PingTracker, sendSlackMs } from '../../src/probes/ping-tracker.ts'
import { linesOf, outcomes, reply, runs, watch } from './ping-lines.ts'

test('a step of the wall clock, by which ping measures, is no failure', () => {
  const tracker = new PingTracker({ intervalMs: 1000, timeoutMs: 1000 }, 0, 0)
  const hourMs = 3_600_000
  const seen = [
    tracker.take(reply(1), 1, 1),
    tracker.take(reply(2, hourMs + 0.5), 1001, 1001 + hourMs),
    tracker.take(reply(3), 2001, 2001 + hourMs),
  ].flat()
  assert.deepEqual(outcomes(seen), ['answered', 'answered', 'answered'])
  assert.deepEqual(new Set(seen.map(result => result.ms)), new Set([0.5]))
})

test('a step before the request was sent bends nothing', () => {
  const tracker = new PingTracker({ intervalMs: 1000, timeoutMs: 1000 }, 0, 0)
  tracker.take(reply(1), 1, 1)
  assert.equal(tracker.take(reply(2, 0.5), 1001, 3_601_001)[0]?.ms, 0.5)
})

test('a tick that comes far too late says that this process was stalled', () => {
  const tracker = new PingTracker({ intervalMs: 1000, timeoutMs: 500 }, 0)
  tracker.take(reply(1), 1)
  assert.deepEqual(tracker.tick(6000).map(result => [result.outcome, result.detail])[0], [
    'inconclusive',
    'this process was stalled for 4.4 s',
  ])
})

test('after a stall, replies that waited in the pipe are answers', () => {
  const tracker = new PingTracker({ intervalMs: 1000, timeoutMs: 500 }, 0)
  const results = [1, 2, 3, 4, 5].flatMap(number => tracker.take(reply(number), 5000))
  assert.deepEqual(outcomes(results), ['answered', 'answered', 'answered', 'answered', 'answered'])
})

test('after a stall, what ping says of a late reply counts as before', () => {
  const lines: [number, PingLine][] = [[0.5, reply(1)]]
  for (const seq of [2, 3, 4]) lines.push([(seq - 1) * 5000 + 0.5, reply(seq)])
  for (const seq of [5, 6, 7, 8]) lines.push([(seq - 1) * 5000 + 3000, reply(seq, 3000)])
  const timing = { intervalMs: 5000, timeoutMs: 3500 }
  const stalled = (atMs: number) => (atMs > 1 && atMs < 18_000 ? 18_000 : atMs)
  const inTime = watch(timing, lines, 40_000, stalled).filter(({ outcome }) => outcome === 'answered')
  assert.deepEqual(
    inTime.map(({ ms }) => ms),
    [0.5, 0.5, 0.5, 0.5, 3000, 3000, 3000, 3000],
  )
  const late = watch({ ...timing, timeoutMs: 1000 }, lines, 38_500, stalled)
  assert.deepEqual(outcomes(late.filter(({ atMs }) => atMs > 18_000)), [
    'failed',
    'failed',
    'failed',
    'failed',
  ])
})

/** From when to when the process did not run. */
const stalls = fc.array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 20_000 })), {
  maxLength: 3,
})

test('however long this process is stalled: what ping said in time is an answer and nothing else is', () => {
  fc.assert(
    fc.property(runs, stalls, ({ intervalMs, timeoutMs, rtts }, pauses) => {
      const ends = pauses
        .map(([fromMs, forMs]) => [fromMs, fromMs + forMs] as const)
        .sort(([a], [b]) => a - b)
      const awake = (atMs: number) =>
        ends.reduce((at, [fromMs, untilMs]) => (at >= fromMs && at < untilMs ? untilMs : at), atMs)
      const lines = linesOf(intervalMs, rtts)
      const heardMs = awake(lines.at(-1)?.[0] ?? 0)
      const soonMs = heardMs + intervalMs + timeoutMs + sendSlackMs(intervalMs)
      // The first may be late by the start of ping.
      const endMs = awake(Math.max(soonMs, timeoutMs + 250))
      const seen = watch({ intervalMs, timeoutMs }, lines, endMs, awake)
      const told = lines.flatMap(([, line]) => (line.kind === 'reply' ? [line.rttMs ?? 0] : []))
      const inTime = told.filter(rtt => rtt <= timeoutMs)
      const of = (outcome: string) => seen.filter(result => result.outcome === outcome)
      assert.deepEqual(
        of('answered').map(({ ms }) => ms),
        inTime,
      )
      // The one that is due after the last line is none of the run's, and was not answered.
      const notInTime = rtts.length + 1 - inTime.length
      assert.ok(of('failed').length <= notInTime, 'no failure too many')
      assert.ok(seen.length >= rtts.length + 1, 'each has its result, the next one in time')
      assert.ok(seen.every(({ ms }) => ms >= 0))
    }),
  )
})
