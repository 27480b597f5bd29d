import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskAhead } from '../../src/daemon/ask-ahead.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

/** Whoever is asked answers after so long with `by`; null: nobody does. */
function open(tookMs: number, by: string | null) {
  const clock = new FakeClock()
  const from = clock.mono()
  const asked: number[] = []
  const ahead = new AskAhead(clock, async () => {
    asked.push(clock.mono() - from)
    await clock.sleep(tookMs)
    return by
  })
  return { clock, ahead, asked }
}

test('an answer that came beforehand is at hand', async () => {
  const { clock, ahead } = open(5, 'fos1')
  ahead.follow(1000)
  assert.equal(ahead.fresh(), null)
  await clock.advance(5)
  assert.equal(ahead.fresh(), 'fos1')
})

test('it is asked again each half of the time for which an answer counts, and not for ever', async () => {
  const { clock, ahead, asked } = open(5, 'fos1')
  ahead.follow(1000)
  await clock.advance(60_000)
  assert.deepEqual(asked, [0, 500, 1000, 1500, 2000, 2500, 3000, 3500])
})

test('an answer that is older than its time counts no longer', async () => {
  const { clock, ahead } = open(5, 'fos1')
  ahead.follow(1000)
  await clock.advance(4505)
  assert.equal(ahead.fresh(), 'fos1')
  await clock.advance(1)
  assert.equal(ahead.fresh(), null)
})

test('silence is no answer', async () => {
  const { clock, ahead } = open(5, null)
  ahead.follow(1000)
  await clock.advance(600)
  assert.equal(ahead.fresh(), null)
})

test('an answer to an earlier occasion is forgotten, and nothing is asked any more', async () => {
  const { clock, ahead, asked } = open(5, 'fos1')
  ahead.follow(1000)
  await clock.advance(10)
  ahead.follow(null)
  assert.equal(ahead.fresh(), null)
  await clock.advance(5000)
  assert.deepEqual([asked, clock.waiting], [[0], 0])
})
