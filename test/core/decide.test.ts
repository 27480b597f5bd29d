import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { rules, timeRules } from '../../src/core/rules.ts'
import { phases } from '../../src/core/state.ts'
import { deep } from '../helpers/depth.ts'
import { explore, explored, exploredBypass } from '../helpers/explore.ts'
import { type InvariantName, invariantTable } from '../helpers/invariant-table.ts'
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
const shortWalkSteps = 5000

describe('In every reachable state and at every event', () => {
  const reachedPhases = new Set<string>()
  const fired = new Set<string>()
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
    const isBroken = ({ holds }: Invariant) => !holds(step)
    const invariant = invariants.find(isBroken)
    if (invariant) broken = { name: invariant.name, configuration, step }
    for (const rule of step.rules) fired.add(rule)
    return broken === null && steps < last
  }

  before(() => {
    for (const [name, configurations] of Object.entries(explored))
      if (broken === null) states += explore(configurations, visit(name))
  })

  for (const { name } of invariants)
    it(invariantTable[name], () => {
      if (broken?.name === name) assert.fail(tell(broken))
    })

  it('the walk goes through every phase', t => {
    t.diagnostic(`${states} states, ${steps} steps`)
    assert.equal(broken === null, true, 'an invariant above was broken')
    assert.deepEqual(reachedPhases, new Set(phases))
    assert.ok(states > (deep ? 10_000 : 1000), `${states} states`)
  })

  it('fires every rule of a pair', { skip: !deep && 'only the whole walk meets them all' }, () => {
    const ids = [...timeRules, ...rules].map(({ id }) => id)
    assert.deepEqual(
      ids.filter(id => !fired.has(id)),
      rulesOfBypass,
    )
  })
})

const rulesOfBypass = ['follow-trip', 'undo-trip']

/** What holds of either kind of site; the others are about isolation, and moves that a trip needs no failure for. */
const ofEither: InvariantName[] = [
  'still',
  'hook first',
  'role',
  'reported',
  'verdict',
  'kept',
  'as-ordered',
  'saved',
  'wakes',
  'rest',
  'ruled',
  'bounded',
]

describe('In every reachable state of one server in front of a PBX', () => {
  const broken = new Map<string, Broken>()
  const fired = new Set<string>()
  const asked = invariants.filter(({ name }) => ofEither.includes(name))
  let steps = 0

  before(() => {
    explore(exploredBypass, step => {
      steps += 1
      for (const rule of step.rules) fired.add(rule)
      for (const { name, holds } of asked)
        if (!broken.has(name) && !holds(step)) broken.set(name, { name, configuration: 'bypass', step })
      return deep || steps < shortWalkSteps
    })
  })

  it('the same invariants are asked for', () => assert.equal(asked.length, ofEither.length))

  for (const { name } of asked)
    it(invariantTable[name], () => {
      const found = broken.get(name)
      if (found) assert.fail(tell(found))
    })

  it('a trip is adopted, and undone', () => {
    assert.deepEqual(
      rulesOfBypass.filter(id => !fired.has(id)),
      [],
    )
  })
})
