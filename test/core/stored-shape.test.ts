import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Moment } from '../../src/core/role.ts'
import { initialState, type Move, type State } from '../../src/core/state.ts'
import { fromStored, type StoredState, storedDiffers, toStored } from '../../src/core/stored-state.ts'
import { parseStored } from '../helpers/stored.ts'

const now = { mono: 5000, wall: 1_000_000 }
const move: Move = {
  ...{ id: 7, to: 'slave', event: 'failover', reason: 'r', stage: 'driving' },
  ...{ cuts: 1, begun: true, arrived: true },
}
const state: State = {
  ...initialState,
  role: 'slave',
  roleSinceWall: 900_000,
  roleUnknown: false,
  override: { role: 'slave', until: 9000, reason: 'o', by: 'alice', atWall: 999_000 },
  pause: { until: null, reason: 'p', atWall: 998_000 },
  failovers: [1000, 4000],
  flapping: true,
  move,
  moves: 7,
  loss: { atWall: 1, what: 'moves' },
  failedHooks: { before_slave: { event: 'failover', detail: 'exit status 1', atWall: 999_500 } },
  adopted: { to: 'slave', atWall: 900_000 },
  unheard: ['fos1'],
}
const stored: StoredState = {
  version: 1,
  role: 'slave',
  adopting: false,
  roleSince: 900_000,
  override: { role: 'slave', until: 1_004_000, reason: 'o', by: 'alice', at: 999_000 },
  pause: { until: null, reason: 'p', at: 998_000 },
  failovers: [996_000, 999_000],
  flapping: true,
  move,
  moves: 7,
  loss: { atWall: 1, what: 'moves' },
  savedAt: now,
  failedHooks: { before_slave: { event: 'failover', detail: 'exit status 1', atWall: 999_500 } },
  adopted: { to: 'slave', atWall: 900_000 },
  unheard: ['fos1'],
}

describe('What survives a restart', () => {
  it('is stored in wall clock time', () => {
    assert.deepEqual(toStored(state, now), stored)
  })

  it('comes back on the clock of the next run', () => {
    const later = { mono: 100, wall: 1_001_000 }
    const back = fromStored(stored, later, false)
    assert.deepEqual(back.override, { role: 'slave', until: 3100, reason: 'o', by: 'alice', atWall: 999_000 })
    assert.deepEqual(back.pause, { until: null, reason: 'p', atWall: 998_000 })
    assert.deepEqual(back.failovers, [-4900, -1900])
    assert.deepEqual(toStored({ ...initialState, ...back }, later), { ...stored, savedAt: later })
  })

  it('is what it was, whichever way', () => {
    const other = { ...stored, role: 'master', adopting: true, flapping: false } as const
    assert.deepEqual(toStored({ ...initialState, ...fromStored(other, now, true) }, now), other)
  })

  it('is no override and no pause when there was none', () => {
    const none = { ...stored, override: null, pause: null, move: null }
    const back = fromStored(none, now, true)
    assert.deepEqual([back.override, back.pause, back.move], [null, null, null])
    assert.deepEqual(toStored({ ...initialState, ...back }, now), none)
  })

  it('lasts no longer than ordered when the clock was set back', () => {
    const setBack = { mono: 100, wall: 500_000 }
    const { override, failovers } = fromStored(stored, setBack, false)
    assert.equal(override?.until, 100 + 4000)
    assert.deepEqual(failovers, [100, 100])
  })

  const until = (present: Moment, sameBoot: boolean, saved: StoredState = stored) =>
    (fromStored(saved, present, sameBoot).override?.until ?? 0) - present.mono

  it('lasts as long as ordered within one boot, however the clock was set meanwhile', () => {
    for (const wall of [0, 500_000, 1_003_000, 9_999_999])
      assert.equal(until({ mono: 8000, wall }, true), 1000)
    assert.equal(until({ mono: 99_000, wall: 0 }, true), 0)
  })

  it('follows the wall clock after another boot, within nothing and what remained', () => {
    assert.equal(until({ mono: 10, wall: 1_003_000 }, false), 1000)
    assert.equal(until({ mono: 10, wall: 5_000_000 }, false), 0)
    assert.equal(until({ mono: 10, wall: 0 }, false), 4000)
  })

  it('of an older version, which kept no clock, ends after no more than was ordered', () => {
    const { savedAt, ...older } = stored
    assert.equal(until({ mono: 10, wall: 1_003_000 }, true, older), 1000)
    assert.equal(until({ mono: 10, wall: 0 }, true, older), 5000)
  })

  it('counts failovers where they were within one boot', () => {
    const { failovers } = fromStored(stored, { mono: 8000, wall: 0 }, true)
    assert.deepEqual(failovers, [1000, 4000])
  })

  it('is saved when any of it changes, and not else', () => {
    const changes: Partial<State> = {
      ...{ role: 'master', roleSinceWall: 1, roleUnknown: true, override: null, pause: null },
      ...{ failovers: [], flapping: false, move: null, moves: 8, loss: null, failedHooks: {}, adopted: null },
    }
    assert.equal(storedDiffers(state, { ...state }), false)
    for (const [field, value] of Object.entries(changes))
      assert.equal(storedDiffers(state, { ...state, [field]: value }), true, field)
    assert.equal(storedDiffers(state, { ...state, verdict: 'up', upSince: 5, approved: true }), false)
  })
})

