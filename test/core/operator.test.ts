import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endedBy } from '../../src/core/operator.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { someSettings } from '../helpers/settings.ts'

const settings = someSettings({})
const pause = { until: null, reason: 'works', by: 'alice', atWall: 0 }
const override = { ...pause, role: 'slave' } as const
const state = (changes: Partial<State> = {}): State => ({ ...initialState, ...changes })
const ended = (before: Partial<State>, after: Partial<State> = {}) =>
  endedBy({ before: state(before), after: state(after) }, settings)

test('an order tells the pause and the override that it has ended, with why and who', () => {
  assert.deepEqual(ended({ pause }), ['the pause (works) (by alice)'])
  assert.deepEqual(ended({ override }), ['the override to the slave (works) (by alice)'])
})

test('an override that another one replaces has ended, one that stays has not', () => {
  assert.equal(ended({ override }, { override: { ...override, role: 'master' } }).length, 1)
  assert.deepEqual(ended({ override }, { override }), [])
})

test('an override is told in the words of a site with a PBX', () => {
  const bypass = { ...settings, site: { kind: 'bypass', kickMs: 1, watchdogMs: 1 } as never }
  assert.deepEqual(endedBy({ before: state({ override }), after: state() }, bypass), [
    'the override to the pbx (works) (by alice)',
  ])
})

test('an order tells the holds and the notices that it has ended', () => {
  const failure = { event: 'failover', detail: 'exit status 1', atWall: 0 } as const
  assert.deepEqual(
    ended(
      {
        flapping: true,
        loss: { atWall: 0, what: 'moves' },
        adopted: { to: 'slave', atWall: 0 },
        failedHooks: { after_slave: failure },
      },
      { approved: true },
    ),
    [
      'the hold after too many failovers',
      'the hold after a loss of the stored state',
      'the wait of policy = manual, for one failback',
      'the notice that the role was taken from the relays',
      'the notice that after_slave failed',
    ],
  )
})
