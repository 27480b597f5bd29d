import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  allAnswering,
  type CheckState,
  type Checks,
  checkState,
  countResult,
  isFailing,
  isStale,
  masterVerdict,
  mayBeWell,
  neededInARow,
} from '../../src/core/rise-fall.ts'
import type { ProbeResult, Verdict } from '../../src/core/role.ts'
import { pingCheck } from '../helpers/settings.ts'

const ping = pingCheck({ fall: 3, rise: 2, intervalMs: 1000, timeoutMs: 500 })
const web = pingCheck({ name: 'web', required: false })
const sip = pingCheck({ name: 'sip' })

type Outcome = ProbeResult['outcome']
const result = (outcome: Outcome): ProbeResult => ({ outcome, ms: 1, detail: outcome })
const count = (...outcomes: Outcome[]) =>
  outcomes.reduce(
    (state, outcome, second) => countResult(state, ping, result(outcome), { mono: second, wall: second }),
    checkState({}, 'ping'),
  )
const times = (n: number, outcome: Outcome): Outcome[] => Array(n).fill(outcome)
const state = (verdict: Verdict, outcome: Outcome, streak: number, mono = 0): CheckState => ({
  verdict,
  streak: { outcome, count: streak },
  last: { result: result(outcome), mono, wall: mono },
})

describe('A check', () => {
  const rows: readonly (readonly [title: string, outcomes: Outcome[], verdict: Verdict])[] = [
    ['that was never tried is unknown', [], 'unknown'],
    ['is not down before `fall` failures', times(2, 'failed'), 'unknown'],
    ['is down after `fall` failures in a row', times(3, 'failed'), 'down'],
    ['is not up before `rise` answers', times(1, 'answered'), 'unknown'],
    ['is up after `rise` answers in a row', times(2, 'answered'), 'up'],
    [
      'that answers now and then is not down',
      ['failed', 'failed', 'answered', 'failed', 'failed'],
      'unknown',
    ],
    ['that is down stays so until it has risen', [...times(3, 'failed'), 'answered'], 'down'],
    [
      'that is up stays so until it has fallen',
      [...times(2, 'answered'), 'failed', 'failed', 'answered'],
      'up',
    ],
    [
      'that cannot be made keeps its verdict at first',
      [...times(2, 'answered'), ...times(2, 'inconclusive')],
      'up',
    ],
    [
      'that cannot be made `fall` times in a row is unknown',
      [...times(3, 'failed'), ...times(3, 'inconclusive')],
      'unknown',
    ],
  ]
  for (const [title, outcomes, verdict] of rows)
    it(title, () => assert.equal(count(...outcomes).verdict, verdict))

  it('knows its latest results: of which kind, how many in a row, and when', () => {
    const { streak, last } = count('failed', 'answered', 'answered')
    assert.deepEqual(streak, { outcome: 'answered', count: 2 })
    assert.deepEqual(last, { result: result('answered'), mono: 2, wall: 2 })
  })

  it('needs `rise` answers, and `fall` of anything else', () => {
    assert.deepEqual(
      (['answered', 'failed', 'inconclusive'] as const).map(outcome => neededInARow(outcome, ping)),
      [2, 3, 3],
    )
  })

  it('is out of date when a result is a second later than its probes take', () => {
    const known = state('up', 'answered', 5, 10_000)
    assert.deepEqual(
      [12_500, 12_501].map(mono => isStale(known, ping, { mono, wall: 0 })),
      [false, true],
    )
    assert.equal(isStale(checkState({}, 'ping'), ping, { mono: 0, wall: 0 }), true)
  })
})

