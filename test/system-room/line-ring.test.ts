import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineRing } from '../../src/system/line-ring.ts'

test('a ring keeps the newest in order and counts the others as lost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.option(fc.nat())), (capacity, steps) => {
      const ring = new LineRing<number>(capacity)
      const model: number[] = []
      let lost = 0
      for (const step of steps) {
        if (step === null) assert.equal(ring.shift(), model.shift())
        else {
          ring.push(step)
          model.push(step)
          if (model.length > capacity) {
            model.shift()
            lost += 1
          }
        }
        assert.deepEqual([ring.count, ring.lost, ring.oldest()], [model.length, lost, model[0]])
      }
    }),
  )
})

test('what was lost is forgotten on request', () => {
  const ring = new LineRing<number>(1)
  ring.push(1)
  ring.push(2)
  ring.forgetLost()
  assert.equal(ring.lost, 0)
})
