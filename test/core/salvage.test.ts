import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkTarget } from '../../src/core/proven.ts'
import { salvage } from '../../src/core/salvage.ts'
import { initialState } from '../../src/core/state.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { Policy } from '../helpers/policy.ts'
import { someSettings } from '../helpers/settings.ts'

const now = { mono: 5000, wall: 1e12 }
const override = { role: 'slave', until: 1e12 + 4000, reason: 'works', at: 1e12 - 1000 } as const
const pause = { until: null, reason: 'p', at: 1e12 - 1000 }
const move = { id: 7, to: 'slave', event: 'failover', reason: 'r', stage: 'driving', arrived: true } as const
const failure = { event: 'failover', detail: '', atWall: 1 }
const stored = {
  ...toStored({ ...initialState, role: 'slave', roleUnknown: false, flapping: true, moves: 7 }, now),
  ...{ override, pause, move, failovers: [1e12 - 5000] },
}

type Row = readonly [changes: object, lost: readonly string[], instead: object]
const rows: readonly Row[] = [
  [{ version: 2 }, ['version'], { version: 1 }],
  [{ version: '1' }, ['version'], { version: 1 }],
  [{ role: 'both' }, ['role'], { role: 'master', adopting: true }],
  [{ role: 1 }, ['role'], { role: 'master', adopting: true }],
  [{ role: undefined }, ['role'], { role: 'master', adopting: true }],
  [{ adopting: 1 }, ['adopting'], { adopting: false }],
  [{ roleSince: 'x' }, ['roleSince'], { roleSince: 0 }],
  [{ roleSince: 8.64e15 + 1 }, ['roleSince'], { roleSince: 0 }],
  [{ flapping: null }, ['flapping'], { flapping: false }],
  [{ failovers: {} }, ['failovers'], { failovers: [] }],
  [{ failovers: [1, null] }, ['failovers'], { failovers: [] }],
  [{ moves: -1 }, ['moves'], { moves: 7 }],
  [{ moves: 1e9 + 1, move: null }, ['moves'], { moves: 0, move: null }],
  [{ override: 'slave' }, ['override'], { override: null }],
  [{ override: { ...override, role: 'both' } }, ['override'], { override: null }],
  [
    { override: { ...override, until: 'soon' } },
    ['override.until'],
    { override: { ...override, until: null } },
  ],
  [{ override: { ...override, reason: [] } }, ['override.reason'], { override: { ...override, reason: '' } }],
  [{ pause: 5 }, ['pause'], { pause: null }],
  [{ pause: { ...pause, at: null } }, ['pause.at'], { pause: { ...pause, at: 0 } }],
  [{ move: { ...move, stage: 'halfway' } }, ['move'], { move: null }],
  [{ move: { ...move, event: 'whim' } }, ['move'], { move: null }],
  [{ move: { ...move, begun: 'yes' } }, ['move'], { move: null }],
  [{ move: { ...move, reason: 1 } }, ['move'], { move: null }],
  [{ loss: 'all' }, ['loss'], { loss: null }],
  [{ move: { ...move, cuts: -1 } }, ['move'], { move: null }],
  [{ move: { ...move, cuts: 'twice' } }, ['move'], { move: null }],
  [{ unheard: 'fos1' }, ['unheard'], { unheard: [] }],
  [{ unheard: null }, ['unheard'], { unheard: [] }],
  [{ unheard: ['fos1', 2] }, ['unheard'], { unheard: [] }],
  [{ failedHooks: 'all' }, ['failedHooks'], { failedHooks: {} }],
  [{ failedHooks: { at_noon: failure } }, ['failedHooks'], { failedHooks: {} }],
  [{ failedHooks: { before_slave: { ...failure, event: 'whim' } } }, ['failedHooks'], { failedHooks: {} }],
]

describe('One value of the stored state that makes no sense', () => {
  for (const [changes, lost, instead] of rows)
    it(`${JSON.stringify(changes).slice(0, 60)} costs ${lost} and nothing else`, () => {
      const salvaged = salvage({ ...stored, ...changes })
      assert.deepEqual(salvaged, { stored: { ...stored, ...instead }, lost })
    })
})

describe('A stored state of another version', () => {
  it('may have a longer list: its latest are kept, and nothing is lost', () => {
    const failovers = Array.from({ length: 3000 }, (_, index) => index)
    const salvaged = salvage({ ...stored, failovers })
    assert.deepEqual(salvaged?.lost, [])
    assert.deepEqual(salvaged?.stored.failovers, failovers.slice(2000))
  })

  it('may have a longer reason: its beginning is kept', () => {
    const salvaged = salvage({ ...stored, override: { ...override, reason: 'x'.repeat(5000) } })
    assert.deepEqual([salvaged?.lost, salvaged?.stored.override?.reason.length], [[], 4096])
  })

  it('may have fields that are not known here', () => {
    assert.deepEqual(salvage({ ...stored, weather: 'fair' }), { stored, lost: [] })
  })

  it('is none at all when not one field makes sense', () => {
    for (const value of [null, undefined, 'text', 5, [], {}, [stored], { weather: 'fair' }])
      assert.equal(salvage(value), null)
  })
})

describe('After a loss', () => {
  const unordered = { ...stored, flapping: false, override: null, pause: null, move: null }
  const lossy = () =>
    new Policy(someSettings()).post({ kind: 'started', stored: unordered, secondary: true, lost: 'moves' })

  it('the failback is held until resume, whatever the policy', () => {
    const node = lossy().probe('answered', 2)
    for (let s = 0; s < 120; s++) node.post({ kind: 'woken' }, 990).probe('answered')
    assert.deepEqual([node.state.phase, node.state.role], ['waiting', 'slave'])
    node.post({ kind: 'resumed' })
    assert.deepEqual([node.state.loss, node.state.role], [null, 'master'])
  })

  it('that is said at the start and with each reminder', () => {
    const node = lossy()
    const text = "state lost: the stored state was damaged (moves): no failback until 'berofosd resume'"
    assert.ok(node.lines.includes(text))
    assert.ok(node.post({ kind: 'reminded' }).lines.includes(text))
  })

  it('another start still knows of it', () => {
    const { state, now } = lossy()
    assert.equal(salvage(toStored(state, now))?.stored.loss?.what, 'moves')
  })

  it('a failover goes on as ever', () => {
    const node = new Policy(someSettings())
    node.post({ kind: 'started', stored: null, secondary: true, lost: 'all of it' })
    node.post({ kind: 'roleDiscovered', role: 'master' })
    assert.equal(node.failOver().state.role, 'slave')
  })

  it('every check counts as proven, since it may have decided until then; at a first start none does', () => {
    const proven = (lost: object) =>
      new Policy(someSettings()).post({ kind: 'started', stored: null, secondary: true, ...lost }).state
        .proven
    assert.deepEqual(proven({ lost: 'all of it' }), someSettings().checks.map(checkTarget))
    assert.deepEqual(proven({}), [])
  })
})
