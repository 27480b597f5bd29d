import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarm } from '../../../src/berofos/gbl4/alarm.ts'
import { fakeClock } from '../http/fake-clock.ts'

function setUp() {
  const clock = fakeClock()
  const alarm = createAlarm(clock)
  const rung: string[] = []
  return { clock, alarm, rung, set: (ms: number, name: string) => alarm.set(ms, () => rung.push(name)) }
}

test('an alarm rings once, when its time has come and not before', () => {
  const { clock, rung, set } = setUp()
  set(20, 'a')
  clock.pass(19)
  assert.deepEqual(rung, [])
  clock.pass(1)
  clock.pass(100)
  assert.deepEqual(rung, ['a'])
})

test('one that is cleared does not ring', () => {
  const { clock, alarm, rung, set } = setUp()
  set(20, 'a')
  alarm.clear()
  clock.pass(100)
  assert.deepEqual(rung, [])
})

test('one that is set anew rings at its new time, be it later or sooner', () => {
  const { clock, rung, set } = setUp()
  set(20, 'a')
  clock.pass(10)
  set(20, 'later')
  clock.pass(19)
  assert.deepEqual(rung, [])
  clock.pass(1)
  set(1000, 'b')
  set(5, 'sooner')
  clock.pass(5)
  assert.deepEqual(rung, ['later', 'sooner'])
  clock.pass(1000)
  assert.deepEqual(rung, ['later', 'sooner'])
})

test('one that is closed leaves no timer', () => {
  const { clock, alarm, set } = setUp()
  set(20, 'a')
  alarm.close()
  assert.equal(clock.pending(), 0)
})
