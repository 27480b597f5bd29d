import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pingCheck, someSettings } from '../helpers/settings.ts'
import { type Reachable, SmallWorld, subsets } from '../helpers/small-world.ts'

const relays = ['fos1', 'fos2', 'fos3']
const witnesses = ['10.34.1.1', '10.34.1.2']
const settings = someSettings({
  checks: [pingCheck({ fall: 2, rise: 2 })],
  failback: { ...someSettings().failback, stableForMs: 2000, flapLimit: 0 },
  witnesses,
})
/** Long enough for the slowest way: out of isolation, from zero to a verdict, and over or back. */
const seconds = 9

const all = subsets(['link', 'master', ...relays, ...witnesses])
const seesMaster = (reached: Reachable) => reached.has('link') && reached.has('master')
const seesAnyone = (reached: Reachable) =>
  reached.has('link') && [...relays, ...witnesses].some(name => reached.has(name))

/** Where the lines are to be, and whether this node knows itself cut off. */
function expected(reached: Reachable, before: 'master' | 'slave'): string {
  if (seesMaster(reached)) return 'master steady'
  if (before === 'slave') return 'slave steady'
  return seesAnyone(reached) ? 'slave steady' : 'master isolated'
}

const told = (reached: Reachable) => [...reached].join(' + ') || 'nothing'

describe('Whatever of master, link, relays and witnesses is reachable', () => {
  for (const master of [true, false])
    for (const link of [true, false]) {
      const matching = all.filter(s => s.has('master') === master && s.has('link') === link)
      const title = `master ${master ? 'alive' : 'dead'}, own link ${link ? 'up' : 'cut'}`
      it(`${title}: the lines are where they have to be, for each subset of the others`, () => {
        for (const reached of matching) {
          const world = new SmallWorld(settings)
          world.live(reached, seconds)
          assert.equal(world.summary(), expected(reached, 'master'), told(reached))
          assert.equal(world.said('failover: '), world.role === 'slave' ? 1 : 0, told(reached))
        }
      })
    }

  it('and whatever is reachable next: no line moves without need, none stays', t => {
    let count = 0
    for (const first of all) {
      const before = new SmallWorld(settings)
      before.live(first, seconds)
      for (const second of all) {
        count += 1
        const world = before.copy()
        world.live(second, seconds)
        const text = `${told(first)}, then ${told(second)}`
        assert.equal(world.summary(), expected(second, before.role), text)
        const moves = world.said('failover: ') + world.said('failback: ') - before.said('failover: ')
        assert.equal(moves, world.role === before.role ? 0 : 1, text)
      }
    }
    t.diagnostic(`${count} pairs of subsets`)
    assert.equal(count, 2 ** 14)
  })

  it('nothing is driven while this node is cut off', () => {
    for (const reached of all.filter(s => !seesMaster(s) && !seesAnyone(s))) {
      const world = new SmallWorld(settings)
      world.live(reached, seconds)
      assert.deepEqual(world.driven, [], told(reached))
    }
  })
})
