import assert from 'node:assert/strict'
import { it } from 'node:test'
import { eachSecond } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

it('A sign of life comes each second until the end, and never in the first', async () => {
  const clock = new FakeClock()
  const ended = new AbortController()
  let said = 0
  const saying = eachSecond(clock, ended.signal, () => {
    said += 1
  })
  await clock.advance(999)
  assert.equal(said, 0)
  await clock.advance(2001)
  assert.equal(said, 3)
  ended.abort()
  await saying
  assert.deepEqual([said, clock.waiting], [3, 0])
})
