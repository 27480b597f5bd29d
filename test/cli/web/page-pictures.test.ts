import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sparkline } from '../../../src/cli/web/page-pictures.ts'
import { type ProbeSlot, recentSlots, slotMs } from '../../../src/status/recent.ts'

const noon = new Date(2024, 0, 5, 12, 0, 0).getTime()
const now = { mono: 200 * slotMs, wall: noon }
const slot = (part: Partial<ProbeSlot>): ProbeSlot => ({
  ...{ slot: 200, answered: 0, failed: 0, inconclusive: 0, slowestMs: 0 },
  ...part,
})
const barsOf = (slots: readonly ProbeSlot[]) =>
  [...sparkline(slots, now).matchAll(/<rect class="(\w+)" x="(\d+)".*? height="(\d+)"/g)].map(
    ([, kind, x, height]) => [kind, Number(x), Number(height)],
  )

describe('The line of a check', () => {
  it('says so while there was no probe', () =>
    assert.match(sparkline([], now), /aria-label="[^"]*no probe yet"/))

  it('has its latest probes on the right, and nothing that is older than a quarter of an hour', () => {
    const slots = [200 - recentSlots, 201 - recentSlots, 200].map(at => slot({ slot: at, answered: 1 }))
    assert.deepEqual(
      barsOf(slots).map(([, x]) => x),
      [0, (recentSlots - 1) * 3],
    )
  })

  it('draws failures and what could not be made as high as it is, and answers by how long they took', () => {
    const bars = barsOf([
      slot({ slot: 197, answered: 5, slowestMs: 0.4 }),
      slot({ slot: 198, answered: 5, slowestMs: 30 }),
      slot({ slot: 199, answered: 4, failed: 1, slowestMs: 30 }),
      slot({ slot: 200, inconclusive: 1 }),
    ])
    assert.deepEqual(
      bars.map(([kind, , height]) => [kind, height]),
      [
        ['ok', 2],
        ['ok', 14],
        ['fail', 28],
        ['none', 28],
      ],
    )
  })

  it('tells the same in words', () => {
    const slots = [
      slot({ slot: 194, answered: 9, failed: 1, slowestMs: 3.21 }),
      slot({ slot: 200, answered: 9, inconclusive: 2, slowestMs: 1 }),
    ]
    const text = '1 of 21 failed, last about 11:59, 2 could not be made, slowest answer 3.2 ms'
    assert.ok(sparkline(slots, now).includes(`aria-label="last 15 minutes: ${text}"`), sparkline(slots, now))
  })
})
