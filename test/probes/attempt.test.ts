import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attempt, attempt } from '../../src/probes/attempt.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { neverAborts } from './checks.ts'
import { stalledClock } from './stalled-clock.ts'

test('no answer by the deadline is a failure that names the time-out', async () => {
  const clock = new FakeClock()
  const result = attempt(clock, 1500, neverAborts, () => {})
  await clock.advance(1500)
  assert.deepEqual(await result, { outcome: 'failed', ms: 1500, detail: 'no answer in 1.5 s' })
})

test('the first decision counts', async () => {
  const clock = new FakeClock()
  const result = await attempt(clock, 1000, neverAborts, running => {
    running.decide('answered', 'first')
    running.settle('failed', 'second')
  })
  assert.equal(result.detail, 'first')
})

test('a decision made before the deadline survives a deadline that comes before the end', async () => {
  const clock = new FakeClock()
  const result = attempt(clock, 1000, neverAborts, running => running.decide('answered', 'in time'))
  await clock.advance(1000)
  assert.deepEqual(await result, { outcome: 'answered', ms: 0, detail: 'in time' })
})

test('an abort ends it as inconclusive', async () => {
  const stopping = new AbortController()
  const result = attempt(new FakeClock(), 1000, stopping.signal, () => {})
  stopping.abort()
  assert.equal((await result).outcome, 'inconclusive')
})

test('under an aborted signal nothing is asked', async () => {
  let asked = false
  const result = await attempt(new FakeClock(), 1000, AbortSignal.abort(), () => {
    asked = true
  })
  assert.deepEqual([result.outcome, asked], ['inconclusive', false])
})

test('a deadline noticed more than 250 ms late says that this process was stalled, not that the master failed', async () => {
  const clock = new FakeClock()
  const result = attempt(stalledClock(clock, 3000), 100, neverAborts, () => {})
  await clock.advance(100)
  assert.deepEqual(await result, {
    outcome: 'inconclusive',
    ms: 3100,
    detail: 'this process was stalled for 3 s',
  })
})

for (const [timeoutMs, lateMs, outcome] of [
  [100, 250, 'failed'],
  [100, 251, 'inconclusive'],
  [2000, 2000, 'failed'],
  [2000, 2001, 'inconclusive'],
] as const) {
  test(`a deadline of ${timeoutMs} ms noticed ${lateMs} ms late: ${outcome}`, async () => {
    const clock = new FakeClock()
    const result = attempt(stalledClock(clock, lateMs), timeoutMs, neverAborts, () => {})
    await clock.advance(timeoutMs)
    assert.equal((await result).outcome, outcome)
  })
}

test('while something of this node is blamed, running out of time is inconclusive', async () => {
  const clock = new FakeClock()
  const result = attempt(clock, 1000, neverAborts, running => running.blameDeadlineOn('our disk is slow'))
  await clock.advance(1000)
  assert.deepEqual(await result, { outcome: 'inconclusive', ms: 1000, detail: 'our disk is slow' })
})

test('what throws becomes a result', async () => {
  const result = await attempt(new FakeClock(), 1000, neverAborts, () => {
    throw Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' })
  })
  assert.equal(result.outcome, 'inconclusive')
})

test('everything is cleared away, whichever way it ends, once', async () => {
  const clock = new FakeClock()
  let cleared = 0
  let held: Attempt | null = null
  await attempt(clock, 1000, neverAborts, running => {
    held = running
    running.atEnd(() => cleared++)
    running.settle('answered', 'yes')
    running.settle('failed', 'no')
  })
  assert.equal(cleared, 1)
  ;(held as Attempt | null)?.atEnd(() => cleared++)
  assert.equal(cleared, 2, 'what comes later is cleared at once')
})
