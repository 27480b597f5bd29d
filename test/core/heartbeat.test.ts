import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BeatFacts, beatOf } from '../../src/core/heartbeat.ts'

const well: BeatFacts = { findings: [], phase: 'steady', possible: true, headline: 'lines at the master' }
const unsaved = { severity: 'error', text: "the state can't be saved" } as const
const warning = { severity: 'warning', text: 'paused' } as const

const rows: readonly (readonly [title: string, changes: Partial<BeatFacts>, told: string])[] = [
  ['all is well', {}, 'well: lines at the master'],
  ['there are warnings only', { findings: [warning] }, 'well: lines at the master'],
  [
    'it is paused, and no failover is possible',
    { phase: 'paused', possible: false },
    'well: lines at the master',
  ],
  ['it is passive', { phase: 'passive', possible: false }, 'well: lines at the master'],
  ['it is forced', { phase: 'forced', possible: false }, 'well: lines at the master'],
  ['an error stands', { findings: [unsaved, warning] }, "fail: the state can't be saved"],
  ['two errors stand', { findings: [unsaved, unsaved] }, "fail: the state can't be saved (and 1 more)"],
  [
    'an error stands while it is paused',
    { phase: 'paused', findings: [unsaved] },
    "fail: the state can't be saved",
  ],
  ['no failover is possible', { possible: false }, 'fail: no failover is possible now: lines at the master'],
  ['nothing is configured', { phase: 'unconfigured' }, 'fail: no failover is possible: lines at the master'],
  ['there is no verdict yet', { phase: 'starting', possible: false }, 'nothing'],
]

describe('A dead man’s switch is told, when', () => {
  for (const [title, changes, told] of rows)
    test(title, () => {
      const beat = beatOf({ ...well, ...changes })
      assert.equal(beat === null ? 'nothing' : `${beat.is}: ${beat.text}`, told)
    })
})
