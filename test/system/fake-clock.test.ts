import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

test('timers fire in order, each at its time, and may set others', async () => {
  const clock = new FakeClock(0, 0)
  const fired: [string, number][] = []
  const note = (name: string) => fired.push([name, clock.mono()])
  clock.after(20, () => note('b'))
  clock.after(20, () => note('c'))
  clock.after(10, () => {
    note('a')
    clock.after(15, () => note('d'))
  })
  await clock.advance(24)
  assert.deepEqual(fired, [
    ['a', 10],
    ['b', 20],
    ['c', 20],
  ])
  await clock.advance(1)
  assert.deepEqual(fired.at(-1), ['d', 25])
  assert.deepEqual([clock.mono(), clock.wall()], [25, 25])
})

test('a loop of sleeps runs as often as it would', async () => {
  const clock = new FakeClock()
  let turns = 0
  const loop = async () => {
    while (turns < 100) {
      await clock.sleep(10)
      turns += 1
    }
  }
  const done = loop()
  await clock.advance(45)
  assert.equal(turns, 4)
  await clock.advance(955)
  await done
})

test('a cancelled timer does not fire', async () => {
  const clock = new FakeClock()
  clock.after(10, assert.fail).cancel()
  await clock.advance(20)
  assert.equal(clock.waiting, 0)
})

test('stepping the wall clock fires nothing and leaves the other clock alone', () => {
  const clock = new FakeClock(0, 0)
  clock.after(10, assert.fail)
  clock.setWall(1_000_000)
  assert.deepEqual([clock.wall(), clock.mono()], [1_000_000, 0])
})

for (const [name, clock] of [
  ['the fake clock', new FakeClock()],
  ['the system clock', systemClock],
] as const)
  test(`with ${name} an abort ends a sleep, before or after its begin`, async () => {
    const stop = new AbortController()
    const sleeping = clock.sleep(1_000_000, stop.signal)
    stop.abort()
    await sleeping
    await clock.sleep(1_000_000, stop.signal)
  })
