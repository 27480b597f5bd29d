import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PingLine } from '../../src/probes/ping-output.ts'
import { PingTracker } from '../../src/probes/ping-tracker.ts'
import { linesOf, missing, outcomes, reply, runs, watch } from './ping-lines.ts'

const play = (...[timing, lines, untilMs]: Parameters<typeof watch>) =>
  watch(timing, lines, untilMs).map(({ atMs, outcome, detail }) => ({ atMs, outcome, detail }))

test('each reply is one answer', () => {
  const seen = play(
    { intervalMs: 100, timeoutMs: 100 },
    [
      [1, reply(1)],
      [101, reply(2)],
      [201, reply(3)],
    ],
    250,
  )
  assert.deepEqual(outcomes(seen as never), ['answered', 'answered', 'answered'])
})

test('at 100 ms three failures are known within 350 ms of the last answer’s successor being due', () => {
  const lines = [
    [0.5, reply(1)],
    [210, missing(2)],
    [315, missing(3)],
    [420, missing(4)],
  ] as const
  const failed = play({ intervalMs: 100, timeoutMs: 100 }, lines, 425).filter(
    seen => seen.outcome === 'failed',
  )
  assert.equal(failed.length, 3)
  assert.ok((failed[2]?.atMs ?? 999) <= 450)
})

test('the first missing answer is known before ping says so', () => {
  const seen = play({ intervalMs: 1000, timeoutMs: 200 }, [[0.5, reply(1)]], 1999)
  assert.deepEqual(outcomes(seen as never), ['answered', 'failed'])
  assert.ok((seen[1]?.atMs ?? 0) <= 1000 + 200 + 70)
})

for (const fall of [1, 3, 5]) {
  test(`at 1 s, ${fall} failures are known within fall × interval + timeout + 300 ms, though ping is 30 ms late each time`, () => {
    const lines: [number, PingLine][] = [[0.5, reply(1)]]
    for (let k = 2; k < 10; k++) lines.push([1030 * k, missing(k)])
    const failed = play({ intervalMs: 1000, timeoutMs: 1000 }, lines, 20_000).filter(
      s => s.outcome === 'failed',
    )
    assert.ok((failed[fall - 1]?.atMs ?? 1e9) <= fall * 1000 + 1000 + 300)
  })
}

test('with a time-out longer than the interval, a late reply within it is an answer', () => {
  const lines = [
    [205, missing(1)],
    [310, missing(2)],
    [350, reply(1, 350)],
  ] as const
  const seen = play({ intervalMs: 100, timeoutMs: 1000 }, lines, 360)
  assert.deepEqual(outcomes(seen as never), ['answered'])
})

test('a reply later than the time-out is a failure', () => {
  const seen = play({ intervalMs: 1000, timeoutMs: 200 }, [[201, reply(1, 201)]], 300)
  assert.deepEqual(
    seen.map(({ outcome, detail }) => [outcome, detail]),
    [['failed', 'reply after 201 ms, later than 200 ms']],
  )
})

test('a reply to one that has failed already is dropped', () => {
  const seen = play(
    { intervalMs: 1000, timeoutMs: 200 },
    [
      [1000, missing(1)],
      [1001, reply(1, 1001)],
    ],
    1100,
  )
  assert.deepEqual(outcomes(seen as never), ['failed'])
})

test('a duplicate is dropped', () => {
  const seen = play(
    { intervalMs: 1000, timeoutMs: 200 },
    [
      [1, reply(1)],
      [2, reply(1)],
    ],
    100,
  )
  assert.equal(seen.length, 1)
})

test('an ICMP error is a failure at once', () => {
  const line: PingLine = { kind: 'unreachable', seq: 1, from: 'gw', reason: 'Destination Host Unreachable' }
  const seen = play({ intervalMs: 1000, timeoutMs: 1000 }, [[5, line]], 10)
  assert.deepEqual(seen, [{ atMs: 5, outcome: 'failed', detail: 'Destination Host Unreachable (from gw)' }])
})

test('what our own kernel did not send is inconclusive, and the next one is judged for itself', () => {
  const unsent: PingLine = { kind: 'unsent', reason: 'Network is unreachable' }
  const lines = [
    [0.5, reply(1)],
    [1001, unsent],
    [2003, missing(2)],
    [3005, missing(3)],
  ] as const
  const seen = play({ intervalMs: 1000, timeoutMs: 900 }, lines, 3006)
  assert.deepEqual(outcomes(seen as never), ['answered', 'inconclusive', 'failed'])
  assert.equal(seen[1]?.detail, 'this node could not send: Network is unreachable')
})

test('numbers whose lines were lost are inconclusive', () => {
  const seen = play(
    { intervalMs: 100, timeoutMs: 1000 },
    [
      [1, reply(1)],
      [401, reply(5)],
    ],
    402,
  )
  assert.deepEqual(outcomes(seen as never), ['answered', 'inconclusive', 'inconclusive', 'answered'])
})

test('a number far ahead is garbage', () => {
  assert.deepEqual(play({ intervalMs: 100, timeoutMs: 1000 }, [[1, reply(9000)]], 50), [])
})

test('icmp_seq wraps, and goes on', () => {
  const tracker = new PingTracker({ intervalMs: 100, timeoutMs: 100 }, 0)
  for (let number = 1; number <= 140_000; number++) {
    assert.deepEqual(outcomes(tracker.take(reply(number), number * 100)), ['answered'])
  }
  assert.deepEqual(outcomes(tracker.take(missing(140_001), 140_002 * 100)), ['failed'])
})

test('a ping that falls silent fails once, then is inconclusive, once an interval', () => {
  const seen = play({ intervalMs: 1000, timeoutMs: 500 }, [[1, reply(1)]], 6000)
  assert.deepEqual(outcomes(seen as never), [
    'answered',
    'failed',
    'inconclusive',
    'inconclusive',
    'inconclusive',
    'inconclusive',
  ])
})

test('whatever is answered when: each number has exactly one result, and the right one', () => {
  fc.assert(
    fc.property(runs, ({ intervalMs, timeoutMs, rtts }) => {
      const endMs = (rtts.length - 1) * intervalMs
      // ping goes on after the last: those numbers are not asked about here.
      const seen = play({ intervalMs, timeoutMs }, linesOf(intervalMs, rtts), endMs + timeoutMs + 300)
      const counted = seen.filter(result => result.outcome !== 'inconclusive').slice(0, rtts.length)
      assert.equal(counted.length, rtts.length)
      const answered = counted.filter(result => result.outcome === 'answered').length
      assert.equal(answered, rtts.filter(rtt => rtt !== null && rtt <= timeoutMs).length)
    }),
  )
})

test('a reply exactly at the time-out is an answer', () => {
  const seen = play({ intervalMs: 1000, timeoutMs: 200 }, [[200, reply(1, 200)]], 201)
  assert.deepEqual(outcomes(seen as never), ['answered'])
})

test('of numbers that wait for long no more than 4096 are kept: the oldest fails', () => {
  const tracker = new PingTracker({ intervalMs: 2, timeoutMs: 3_600_000 }, 0)
  const early = []
  for (let number = 1; number <= 5000; number++) early.push(...tracker.take(missing(number), number * 2))
  assert.equal(early.length, 5001 - 4096)
  assert.deepEqual(new Set(outcomes(early)), new Set(['failed']))
})
