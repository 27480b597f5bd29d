import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type RecentProbes, recentSlots, slotMs, withResult } from '../../src/status/recent.ts'

const result = (outcome: 'answered' | 'failed' | 'inconclusive', ms = 1) => ({ outcome, ms, detail: '' })

describe('What became of the latest probes', () => {
  it('is counted in slots of time, with the slowest answer', () => {
    let recent: RecentProbes = {}
    recent = withResult(recent, 'sip', result('answered', 5), 0)
    recent = withResult(recent, 'sip', result('answered', 3), slotMs - 1)
    recent = withResult(recent, 'sip', result('failed', 1000), slotMs)
    recent = withResult(recent, 'sip', result('inconclusive', 9), slotMs)
    assert.deepEqual(recent, {
      sip: [
        { slot: 0, answered: 2, failed: 0, inconclusive: 0, slowestMs: 5 },
        { slot: 1, answered: 0, failed: 1, inconclusive: 1, slowestMs: 0 },
      ],
    })
  })

  it('is forgotten after a quarter of an hour, so that it never grows', () => {
    let recent: RecentProbes = {}
    for (let at = 0; at < 1000; at++) recent = withResult(recent, 'sip', result('answered'), at * slotMs)
    assert.deepEqual([recent.sip?.length, recent.sip?.[0]?.slot], [recentSlots, 1000 - recentSlots])
  })

  it('is forgotten with a check that is not probed any more', () => {
    const old = withResult({}, 'gone', result('answered'), 0)
    const recent = withResult(old, 'sip', result('answered'), recentSlots * slotMs)
    assert.deepEqual(Object.keys(recent), ['sip'])
  })
})
