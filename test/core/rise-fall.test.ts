import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CheckState,
  type CheckStates,
  checkState,
  countResult,
  decidingStreak,
  isFailing,
  isStale,
  masterVerdict,
  mayBeWell,
  notAnswering,
  streakText,
  uncheckedState,
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
    (state, outcome, second) =>
      countResult(state, ping, result(outcome), { mono: second, wall: second }, true),
    checkState({}, 'ping'),
  )
const times = (n: number, outcome: Outcome): Outcome[] => Array(n).fill(outcome)
/** `outcome` inconclusive: so many of them and nothing else. */
const state = (verdict: Verdict, outcome: Outcome, row: number, mono = 0): CheckState => ({
  ...uncheckedState,
  verdict,
  ...(outcome === 'inconclusive' ? { inconclusive: row } : { streak: { outcome, count: row } }),
  failures: outcome === 'failed' ? [mono] : [],
  failureBegun: outcome === 'failed' ? mono - 1 : null,
  last: { result: result(outcome), mono, wall: mono },
})
/** A word a result, a second each: f failed, a answered, i inconclusive, - nothing. */
const play = (words: string, check = ping) =>
  [...words].reduce((state, word, second) => {
    const outcome = ({ a: 'answered', f: 'failed', i: 'inconclusive' } as const)[word]
    const now = { mono: second * 1000, wall: second * 1000 }
    return outcome ? countResult(state, check, result(outcome), now, true) : state
  }, uncheckedState)

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

  const deciding: readonly (readonly [title: string, words: string, count: number, needed: number])[] = [
    ['answers, of which it needs `rise`', 'faa', 2, 2],
    ['failures, of which it needs `fall`', 'aff', 2, 3],
    ['failures, whatever could not be made in between', 'fif', 2, 3],
    ['tries that could not be made, when there is nothing else', 'ii', 2, 3],
    ['tries that could not be made, when they have decided', 'aaiiii', 4, 3],
  ]
  for (const [title, words, count, needed] of deciding)
    it(`is decided by a row of ${title}`, () =>
      assert.deepEqual(decidingStreak(play(words), ping), { count, needed }))

  const begun: readonly (readonly [title: string, words: string, second: number | null])[] = [
    ['there is no result', '', null],
    ['there was no conclusive result', 'ii', null],
    ['failures began', 'aafff', 2],
    ['answers began', 'ffaa', 2],
    ['failures began, whatever could not be made in between', 'afif', 1],
    ['the first failure that still counts', 'aaf------ff', 9],
    ['none of the failures counts any longer', 'aaf---------i', null],
    ['the first failure after those that count no longer', 'aaf---------if', 13],
  ]
  for (const [title, words, second] of begun)
    it(`knows since when its row is: ${title}`, () => {
      const at = second === null ? null : { mono: second * 1000, wall: second * 1000 }
      assert.deepEqual(play(words).since, at)
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

describe('A probe that could not be made', () => {
  // Five failures in a row at 1 s: the worst case is 6 s (and 5.5 s more would be two outages in one row).
  const five = pingCheck({ fall: 5, rise: 5, intervalMs: 1000, timeoutMs: 500 })
  const rows: readonly (readonly [title: string, words: string, verdict: Verdict, count: number])[] = [
    ['does not end a row of failures', 'ffiff', 'unknown', 4],
    ['is not one of them', 'ffiffi', 'unknown', 4],
    ['does not keep a dead master up: every second probe', 'aaaaafifififif', 'down', 5],
    ['does not end a row of answers', 'aiaiaaia', 'up', 5],
    ['leaves a verdict that was reached', 'fffffiiii', 'down', 5],
    ['ends it as the fifth in a row', 'fffffiiiii', 'unknown', 5],
    ['begins its own row anew after any other result', 'aaaaaiiiifiiii', 'up', 1],
  ]
  for (const [title, words, verdict, count] of rows)
    it(title, () => {
      const after = play(words, five)
      assert.deepEqual([after.verdict, after.streak.count], [verdict, count])
    })

  it('as each 45th leaves a `fall` of 48 to be reached', () => {
    const sip = pingCheck({ fall: 48, rise: 5, intervalMs: 1000 })
    const words = `aaaaa${`${'f'.repeat(44)}i`.repeat(2)}`
    assert.deepEqual(
      [48, 49].map(failed => play(words.slice(0, 5 + failed), sip).verdict),
      ['up', 'down'],
    )
  })
})

describe('A failure that is older than twice the worst case', () => {
  // ping, 3 in a row at 1 s: 1 s + 2 x 1.125 s + 0.5 s, twice 7.5 s.
  const rows: readonly (readonly [title: string, words: string, verdict: Verdict, count: number])[] = [
    ['still counts a moment before', 'aaf-----ff', 'down', 3],
    ['counts no longer', 'aaf------ff', 'up', 2],
    ['counts no longer, whatever else was tried', 'aafiifiiiff', 'down', 3],
    ['of a row without a gap is told of with the others', 'aaffffffffffff', 'down', 12],
    ['is of another outage when nobody was watching meanwhile', 'fff----------f', 'down', 1],
  ]
  for (const [title, words, verdict, count] of rows)
    it(title, () => {
      const after = play(words)
      assert.deepEqual([after.verdict, after.streak.count], [verdict, count])
    })

  it('keeps no count of them: a check that is down moves no line then', () => {
    const checks = { ping: play('fff----------f') }
    assert.equal(isFailing([ping], checks), false)
  })
})

describe('A long `fall`', () => {
  const quarters = (fall: number, words: string) => play(words, pingCheck({ fall, rise: 2 })).quarters

  it('is known by its quarters', () => {
    const reached = [1, 2, 3, 4, 5, 6].map(failed => quarters(8, 'f'.repeat(failed)))
    assert.deepEqual(reached, [0, 1, 1, 2, 2, 3])
    assert.equal(quarters(9, 'ff'), 0)
    assert.equal(quarters(9, 'fff'), 1)
  })

  it('begins anew after an answer, and when all failures are of another outage', () => {
    assert.equal(quarters(8, 'ffffa'), 0)
    assert.equal(quarters(8, `ffff${'-'.repeat(30)}i`), 0)
    assert.equal(quarters(8, 'ffffi'), 2)
  })

  it('is one of 8 or more', () => assert.equal(quarters(7, 'ffffff'), 0))
})

describe('The first answer', () => {
  it('is what the time without one is counted from, else the first result', () => {
    const at = (mono: number) => ({ mono, wall: mono })
    assert.equal(play('').answered, null)
    assert.deepEqual(play('-fff').answered, at(1000))
    assert.deepEqual(play('-ffafi').answered, at(3000))
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
  const rows: readonly (readonly [title: string, checks: CheckStates, failing: boolean])[] = [
    ['when a required check is down and still fails', { ping: state('down', 'failed', 3) }, true],
    ['not when it was answered since', { ping: state('down', 'answered', 1) }, false],
    [
      'not when it fell again before it rose, with fewer failures',
      { ping: state('down', 'failed', 2) },
      false,
    ],
    ['also while probes can not be made', { ping: { ...state('down', 'failed', 3), inconclusive: 2 } }, true],
    ['not when so many could not be made that it is unknown', { ping: state('unknown', 'failed', 3) }, false],
    ['not when the check decides nothing', { web: state('down', 'failed', 9) }, false],
    ['not when nothing is known', {}, false],
    ['when one of two does', { ping: state('up', 'answered', 9), sip: state('down', 'failed', 3) }, true],
  ]
  for (const [title, checks, failing] of rows)
    it(title, () => assert.equal(isFailing([ping, sip, web], checks), failing))
})

describe('The master answers now', () => {
  const rows: readonly (readonly [title: string, checks: CheckStates, answering: boolean])[] = [
    ['when its latest results are answers, `rise` in a row', { ping: state('up', 'answered', 2) }, true],
    ['not with fewer', { ping: state('up', 'answered', 1) }, false],
    ['not when it can not be asked', { ping: { ...state('up', 'answered', 9), inconclusive: 1 } }, false],
    ['not when it faltered', { ping: state('up', 'failed', 2) }, false],
    ['not when that is out of date', { ping: state('up', 'answered', 9, -2501) }, false],
    [
      'whatever a check says that decides nothing',
      { ping: state('up', 'answered', 2), web: state('down', 'failed', 9) },
      true,
    ],
  ]
  for (const [title, checks, answering] of rows)
    it(title, () => {
      const silent = notAnswering([ping, web], checks, { mono: 0, wall: 0 })
      assert.deepEqual(silent, answering ? [] : [ping])
    })

  it('only when all required checks do', () => {
    const checks = { ping: state('up', 'answered', 2), sip: state('up', 'failed', 1) }
    assert.deepEqual(notAnswering([ping, sip], checks, { mono: 0, wall: 0 }), [sip])
  })
})

describe('A master may be well', () => {
  const rows: readonly [title: string, well: boolean, checks: CheckStates][] = [
    ['when what made it down answers again', true, { ping: state('down', 'answered', 1) }],
    ['not while that fails', false, { ping: state('down', 'failed', 3) }],
    ['not while that can not be asked', false, { ping: { ...state('down', 'failed', 3), inconclusive: 1 } }],
    [
      'while what answered again can not be asked for a moment',
      true,
      { ping: { ...state('down', 'answered', 1), inconclusive: 2 } },
    ],
    [
      'not when only one of two answers',
      false,
      { ping: state('down', 'answered', 1), sip: state('down', 'failed', 3) },
    ],
    ['while a check that is up fails', true, { ping: state('up', 'failed', 1) }],
    ['while a check that is up can not be made', true, { ping: state('up', 'inconclusive', 1) }],
    ['not while a check without a verdict fails', false, { ping: state('unknown', 'failed', 1) }],
    [
      'not when a check without a verdict can not be made',
      false,
      { ping: state('unknown', 'inconclusive', 3) },
    ],
    ['while that is so for a moment', true, { ping: state('unknown', 'inconclusive', 2) }],
    [
      'not while a check without a verdict fails and can not be made by turns: no verdict may come',
      false,
      { ping: { ...state('unknown', 'failed', 1), inconclusive: 1 } },
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
  it('is failing when a probe failed that was begun at that moment or later', () => {
    const checks = { ping: state('down', 'failed', 3, 5000) }
    assert.deepEqual(
      [null, 4999, 5000].map(since => isFailing([ping], checks, since)),
      [true, true, false],
    )
  })
})

describe('A streak', () => {
  const rows = [
    ['answered', 1, '1 answer'],
    ['answered', 2, '2 answers in a row'],
    ['failed', 1, '1 failure'],
    ['failed', 5, '5 failures in a row'],
  ] as const
  for (const [outcome, count, text] of rows)
    it(`of ${count}, ${outcome}, is "${text}"`, () => assert.equal(streakText({ outcome, count }), text))
})
