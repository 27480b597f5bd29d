import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deep } from '../helpers/depth.ts'
import { planOf } from './plan.ts'
import { badSeedText, hoursPerMinute, zone } from './report.ts'
import { runSeedsInParallel } from './seeds.ts'
import { simulate } from './simulate.ts'

process.env.TZ = zone

const histories = deep ? 1000 : 25
const bypassHistories = deep ? 400 : 8
const leastFacts = deep
  ? { failover: 300, failback: 150, switched: 2000, calm: 1000 }
  : { failover: 4, failback: 1, switched: 50, calm: 25 }
// Of the few in the short run not many get as far as the way back.
const leastBypassFacts = deep
  ? { failover: 100, failback: 100, switched: 100, kicked: 100, calm: 100 }
  : { failover: 3, failback: 1, switched: 3, kicked: 3, calm: 3 }

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

test(`${bypassHistories} histories in front of a PBX break no invariant`, async () => {
  const sum = await runSeedsInParallel({ from: 0, count: bypassHistories, jobs: 2, kind: 'bypass' })
  const bad = sum.bad.slice(0, 3).map(bad => badSeedText(planOf(bad.seed, 'bypass'), bad))
  assert.deepEqual(await Promise.all(bad), [])
  for (const [fact, least] of Object.entries(leastBypassFacts))
    assert.ok((sum.facts[fact] ?? 0) >= least, `only ${sum.facts[fact]} of ${fact}`)
})

test('a failover is counted once, although its end is a line of the log too', async () => {
  const { story, tally } = await simulate(planOf(6), { story: true })
  const lines = story.filter(line => line.includes(' failover: '))
  assert.deepEqual([tally.facts.failover, lines.length], [1, 1])
  assert.ok(story.some(line => line.includes(' failover done: ')))
})

test('the same seed gives the same history, byte for byte', async () => {
  for (const seed of [1, 2]) {
    const [first, second] = [
      await simulate(planOf(seed), { story: true }),
      await simulate(planOf(seed), { story: true }),
    ]
    assert.deepEqual(first.story, second.story)
    assert.ok(first.story.length > 10)
  }
})
