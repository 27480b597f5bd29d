import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endAfter, endWith, within } from '../../src/net/deadline.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

const never = () => new Promise<string>(() => {})

test('a result in time is the result, and leaves no timer', async () => {
  const clock = new FakeClock()
  assert.equal(await within(clock, 100, Promise.resolve('done'), 'late'), 'done')
  await clock.advance(0)
  assert.equal(clock.waiting, 0)
})

test('work that takes longer than its time gives the other value', async () => {
  const clock = new FakeClock()
  const result = within(clock, 100, never(), 'late')
  await clock.advance(100)
  assert.equal(await result, 'late')
})

test('a signal ends the wait as the time does', async () => {
  const stop = new AbortController()
  const result = within(new FakeClock(), Number.POSITIVE_INFINITY, never(), 'stopped', stop.signal)
  stop.abort()
  assert.equal(await result, 'stopped')
})

test('a signal that was aborted before ends the wait at once', async () => {
  assert.equal(await within(new FakeClock(), 100, never(), 'stopped', AbortSignal.abort()), 'stopped')
})

test('work that fails is not waited for any longer', async () => {
  const failing = Promise.reject(new Error('broken'))
  await assert.rejects(within(new FakeClock(), 100, failing, 'late'), /broken/)
})

test('work ends late at its deadline', async () => {
  const clock = new FakeClock()
  const end = endAfter(clock, 100)
  await clock.advance(100)
  assert.deepEqual([end.signal.aborted, end.isLate, end.isCancelled], [true, true, false])
})

test('work that a caller ends is cancelled, and stays so when its deadline comes', async () => {
  const clock = new FakeClock()
  const caller = new AbortController()
  const end = endAfter(clock, 100, [undefined, caller.signal])
  caller.abort()
  await clock.advance(100)
  assert.deepEqual([end.signal.aborted, end.isLate, end.isCancelled], [true, false, true])
})

test('work that was released hears neither its deadline nor its caller', async () => {
  const clock = new FakeClock()
  const caller = new AbortController()
  const end = endAfter(clock, 100, [caller.signal])
  end.release()
  caller.abort()
  await clock.advance(100)
  assert.equal(end.signal.aborted, false)
  assert.equal(clock.waiting, 0)
})

test('a caller that has ended already ends the work at once', () => {
  assert.equal(endWith([AbortSignal.abort()]).isCancelled, true)
})
