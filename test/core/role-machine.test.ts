import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { roleTable } from '../../src/core/role-table.ts'
import { phases } from '../../src/core/state.ts'
import { deep } from '../helpers/depth.ts'
import { explore, explored } from '../helpers/explore.ts'
import { invariants } from '../helpers/invariants.ts'
import type { Invariant, Step } from '../helpers/step.ts'

interface Broken {
  readonly name: string
  readonly configuration: string
  readonly step: Step
}

function tell({ configuration, step: { before, event, after, effects, heard, now } }: Broken): string {
  const rows = Object.entries({ before, heard, now, event, effects, after })
  return [configuration, ...rows.map(([name, value]) => `${name}: ${JSON.stringify(value)}`)].join('\n')
}

/**
 * Every reachable state meets every event, in every configuration; the walk ends at the first broken invariant. The
 * short walk stops in each configuration after so many steps.
 */
const shortWalkSteps = 10_000

describe('In every reachable state and at every event', () => {
  const reachedPhases = new Set<string>()
  const reachedRows = new Set<string>()
  let broken: Broken | null = null
  let states = 0
  let steps = 0

  const visit = (configuration: string) => {
    const last = deep ? Number.POSITIVE_INFINITY : steps + shortWalkSteps
    return (step: Step) => visitUntil(last, configuration, step)
  }
  const visitUntil = (last: number, configuration: string, step: Step) => {
    steps += 1
    reachedPhases.add(step.after.phase)
    const { settings, now, after } = step
    const isBroken = ({ holds }: Invariant) => !holds(step)
    const invariant = invariants.find(isBroken)
    if (invariant) broken = { name: invariant.name, configuration, step }
    const row = roleTable.find(r => r.when({ settings, now, state: after, effects: [] }))
    if (row) reachedRows.add(row.comment)
    return broken === null && steps < last
  }

  before(() => {
    for (const [name, configurations] of Object.entries(explored))
      if (broken === null) states += explore(configurations, visit(name))
  })

  for (const { name, sentence } of invariants)
    it(sentence, () => {
      if (broken?.name === name) assert.fail(tell(broken))
    })

  it('the walk goes through every phase', t => {
    t.diagnostic(`${states} states, ${steps} steps`)
    assert.equal(broken === null, true, 'an invariant above was broken')
    assert.deepEqual(reachedPhases, new Set(phases))
    assert.ok(states > (deep ? 10_000 : 1000), `${states} states`)
  })

  it('rests on every row of the table that has nothing more to do', () => {
    const resting = roleTable.filter(row => !row.act).map(row => row.comment)
    assert.deepEqual(
      resting.filter(comment => !reachedRows.has(comment)),
      [],
    )
  })
})
