import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decide } from '../../src/core/decide.ts'
import { initialState } from '../../src/core/state.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { someSettings } from '../helpers/settings.ts'
import { parseStored } from '../helpers/stored.ts'

const now = { mono: 5000, wall: 1e12 }
const stored = { ...toStored({ ...initialState, role: 'slave', roleUnknown: false }, now), moves: 3 }
const move = { id: 3, to: 'slave', event: 'failover', reason: 'ping', stage: 'driving', arrived: false }

describe('The number of a stored move', () => {
  const rows: readonly (readonly [title: string, moves: unknown, taken: boolean])[] = [
    ['counts from 0', 0, true],
    ['is whole', 0.5, false],
    ['is not negative', -1, false],
    ['is refused where counting on would end', 8.64e15, false],
    ['is a number', '3', false],
  ]
  for (const [title, moves, taken] of rows)
    it(title, () => {
      assert.equal(parseStored({ ...stored, moves }) !== null, taken)
      assert.equal(parseStored({ ...stored, move: { ...move, id: moves } }) !== null, taken)
    })

  it('leads to a state that the next run takes', () => {
    const before = parseStored(stored)
    const { state } = decide(
      someSettings(),
      initialState,
      { kind: 'started', stored: before, secondary: true },
      now,
    )
    const forced = { kind: 'forced', role: 'master', forMs: null, reason: '' } as const
    const after = decide(someSettings(), state, forced, now).state
    assert.equal(after.moves, 4)
    assert.deepEqual(parseStored(toStored(after, now)), toStored(after, now))
  })
})
