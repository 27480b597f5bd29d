import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addComparisons, compare, comparisonText, measure, rules, siteKinds } from './compare.ts'
import { planOf } from './plan.ts'

const seeds = Array.from({ length: 24 }, (_, seed) => seed)

test('the same seeds give the same comparison, all at once or in shares', async () => {
  const whole = await compare(seeds)
  const shares = [await compare(seeds.slice(0, 15)), await compare(seeds.slice(15))] as const
  assert.deepEqual(addComparisons(...shares), whole)
  assert.ok(whole.histories > 5)
  // Something happened in them to either.
  const { eachMinute, berofosd } = whole.sites.shipped.measures
  for (const { silentMs, cut, looked } of [eachMinute, berofosd]) assert.ok(silentMs && cut && looked)
})

test('a comparison is a table of at most 80 columns', async () => {
  const lines = comparisonText(await compare(seeds.slice(0, 15))).split('\n')
  assert.deepEqual(
    lines.filter(line => line.length > 80),
    [],
  )
  assert.equal(new Set(lines.filter(line => line.startsWith('|')).map(line => line.length)).size, 1)
})

test('a comparison hears of no operator, and a default site of no other settings', () => {
  const plans = seeds.map(seed => planOf(seed, 'pair', { rare: false }))
  const actions = (kind: keyof typeof siteKinds) =>
    new Set(plans.flatMap(plan => siteKinds[kind](plan).steps.map(step => 'action' in step && step.action)))
  for (const action of ['force', 'pause', 'resume', 'assert', 'reload'] as const) {
    assert.ok(!actions('shipped').has(action))
    assert.equal(actions('drawn').has(action), action === 'reload')
  }
})

test('what is left out of a plan moves nothing else in time', () => {
  for (const plan of seeds.map(seed => planOf(seed, 'pair', { rare: false }))) {
    const lastsMs = (steps: typeof plan.steps) => steps.reduce((sum, { afterMs }) => sum + afterMs, 0)
    assert.equal(lastsMs(siteKinds.shipped(plan).steps), lastsMs(plan.steps))
  }
})

test('each rule lives through a history of the same length', async () => {
  const plan = siteKinds.shipped(
    seeds.map(seed => planOf(seed, 'pair', { rare: false })).find(({ pace }) => pace === 1) ?? assert.fail(),
  )
  const lengths = await Promise.all(
    Object.values(rules).map(async rule => (await measure(plan, rule)).simulatedMs),
  )
  assert.equal(new Set(lengths).size, 1)
})
