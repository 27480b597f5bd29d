import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPageTiming, type PageTiming, pageTries } from '../../../src/berofos/gbl4/page-timing.ts'

const waitsOf = (timing: PageTiming) =>
  Array.from({ length: pageTries }, (_, attempt) => timing.waitMs(attempt))

test('before anything is known a page is waited for a quarter of a second, then longer', () => {
  assert.deepEqual(waitsOf(createPageTiming()), [250, 500, 1000, 1000, 1000, 1000, 1000, 1000])
})

test('a steady round trip is waited for hardly longer than it takes', () => {
  const timing = createPageTiming()
  for (let pages = 0; pages < 50; pages++) timing.took(40)
  const [first = 0, second = 0] = waitsOf(timing)
  assert.ok(first >= 50 && first < 51, `${first}`)
  assert.equal(second, 2 * first)
})

test('one that varies is waited for longer', () => {
  const timing = createPageTiming()
  for (let pages = 0; pages < 50; pages++) timing.took(pages % 2 === 0 ? 20 : 60)
  assert.ok(timing.waitMs(0) > 80)
})

test('however fast the device is, 20 ms are waited, and 3 s in all', () => {
  const timing = createPageTiming()
  for (let pages = 0; pages < 50; pages++) timing.took(0.1)
  const waits = waitsOf(timing)
  assert.equal(waits[0], 20)
  assert.ok(waits.reduce((sum, wait) => sum + wait, 0) >= 3000)
})
