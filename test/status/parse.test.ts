import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseStatus } from '../../src/status/parse.ts'
import { normal } from '../cli/normal-status.ts'

const [check] = normal.master.checks
const [relay] = normal.relays

describe('The reader of a status', () => {
  it('takes what a daemon says, and keeps what a newer one says besides', () => {
    const said = JSON.parse(JSON.stringify({ ...normal, more: 1 }))
    assert.deepEqual(parseStatus(said), said)
  })

  it('takes a finding whose code it does not know', () => {
    const findings = [{ code: 'new', severity: 'warning', since: normal.now, text: 'TEXT' }]
    assert.ok(parseStatus({ ...normal, findings }))
  })

  for (const [what, value] of [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'status'],
    ['a list', []],
    ['no findings, as an older daemon says', { ...normal, findings: undefined }],
    [
      'a severity that there is not',
      { ...normal, findings: [{ code: 'x', severity: 'fatal', since: normal.now, text: '' }] },
    ],
    ['another role', { ...normal, role: 'third' }],
    ['a phase that there is not', { ...normal, phase: 'asleep' }],
    ['a time that is none', { ...normal, since: 'yesterday' }],
    ['a number that JSON does not have', { ...normal, pid: Number.NaN }],
    [
      'a check without a verdict',
      { ...normal, master: { ...normal.master, checks: [{ ...check, verdict: null }] } },
    ],
    ['a relay with a mode that there is not', { ...normal, relays: [{ ...relay, actual: 2 }] }],
    ['an override without a role', { ...normal, override: { since: normal.now, until: null, reason: '' } }],
  ] as const)
    it(`refuses ${what}`, () => assert.equal(parseStatus(value), null))
})
