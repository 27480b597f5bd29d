import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatheredSave } from '../../src/daemon/gathered-save.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

function open() {
  const clock = new FakeClock()
  let saves = 0
  const gathered = new GatheredSave(clock, () => saves++)
  return { clock, gathered, saves: () => saves }
}

test('many changes within moments make one save', async () => {
  const { clock, gathered, saves } = open()
  for (let change = 0; change < 100; change++) gathered.soon()
  assert.equal(saves(), 0)
  await clock.advance(10)
  assert.equal(saves(), 1)
})

test('who can not wait has it saved now, once for all who ask in one go', async () => {
  const { clock, gathered, saves } = open()
  gathered.soon()
  await Promise.all([gathered.nowTogether(), gathered.nowTogether()])
  assert.equal(saves(), 1)
  await clock.advance(10)
  assert.equal(saves(), 1)
})

test('where nothing was put off nothing is saved and nobody waits', async () => {
  const { gathered, saves } = open()
  gathered.now()
  await Promise.all([gathered.nowTogether(), gathered.done()])
  assert.equal(saves(), 0)
})

test('who can wait hears when it is saved', async () => {
  const { clock, gathered, saves } = open()
  gathered.soon()
  let heard = false
  void gathered.done().then(() => {
    heard = true
  })
  await clock.advance(0)
  assert.deepEqual([heard, saves()], [false, 0])
  await clock.advance(10)
  assert.deepEqual([heard, saves()], [true, 1])
})

test('what somebody else has saved is put off no more, and who waits hears of it', async () => {
  const { clock, gathered, saves } = open()
  gathered.soon()
  const heard = gathered.done()
  gathered.noteSaved()
  await heard
  await clock.advance(10)
  assert.equal(saves(), 0)
})
