import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { invariants } from './invariants.ts'
import { plantedBugs } from './planted-bugs.ts'
import { runSeedsInParallel } from './seeds.ts'

describe('A planted bug is found within a thousand seeds', () => {
  for (const { slip, invariant, patches } of plantedBugs)
    it(slip, async () => {
      const sum = await runSeedsInParallel({
        from: 0,
        count: 1000,
        jobs: 2,
        patches,
        untilBad: true,
      })
      assert.ok(
        sum.bad.some(bad => bad.invariant === invariant),
        `found: ${sum.bad.map(bad => `${bad.seed} ${bad.invariant}`).join(', ') || 'nothing'}`,
      )
    })
})

test('every invariant has a planted bug', () => {
  const guarded = new Set(plantedBugs.map(({ invariant }) => invariant))
  assert.deepEqual(
    invariants.map(({ name }) => name).filter(name => !guarded.has(name)),
    [],
  )
})
