import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshAheadMs, oneFailureShort } from '../../src/core/look-ahead.ts'
import { type CheckState, uncheckedState } from '../../src/core/rise-fall.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { someSettings } from '../helpers/settings.ts'

const check: CheckSettings = {
  name: 'ping',
  type: 'ping',
  host: '192.0.2.1',
  intervalMs: 700,
  timeoutMs: 1000,
  fall: 3,
  rise: 2,
  required: true,
}
const failing = (count: number, part: Partial<CheckState> = {}): CheckState => ({
  ...uncheckedState,
  verdict: 'up',
  streak: { outcome: 'failed', count },
  ...part,
})
const settings = (part: Partial<CheckSettings> = {}) =>
  someSettings({ checks: [{ ...check, ...part } as CheckSettings] })
const state = (ping: CheckState, part: Partial<State> = {}): State => ({
  ...initialState,
  role: 'master',
  secondary: true,
  proven: null,
  checks: { ping },
  ...part,
})

const rows: [string, ReturnType<typeof settings>, State, number | null][] = [
  ['one failure short', settings(), state(failing(2)), 700],
  ['two failures short', settings({ timeoutMs: 700 }), state(failing(1)), null],
  ['two failures short, while probes overlap', settings(), state(failing(1)), 700],
  ['two failures short, with a fast interval', settings({ fastIntervalMs: 400 }), state(failing(1)), 400],
  ['down, and the question is put', settings(), state(failing(3, { verdict: 'down' })), null],
  [
    'down, but for one failure since the end of a pause',
    settings(),
    state(failing(3, { verdict: 'down', failureBegun: 8999 }), { lastInactiveAt: 9000 }),
    700,
  ],
  ['probed more rarely than its probes take', settings({ intervalMs: 9000 }), state(failing(2)), 1000],
  ['answered', settings(), state(failing(2, { streak: { outcome: 'answered', count: 2 } })), null],
  ['down by its first failure', settings({ fall: 1 }), state(failing(0)), null],
  ['without a say', settings({ required: false }), state(failing(2)), null],
  ['never up', settings(), state(failing(2), { proven: [] }), null],
  [
    'one failure short while the lines are at the slave',
    settings(),
    state(failing(2), { role: 'slave' }),
    null,
  ],
  ['one failure short on a node that may not act', settings(), state(failing(2), { secondary: false }), null],
]
for (const [title, given, known, expected] of rows)
  test(`of a check that is ${title} ${expected === null ? 'nothing is' : 'an answer is'} asked ahead`, () => {
    assert.equal(freshAheadMs(given, known), expected)
  })

test('the check that is one failure short is the one to look at once more', () => {
  const other = { ...check, name: 'other' }
  const given = someSettings({ checks: [check, other] })
  const known = state(failing(2), { checks: { ping: failing(2), other: failing(1) } })
  assert.deepEqual(oneFailureShort(given, known), [check])
})

test('in front of a PBX nobody is asked ahead, but the server is looked at once more', () => {
  const given = { ...settings(), site: { kind: 'bypass', kickMs: 5000, watchdogMs: 60_000 } } as const
  assert.deepEqual(
    [freshAheadMs(given, state(failing(2))), oneFailureShort(given, state(failing(2))).length],
    [null, 1],
  )
})
