import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plantedBugs } from './planted-bugs.ts'
import { runSeedsInParallel } from './seeds.ts'

describe('A planted bug is found within a thousand seeds', () => {
  for (const { slip, invariant, kind = 'pair', patches } of plantedBugs)
    it(slip, async () => {
      const sum = await runSeedsInParallel({
        from: 0,
        count: 1000,
        kind,
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
