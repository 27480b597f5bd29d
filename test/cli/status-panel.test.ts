import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { panel } from '../../src/cli/berofosd/status-panel.ts'
import { openOutput } from '../../src/cli/output.ts'
import type { Status, StatusFinding } from '../../src/status/wire.ts'
import { at, check, normal, relay } from './normal-status.ts'
import { quietStream } from './quiet-stream.ts'
import { widthOf } from './run-berofosd.ts'

const pause = { since: at, until: null, reason: 'WHY' }
const finding = (severity: StatusFinding['severity'], text: string, code = 'CODE') => ({
  ...{ code, severity, since: at, text },
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

  it('begins with the headline and the findings, the mark of each telling its severity', () => {
    const findings = [finding('error', 'E1: CURE'), finding('warning', 'W1: CURE'), finding('notice', 'N1')]
    assert.deepEqual(
      draw({ ...normal, findings })
        .split('\n')
        .slice(0, 5),
      [
        '!! lines at the master, steady, 1 of 1 relays confirmed, automatic failover on',
        '!! E1: CURE',
        '?  W1: CURE',
        '-  N1',
        '',
      ],
    )
  })

  it('is well with notices', () =>
    assert.match(draw({ ...normal, findings: [finding('notice', 'N1')] }), /^ok lines at .*\n- {2}N1\n/))

  it('of a hundred findings of a kind shows four, and how many more there are', () => {
    const findings = Array.from({ length: 100 }, (_, i) =>
      finding('error', `fos${i}: X`, 'relay-unconfirmed'),
    )
    const lines = draw({ ...normal, findings: [...findings, finding('warning', 'OTHER')] }).split('\n')
    assert.deepEqual(lines.slice(4, 7), [
      '!! fos3: X',
      "!! 96 more findings of the same kind: see 'berofosd status --json'",
      '?  OTHER',
    ])
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
      findings: [finding('error', long)],
      paused: { ...pause, reason: long },
      master: { ...normal.master, host: long },
      relays: [{ ...relay, name: long, host: long, error: long, confirmed: false }],
    }
    assert.ok(widthOf(draw(status)) <= 80)
  })
})
