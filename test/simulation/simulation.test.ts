import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { invariants } from './invariants.ts'
import { planOf } from './plan.ts'
import { plantedBugs } from './planted-bugs.ts'
import { badSeedText, hoursPerMinute, zone } from './report.ts'
import { runSeedsInParallel } from './seeds.ts'
import { simulate } from './simulate.ts'

process.env.TZ = zone

test('a thousand histories break no invariant', async t => {
  const sum = await runSeedsInParallel({ from: 0, count: 1000, jobs: 2 })
  t.diagnostic(
    `${(sum.wallMs / 1000).toFixed(0)} s, ${hoursPerMinute(sum).toFixed(0)} simulated hours a minute`,
  )
  const texts = await Promise.all(sum.bad.slice(0, 3).map(bad => badSeedText(planOf(bad.seed), bad)))
  assert.deepEqual(texts, [])
  // They were histories in which something happened.
  for (const [fact, least] of Object.entries({ failover: 300, failback: 150, switched: 2000, calm: 1000 }))
    assert.ok((sum.facts[fact] ?? 0) >= least, `only ${sum.facts[fact]} of ${fact}`)
})

test('the same seed gives the same history, byte for byte', async () => {
  for (const seed of [1, 2, 3]) {
    const [first, second] = [
      await simulate(planOf(seed), { story: true }),
      await simulate(planOf(seed), { story: true }),
    ]
    assert.deepEqual(first.story, second.story)
    assert.ok(first.story.length > 10)
  }
})

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
