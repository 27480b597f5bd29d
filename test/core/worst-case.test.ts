import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  bypassText,
  type DetectionTiming,
  paceTexts,
  worstCaseDetectionMs,
  worstCaseText,
} from '../../src/core/worst-case.ts'

const ping: DetectionTiming = {
  name: 'ping',
  type: 'ping',
  intervalMs: 1000,
  timeoutMs: 1000,
  fall: 5,
  required: true,
}
const tcp: DetectionTiming = { ...ping, name: 'tcp', type: 'tcp' }
const sip: DetectionTiming = { ...tcp, name: 'sip', type: 'sip', intervalMs: 5000, fall: 48 }

describe('the worst case of a check is death right after a success', () => {
  const rows: [string, Partial<DetectionTiming>, number][] = [
    ['five failures', {}, 6000],
    ['one failure is enough', { fall: 1 }, 2000],
    ['a short timeout', { timeoutMs: 200 }, 5200],
    ['a fast interval sets the pace, whatever the timeout', { fastIntervalMs: 300 }, 1000 + 4 * 300 + 1000],
    ['a timeout longer than the interval sets the pace', { timeoutMs: 3000 }, 1000 + 4 * 3000 + 3000],
  ]
  for (const [title, timing, ms] of rows)
    test(title, () => assert.equal(worstCaseDetectionMs({ ...tcp, ...timing }), ms))

  const pings: [string, Partial<DetectionTiming>, number][] = [
    ['the defaults: ping is late by an eighth while nothing answers', {}, 1000 + 4 * 1125 + 1000],
    ['one ping that fails is sent in time', { fall: 1 }, 2000],
    ['a tick of the kernel is more than an eighth', { intervalMs: 20, timeoutMs: 20 }, 20 + 4 * 30 + 20],
    ['a fast interval: the same failures, sooner', { fastIntervalMs: 300 }, 1000 + 4 * 337.5 + 1000],
    ['ping waits for no answer that is late', { timeoutMs: 3000 }, 1000 + 4 * 1125 + 3000],
  ]
  for (const [title, timing, ms] of pings)
    test(title, () => assert.equal(worstCaseDetectionMs({ ...ping, ...timing }), ms))

  test('agrees with probes played one after the other', () => {
    const ms = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 1, max: 50 }), (intervalMs, timeoutMs, fall) => {
        let start = 0
        let end = 0
        for (let failures = 0; failures < fall; failures++) {
          start = Math.max(start + intervalMs, end)
          end = start + timeoutMs
        }
        assert.equal(worstCaseDetectionMs({ type: 'tcp', intervalMs, timeoutMs, fall }), end)
      }),
    )
  })
})

describe('the worst case of the node', () => {
  test('names the check and how it gets there', () => {
    assert.equal(worstCaseText([ping]), 'worst-case detection 6.5 s (check ping: 5 failures in a row at 1s)')
  })
  test('is that of the fastest required check, the others are told besides', () => {
    assert.equal(
      worstCaseText([sip, ping]),
      'worst-case detection 6.5 s (check ping: 5 failures in a row at 1s); by check sip alone 241 s (48 failures in a row at 5s)',
    )
  })
  test('does not count a check that never decides', () => {
    assert.equal(
      worstCaseText([sip, { ...ping, required: false }]).slice(0, 26),
      'worst-case detection 241 s',
    )
  })
  test('says one failure in the singular, and fractions of a second', () => {
    const quick = { ...ping, intervalMs: 250, timeoutMs: 500, fall: 1 }
    assert.equal(worstCaseText([quick]), 'worst-case detection 0.75 s (check ping: 1 failure at 250ms)')
  })
  test('tells both paces of a check that has a fast interval', () => {
    assert.equal(
      worstCaseText([{ ...ping, fastIntervalMs: 300 }]),
      'worst-case detection 3.35 s (check ping: 5 failures in a row at 1s, then 300ms)',
    )
  })
  test('is never without a required check', () => {
    assert.match(worstCaseText([]), /never found down/)
  })
})

describe('what a pace costs and risks', () => {
  const rise = 5
  test('is nothing to tell of with the defaults', () => {
    assert.deepEqual(paceTexts([{ ...ping, rise }]), [])
  })
  test('is how many more probes a fast interval makes, and for how long', () => {
    assert.deepEqual(paceTexts([{ ...ping, fastIntervalMs: 300, rise }]), [
      'check ping: from an answer later than 300ms until 5 answers in a row come in time it costs 3.3 times as many probes',
    ])
  })
  test('is how short an outage moves the lines, below a second', () => {
    assert.deepEqual(paceTexts([{ ...ping, intervalMs: 100, timeoutMs: 30, fall: 3, rise }]), [
      'check ping: an outage of 0.23 s, or answers later than 30ms for so long, moves the lines',
    ])
  })
  test('is nothing to tell of for a check that never decides', () => {
    assert.deepEqual(paceTexts([{ ...ping, intervalMs: 100, timeoutMs: 30, rise, required: false }]), [])
  })
})

test('in front of a PBX a line says what the move adds, and what the watchdog takes', () => {
  assert.equal(
    bypassText({ kind: 'bypass', kickMs: 5000, watchdogMs: 60_000 }, 3000),
    'lines at the PBX: after a detection by one write, at most 3s; worst case by watchdog 65 s (no kick for 1m, kicked every 5s)',
  )
})
