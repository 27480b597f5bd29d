import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { saidByOthers, siteText } from '../../src/core/site-words.ts'
import { initialState } from '../../src/core/state.ts'
import { someSettings } from '../helpers/settings.ts'

describe('a text of the policy', () => {
  test('stays as it is where there are two servers', () => {
    assert.equal(siteText('pair', 'failover: lines to the slave'), 'failover: lines to the slave')
  })

  const rows: readonly (readonly [string, string])[] = [
    ['failover: lines to the slave: WHY', 'bypass: lines bypassed to the PBX: WHY'],
    ['failover done: 1 of 1 relays in 0.05 s', 'bypass done: 1 of 1 relays in 0.05 s'],
    ['failback: lines to the master: WHY', 'failback: lines through the server: WHY'],
    ['override: lines pinned to the master', 'override: lines pinned to the server'],
    [
      'held: the master is up, the lines stay at the slave',
      'held: the server is up, the lines stay at the PBX',
    ],
    ['would fail over after 3 more failures', 'would bypass after 3 more failures'],
  ]
  for (const [pair, bypass] of rows)
    test(`speaks of a server and a PBX where there is one server: ${pair}`, () => {
      assert.equal(siteText('bypass', pair), bypass)
    })
})

describe("others' words stay as they are written", () => {
  const reason = 'the master is for the slave $& to fail over'
  const said = saidByOthers({
    settings: someSettings(),
    state: { ...initialState, pause: { until: null, reason, atWall: 0 } },
  })

  for (const text of [`paused: the master is watched (${reason})`, `paused for 2h: ${reason}`, reason])
    test(`in: ${text.replace(reason, 'REASON')}`, () => {
      const told = siteText('bypass', text, () => said)
      assert.equal(told, text.replace('the master is watched', 'the server is watched'))
    })

  test('and change nothing else', () => {
    assert.equal(
      siteText('bypass', 'the master is down', () => ['the master']),
      'the server is down',
    )
  })
})
