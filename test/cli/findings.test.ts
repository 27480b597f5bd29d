import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findingsOf } from '../../src/cli/berofosd/findings.ts'
import { panel } from '../../src/cli/berofosd/status-panel.ts'
import { openOutput } from '../../src/cli/output.ts'
import type { Status } from '../../src/daemon/status.ts'
import { at, check, normal, relay } from './normal-status.ts'
import { quietStream } from './quiet-stream.ts'
import { widthOf } from './run-berofosd.ts'

const pause = { since: at, until: null, reason: 'WHY' }
const dead = { ...normal.master, verdict: 'down' as const }

describe('What is not normal', () => {
  it('is nothing: lines at the master, every relay confirmed, automatic on', () =>
    assert.deepEqual(findingsOf(normal), []))

  for (const [what, change, tone, pattern] of [
    ['no bnfos.conf', { phase: 'unconfigured', automatic: false, relays: [] }, 'odd', /not configured.*NEXT/],
    ['a passive node', { phase: 'passive', automatic: false }, 'odd', /not the secondary.*NEXT/],
    [
      'a pause',
      { phase: 'paused', automatic: false, paused: pause },
      'odd',
      /paused.*WHY.*'berofosd resume'/,
    ],
    [
      'an override',
      { phase: 'forced', automatic: false, override: { ...pause, role: 'master' } },
      'odd',
      /automatic failover is OFF: pinned to the master.*WHY.*--force auto/,
    ],
    ['an isolation', { phase: 'isolated', isolated: true }, 'bad', /isolated.*own network/],
    ['a dead master', { phase: 'suspect', master: dead }, 'bad', /10\.34\.1\.10 is down/],
    ['lines at the slave', { role: 'slave' }, 'odd', /at the slave.*NEXT/],
    ['a bnfos.conf without devices', { relays: [] }, 'bad', /names no device/],
    [
      'a silent relay',
      { relays: [{ ...relay, confirmed: false, error: 'CAUSE' }] },
      'bad',
      /fos1 is not confirmed: CAUSE/,
    ],
    [
      'a relay on its way',
      { relays: [{ ...relay, actual: 0, confirmed: false }] },
      'odd',
      /fos1 reads mode=0 \(A--D\), wanted mode=1: it is being put right/,
    ],
    [
      'a relay that was not read yet',
      { relays: [{ ...relay, actual: null, confirmed: false }] },
      'odd',
      /being read/,
    ],
  ] as const) {
    it(`is ${what}, and the cure is told`, () => {
      const [first, ...more] = findingsOf({ ...normal, ...change } as Status)
      assert.deepEqual(more, [])
      assert.equal(first?.tone, tone)
      assert.match(`${first?.what}: ${first?.cure}`, pattern)
    })
  }

  it('is why a check is down, and how far it is when it answers again', () => {
    const down = { ...check, verdict: 'down', needed: 3 } as const
    const checks = [
      { ...down, name: 'sip', streak: 7, last: { ok: false, ms: 1, at, detail: 'connection refused' } },
      { ...down, name: 'web', streak: 2, last: { ok: true, ms: 1, at, detail: 'HTTP 200' } },
    ]
    const [first] = findingsOf({ ...normal, master: { ...dead, checks } })
    assert.equal(first?.cure, 'sip: connection refused; web: answers again, 2 of 3 in a row')
  })

  it('begins with the worst', () => {
    const relays = [{ ...relay, confirmed: false, error: 'CAUSE' }]
    assert.deepEqual(
      findingsOf({ ...normal, role: 'slave', relays }).map(({ tone }) => tone),
      ['bad', 'odd'],
    )
  })

  it('of a hundred relays is told of four, and how many more', () => {
    const relays = Array.from({ length: 100 }, (_, i) => ({
      ...relay,
      name: `fos${i}`,
      error: 'X',
      confirmed: false,
    }))
    const found = findingsOf({ ...normal, relays })
    assert.equal(found.length, 5)
    assert.match(found[4]?.what ?? '', /^96 more relays/)
  })
})

describe('The panel', () => {
  const draw = (status: Status) =>
    panel(status, openOutput({ stdout: quietStream(), stderr: quietStream() }, {})).join('\n')

  it('shows checks and relays', () => {
    const text = draw(normal)
    assert.match(text, /^ok lines at the master, steady, 1 of 1 relays confirmed, automatic failover on\n/)
    assert.match(text, /ok ping {3}up {7}9 ok {6}0\.4 ms, .*DETAIL/)
    assert.match(text, /ok fos1 {3}1 A--B {2}1 A--B {2}yes {8}- {9}10\.34\.1\.20:80/)
  })

  it('shows how far a check is on its way down', () => {
    const checks = [{ ...check, streak: 3, last: { ok: false, ms: 1, at, detail: 'no answer' } }]
    assert.match(draw({ ...normal, master: { ...normal.master, checks } }), /3\/5 failed/)
  })

  it('raises no alarm over a check that decides nothing', () => {
    const checks = [{ ...check, required: false, verdict: 'down' as const, last: null }]
    assert.match(draw({ ...normal, master: { ...normal.master, checks } }), /\n- {2}ping, optional {2}down/)
  })

  it('is no wider than 80 columns, whatever the names and reasons', () => {
    const long = 'x'.repeat(250)
    const status = {
      ...normal,
      next: long,
      paused: { ...pause, reason: long },
      master: { ...normal.master, host: long },
      relays: [{ ...relay, name: long, host: long, error: long, confirmed: false }],
    }
    assert.ok(widthOf(draw(status)) <= 80)
  })
})
