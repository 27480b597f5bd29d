import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { wakeAt } from '../../src/core/expiry.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { someSettings } from '../helpers/settings.ts'

const at = 5000
const limited = { until: at, reason: '', atWall: 0 }
const failback = (readyDeadlineMs: number): Partial<Settings> => ({
  failback: { ...someSettings().failback, readyDeadlineMs },
})

describe('A wake-up is asked for', () => {
  const rows: readonly (readonly [
    title: string,
    wakes: number | null,
    state: Partial<State>,
    settings?: Partial<Settings>,
  ])[] = [
    ['never when nothing waits for a time', null, {}],
    ['when a pause ends', at, { pause: limited }],
    ['never for a pause without end', null, { pause: { ...limited, until: null } }],
    ['when an override ends', at, { override: { ...limited, role: 'slave' } }],
    ['never for an override without end', null, { override: { ...limited, until: null, role: 'slave' } }],
    ['when the failback window closes', at, { windowUntil: at }],
    ['when a failback that was called off may be tried again', at, { noFailbackUntil: at }],
    ['when the master will have been up for stable_for', 61_000, { upSince: 1000 }],
    ['when relays and witnesses are to be asked again', at, { isolation: { is: 'silent', againAt: at } }],
    ['never while they are being asked', null, { isolation: { is: 'asked-again', question: 1 } }],
    [
      'when ready_command is to be asked again',
      at,
      { readiness: { is: 'no', since: 0, againAt: at, detail: '' } },
    ],
    [
      'never while ready_command runs',
      null,
      { readiness: { is: 'asking', since: 1000, question: 1, detail: '' } },
    ],
    [
      'at the deadline of ready_command while it runs',
      2000,
      { readiness: { is: 'asking', since: 1000, question: 1, detail: '' } },
      failback(1000),
    ],
    [
      'at its deadline when that comes before the next question',
      2000,
      { readiness: { is: 'no', since: 1000, againAt: at, detail: '' } },
      failback(1000),
    ],
    [
      'at a deadline however short',
      1001,
      { readiness: { is: 'asking', since: 1000, question: 1, detail: '' } },
      failback(1),
    ],
    ['at no deadline once it agreed', null, { readiness: { is: 'yes', since: 1000 } }, failback(1000)],
    ['at no deadline before it was asked', null, {}, failback(1000)],
    ['for the earliest of several', 4000, { pause: limited, windowUntil: 4000, noFailbackUntil: 6000 }],
  ]
  for (const [title, wakes, state, settings] of rows)
    it(title, () => {
      assert.equal(wakeAt(someSettings(settings), { ...initialState, ...state }), wakes)
    })

  it('only for what is yet to come', () => {
    const state = { ...initialState, windowUntil: 4000, noFailbackUntil: 6000 }
    assert.deepEqual(
      [3999, 4000, 5999, 6000].map(after => wakeAt(someSettings(), state, after)),
      [4000, 6000, 6000, null],
    )
  })
})
