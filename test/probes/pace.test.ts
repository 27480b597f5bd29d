import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import { Pace } from '../../src/probes/pace.ts'

const timing = { intervalMs: 1000, fastIntervalMs: 300, rise: 2 }
const answered = (ms = 1): ProbeResult => ({ outcome: 'answered', ms, detail: '' })
const failed: ProbeResult = { outcome: 'failed', ms: 1000, detail: '' }
const inconclusive: ProbeResult = { outcome: 'inconclusive', ms: 0, detail: '' }

const rows: [string, readonly (ProbeResult | 'late')[], boolean][] = [
  ['is slow at first', [], false],
  ['is slow while answers come in time', [answered(), answered(300)], false],
  ['is fast from an answer that has not come in time', ['late'], true],
  ['is fast from an answer that came too late', [answered(301)], true],
  ['is fast from a failure', [answered(), failed], true],
  ['stays fast until enough answers came', [failed, answered()], true],
  ['is slow again after `rise` answers in a row', [failed, answered(), answered()], false],
  ['counts from the latest failure', [failed, answered(), failed, answered()], true],
  ['counts from the latest answer that was late', ['late', answered(), answered(400), answered()], true],
  ['is left as it is by a probe that could not be made', [inconclusive], false],
  ['is fast still after a probe that could not be made', [failed, answered(), inconclusive], true],
]
for (const [title, news, isFast] of rows)
  test(`the pace ${title}`, () => {
    const pace = new Pace(timing)
    for (const each of news) each === 'late' ? pace.noteLate() : pace.note(each)
    assert.deepEqual([pace.isFast, pace.intervalMs], [isFast, isFast ? 300 : 1000])
  })

test('without a fast interval the pace is always the same', () => {
  const pace = new Pace({ intervalMs: 1000, rise: 2 })
  pace.noteLate()
  pace.note(failed)
  assert.deepEqual([pace.isFast, pace.intervalMs], [false, 1000])
})