describe('A stored state from a file', () => {
  const taken = (changes: object) =>
    parseStored(JSON.parse(JSON.stringify({ ...stored, ...changes }))) !== null
  const override = stored.override as object

  it('is taken as it was written', () => {
    assert.deepEqual(parseStored(JSON.parse(JSON.stringify(stored))), stored)
    assert.equal(taken({ override: null, pause: null, move: null, failovers: [] }), true)
  })

  it('is not whole when a part is missing', () => {
    const recent = ['loss', 'savedAt', 'failedHooks', 'adopted', 'unheard']
    for (const field of Object.keys(stored).filter(name => !recent.includes(name)))
      assert.equal(taken({ [field]: undefined }), false, field)
    // Who gave it may be unknown.
    for (const field of Object.keys(override).filter(name => name !== 'by'))
      assert.equal(taken({ override: { ...override, [field]: undefined } }), false, `override.${field}`)
    for (const field of ['until', 'reason', 'at'])
      assert.equal(taken({ pause: { ...stored.pause, [field]: undefined } }), false, `pause.${field}`)
    for (const field of Object.keys(move).filter(name => name !== 'begun' && name !== 'cuts'))
      assert.equal(taken({ move: { ...move, [field]: undefined } }), false, `move.${field}`)
  })

  it('of a version that did not know of a loss has none', () => {
    const old = parseStored({ ...JSON.parse(JSON.stringify(stored)), loss: null })
    assert.ok(old)
    assert.equal(fromStored(old, now, true).loss, null)
    const { loss, ...older } = stored
    assert.equal(parseStored(older)?.loss, null)
  })

  it('of a version that did not know whether lines had moved is taken as if they had', () => {
    const old = parseStored(JSON.parse(JSON.stringify({ ...stored, move: { ...move, begun: undefined } })))
    assert.ok(old)
    assert.equal(fromStored(old, now, true).move?.begun, true)
    assert.equal(taken({ move: { ...move, begun: 'yes' } }), false)
  })

  it('of a version that did not count hooks that were cut off, nor know which failed, has none', () => {
    const { failedHooks: _, ...older } = { ...stored, move: { ...move, cuts: undefined } }
    const old = parseStored(JSON.parse(JSON.stringify(older)))
    assert.ok(old)
    const back = fromStored(old, now, true)
    assert.deepEqual([back.move?.cuts, back.failedHooks], [0, {}])
  })

  it('of a version that did not store which devices hear no kick has none', () => {
    const { unheard: _, ...older } = stored
    const old = parseStored(older)
    assert.ok(old)
    assert.deepEqual(fromStored(old, now, true).unheard, [])
  })

  it('may be as long and as far off as may be', () => {
    assert.equal(taken({ failovers: Array(1000).fill(1) }), true)
    assert.equal(taken({ roleSince: 8.64e15 }), true)
    assert.equal(taken({ moves: 0 }), true)
    assert.equal(taken({ moves: 1e9 }), true)
    assert.equal(taken({ roleSince: -8.64e15 }), true)
    assert.equal(taken({ override: { ...override, reason: 'x'.repeat(4096) } }), true)
  })

  it('may have any stage and event of a move', () => {
    for (const stage of ['asking', 'agreed', 'before', 'driving', 'after', 'arriving'])
      assert.equal(taken({ move: { ...move, stage } }), true, stage)
    for (const event of ['failover', 'failback', 'forced', 'called-off'])
      assert.equal(taken({ move: { ...move, event } }), true, event)
  })

  it('is none when it is no object', () => {
    for (const value of [null, undefined, [], 'text', 5, true, [stored]])
      assert.equal(parseStored(value), null)
  })

  it('is not whole when a part is there but undefined', () => {
    for (const field of Object.keys(stored).filter(name => name !== 'savedAt'))
      assert.equal(parseStored({ ...stored, [field]: undefined }), null)
  })

  it('is not taken from what an object inherits', () => {
    assert.equal(parseStored(Object.create(stored)), null)
  })
})
