import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineRing } from '../../src/system/line-ring.ts'

/** Rank and a number of its own. */
type Item = readonly [rank: number, id: number]

test('a ring keeps the gravest in order, of the mildest the newest, and counts the others as lost', () => {
  const ranks = fc.array(fc.option(fc.nat({ max: 3 })))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), ranks, (capacity, steps) => {
      const ring = new LineRing<Item>(capacity, ([rank]) => rank)
      const model: Item[] = []
      let lost = 0
      for (const [id, rank] of steps.entries()) {
        if (rank === null) assert.deepEqual(ring.shift()?.item, model.shift())
        else {
          ring.push([rank, id])
          model.push([rank, id])
          if (model.length > capacity) {
            const mildest = Math.min(...model.map(([each]) => each))
            model.splice(
              model.findIndex(([each]) => each === mildest),
              1,
            )
            lost += 1
          }
        }
        assert.deepEqual([ring.count, ring.lost, ring.oldest()], [model.length, lost, model[0]])
      }
    }),
  )
})

test('what was lost is forgotten on request', () => {
  const ring = new LineRing<number>(1, () => 0)
  ring.push(1)
  ring.push(2)
  ring.forgetLost()
  assert.equal(ring.lost, 0)
})
