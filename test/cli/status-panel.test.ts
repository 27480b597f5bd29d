import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fittingPanel, panel } from '../../src/cli/berofosd/status-panel.ts'
import { openOutput } from '../../src/cli/output.ts'
import type { Status, StatusCheck, StatusFinding } from '../../src/status/status-json.ts'
import { at, check, normal, relay } from './normal-status.ts'
import { quietStream } from './quiet-stream.ts'
import { widthOf } from './run-berofosd.ts'

const pause = { since: at, until: null, reason: 'WHY' }
const finding = (severity: StatusFinding['severity'], text: string, code = 'CODE') => ({
  ...{ code, severity, since: at, text },
})

const answered = { ok: true, ms: 1, at, detail: 'DETAIL' }
const failed = { ok: false, ms: 1, at, detail: 'no answer' }

describe('The panel', () => {
  const draw = (status: Status) =>
    panel(status, openOutput({ stdout: quietStream(), stderr: quietStream() }, {})).join('\n')

  it('shows checks and relays', () => {
    const text = draw(normal)
    assert.match(text, /^ok lines at the master, steady, 1 of 1 relays confirmed, automatic failover on\n/)
    assert.match(text, /ok ping {3}up {7}\d\d:\d\d:\d\d {2}DETAIL \(0\.4 ms, now\)/)
    assert.match(text, /ok fos1 {3}1 A--B {2}1 A--B {2}now {3}- {9}10\.34\.1\.20:80/)
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

  it('with no relay says none, which is nothing that does not answer', () =>
    assert.match(draw({ ...normal, phase: 'unconfigured', relays: [] }), /\n\? {2}RELAYS none\n?$/))

  it('is well with notices', () =>
    assert.match(draw({ ...normal, findings: [finding('notice', 'N1')] }), /^ok lines at .*\n- {2}N1\n/))

  it('tells findings of one cause in one sentence', () => {
    const relays = ['fos1', 'fos2'].map(name => ({ ...relay, name }))
    const findings = relays.map(({ name }) => finding('error', `${name} is odd: CURE`))
    assert.match(draw({ ...normal, relays, findings }), /\n!! 2 of 2 relays are odd: CURE\n\n/)
  })

  it('of a hundred findings of a severity shows eight, and how many more there are', () => {
    const findings = Array.from({ length: 100 }, (_, i) => finding('error', `E${i}: X`))
    const lines = draw({ ...normal, findings: [...findings, finding('warning', 'OTHER')] }).split('\n')
    assert.deepEqual(lines.slice(8, 11), [
      '!! E7: X',
      "!! 92 more findings: see 'berofosd status --json'",
      '?  OTHER',
    ])
  })

  const states: readonly (readonly [
    text: string,
    part: Pick<StatusCheck, 'last' | 'streak'> & Partial<StatusCheck>,
  ])[] = [
    ['up', { streak: 9, last: answered }],
    ['up, fails 3/5', { streak: 3, last: failed }],
    ['down', { verdict: 'down', streak: 9, last: failed }],
    ['down, answers 2/5', { verdict: 'down', streak: 2, last: answered }],
    ['unknown, answers 1/5', { verdict: 'unknown', streak: 1, last: answered }],
    ['unknown', { verdict: 'unknown', streak: 0, last: null }],
  ]
  for (const [text, part] of states)
    it(`tells how far a check is: ${text}`, () => {
      const checks = [{ ...check, ...part }]
      assert.match(draw({ ...normal, master: { ...normal.master, checks } }), new RegExp(` ${text}  `))
    })

  it('marks a check that is up and fails as what is not well', () => {
    const checks = [{ ...check, streak: 1, last: failed }]
    assert.match(draw({ ...normal, master: { ...normal.master, checks } }), /\n\? {2}ping {3}up, fails 1\/5/)
  })

  it('names the relays that hang, and where', () => {
    const relays = [
      relay,
      { ...relay, name: 'fos2', actual: 0 as const, confirmed: false },
      { ...relay, name: 'fos3', actual: 0 as const, confirmed: false, error: 'E' },
      { ...relay, name: 'fos4', confirmed: false, error: 'E' },
      { ...relay, name: 'fos5', actual: null, confirmed: false },
      { ...relay, name: 'fos6', actual: null, confirmed: false, error: 'E' },
    ]
    assert.match(
      draw({ ...normal, relays }).replace(/\s+/g, ' '),
      /1 of 6 relays confirmed \(fos2 still at the slave, fos3 last seen at the slave, fos4 and fos6 not readable, fos5 not read yet\)/,
    )
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

describe('The panel in a few lines', () => {
  const look = openOutput({ stdout: quietStream(), stderr: quietStream() }, {})
  const relays = Array.from({ length: 20 }, (_, i) => ({ ...relay, name: `fos${i + 1}` }))
  const hanging = { ...relay, name: 'fos21', confirmed: false, error: 'ERROR' }
  const status = { ...normal, relays: [...relays, hanging] }

  it('is whole where it fits', () => {
    const whole = panel(status, look)
    assert.deepEqual(fittingPanel(status, look, whole.length), whole)
  })

  it('folds relays that are well, and shows those that are not', () => {
    const lines = fittingPanel(status, look, 20)
    assert.ok(lines.length <= 20, lines.join('\n'))
    assert.match(lines.at(-2) ?? '', /^!! fos21 .*ERROR$/)
    assert.equal(lines.at(-1), 'ok fos1, fos2, fos3, fos4, fos5 and 15 more: confirmed, read 0s ago or less')
  })

  it('tells of the summary only what comes next where not even that fits', () => {
    const folded = fittingPanel(status, look, 20)
    const lines = fittingPanel(status, look, folded.length - 1)
    assert.deepEqual(
      folded.filter(line => !lines.includes(line)).map(line => line.trim().split(' ')[0]),
      ['lines', 'phase'],
    )
  })

  it('keeps the headline where not even that fits, and counts what is left out', () => {
    const lines = fittingPanel(status, look, 6)
    assert.equal(lines.length, 6)
    assert.match(lines[0] ?? '', /^ok lines at the master/)
    assert.match(lines[5] ?? '', /^ {3}\d+ more lines: make the terminal taller$/)
  })
})