describe('The master', () => {
  const verdictOf = (verdicts: Readonly<Record<string, Verdict>>) => {
    const checks = Object.entries(verdicts).map(([name, verdict]) => [name, state(verdict, 'answered', 1)])
    return masterVerdict([ping, sip, web], Object.fromEntries(checks))
  }

  it('is down when one required check is, whatever the others', () => {
    assert.equal(verdictOf({ ping: 'up', sip: 'down' }), 'down')
    assert.equal(verdictOf({ sip: 'down' }), 'down')
  })

  it('is up when all required checks are, and unknown before', () => {
    assert.equal(verdictOf({ ping: 'up', sip: 'up' }), 'up')
    assert.equal(verdictOf({ ping: 'up' }), 'unknown')
  })

  it('is what the required checks say, and no other', () => {
    assert.equal(verdictOf({ ping: 'up', sip: 'up', web: 'down' }), 'up')
    assert.equal(verdictOf({ web: 'up' }), 'unknown')
  })

  it('is unknown when no check is required', () => {
    assert.equal(masterVerdict([], {}), 'unknown')
    assert.equal(masterVerdict([web], { web: state('up', 'answered', 9) }), 'unknown')
  })
})

describe('The master keeps failing', () => {
  const rows: readonly (readonly [title: string, checks: Checks, failing: boolean])[] = [
    ['when a required check is down and still fails', { ping: state('down', 'failed', 3) }, true],
    ['not when it was answered since', { ping: state('down', 'answered', 1) }, false],
    [
      'not when it fell again before it rose, with fewer failures',
      { ping: state('down', 'failed', 2) },
      false,
    ],
    ['not when the check decides nothing', { web: state('down', 'failed', 9) }, false],
    ['not when nothing is known', {}, false],
    ['when one of two does', { ping: state('up', 'answered', 9), sip: state('down', 'failed', 3) }, true],
  ]
  for (const [title, checks, failing] of rows)
    it(title, () => assert.equal(isFailing([ping, sip, web], checks), failing))
})

describe('The master answers now', () => {
  const rows: readonly (readonly [title: string, checks: Checks, answering: boolean])[] = [
    ['when its latest results are answers, `rise` in a row', { ping: state('up', 'answered', 2) }, true],
    ['not with fewer', { ping: state('up', 'answered', 1) }, false],
    ['not when it faltered', { ping: state('up', 'failed', 2) }, false],
    ['not when that is out of date', { ping: state('up', 'answered', 9, -2501) }, false],
    [
      'whatever a check says that decides nothing',
      { ping: state('up', 'answered', 2), web: state('down', 'failed', 9) },
      true,
    ],
  ]
  for (const [title, checks, answering] of rows)
    it(title, () => assert.equal(allAnswering([ping, web], checks, { mono: 0, wall: 0 }), answering))

  it('only when all required checks do', () => {
    const checks = { ping: state('up', 'answered', 2), sip: state('up', 'failed', 1) }
    assert.equal(allAnswering([ping, sip], checks, { mono: 0, wall: 0 }), false)
  })
})

describe('A master may be well', () => {
  const rows: readonly [title: string, well: boolean, checks: Checks][] = [
    ['when what made it down answers again', true, { ping: state('down', 'answered', 1) }],
    ['not while that fails', false, { ping: state('down', 'failed', 3) }],
    ['not while that can not be asked', false, { ping: state('down', 'inconclusive', 1) }],
    [
      'not when only one of two answers',
      false,
      { ping: state('down', 'answered', 1), sip: state('down', 'failed', 3) },
    ],
    ['while a check that is up fails', true, { ping: state('up', 'failed', 1) }],
    ['while a check that is up can not be made', true, { ping: state('up', 'inconclusive', 1) }],
    ['while a check without a verdict fails', true, { ping: state('unknown', 'failed', 1) }],
    [
      'not while a check without a verdict can not be made',
      false,
      { ping: state('unknown', 'inconclusive', 9) },
    ],
    ['before anything was asked', true, {}],
    ['whatever a check says that does not decide', true, { web: state('down', 'failed', 9) }],
  ]
  for (const [title, well, checks] of rows)
    it(title, () => assert.equal(mayBeWell([ping, sip, web], checks), well))

  it('not without a check that decides: no verdict would come', () => {
    assert.equal(mayBeWell([web], {}), false)
  })
})

describe('A check that is down', () => {
  it('is failing when it failed after that moment', () => {
    const checks = { ping: state('down', 'failed', 3, 5000) }
    assert.deepEqual(
      [null, 4999, 5000].map(since => isFailing([ping], checks, since)),
      [true, true, false],
    )
  })
})
