import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deep } from '../helpers/depth.ts'
import { planOf } from './plan.ts'
import { badSeedText, hoursPerMinute, zone } from './report.ts'
import { runSeedsInParallel } from './seeds.ts'
import { simulate } from './simulate.ts'

process.env.TZ = zone

const histories = deep ? 1000 : 40
const leastFacts = deep
  ? { failover: 300, failback: 150, switched: 2000, calm: 1000 }
  : { failover: 5, failback: 1, switched: 80, calm: 40 }

test(`${histories} histories break no invariant`, async t => {
  const sum = await runSeedsInParallel({ from: 0, count: histories, jobs: 2 })
  t.diagnostic(
    `${(sum.wallMs / 1000).toFixed(0)} s, ${hoursPerMinute(sum).toFixed(0)} simulated hours a minute`,
  )
  const texts = await Promise.all(sum.bad.slice(0, 3).map(bad => badSeedText(planOf(bad.seed), bad)))
  assert.deepEqual(texts, [])
  // They were histories in which something happened.
  for (const [fact, least] of Object.entries(leastFacts))
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
