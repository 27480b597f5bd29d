import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextText } from '../../src/core/next-text.ts'
import { type CheckState, uncheckedState } from '../../src/core/rise-fall.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const now = { mono: 100_000, wall: 1e12 }
const failback = (changes: Partial<Settings['failback']>) => ({ ...someSettings().failback, ...changes })
const check = (
  verdict: CheckState['verdict'],
  outcome: CheckState['streak']['outcome'],
  count: number,
): CheckState => ({
  ...uncheckedState,
  ...{ verdict, streak: { outcome, count } },
})
const pause = (until: number | null) => ({ until, reason: '', atWall: 0 })

const ping = pingCheck({ fall: 3, rise: 2 })
const sip = pingCheck({ name: 'sip', fall: 9, rise: 4 })
const web = pingCheck({ name: 'web', fall: 1, rise: 1, required: false })
const three = someSettings({ checks: [ping, sip, web] })
const file = { secondaryFile: '/var/lib/wazo/is-secondary' }

const rows: readonly (readonly [
  title: string,
  text: string,
  state: Partial<State>,
  settings?: Partial<Settings>,
])[] = [
  [
    'nothing is configured',
    'would start work when bnfos.conf appears and the service is reloaded',
    { phase: 'unconfigured' },
  ],
  [
    'this node is not the secondary',
    'would start work when /var/lib/wazo/is-secondary appears',
    { phase: 'passive' },
    file,
  ],
  ['it is paused for a time', 'would decide again in 5s', { phase: 'paused', pause: pause(105_000) }],
  [
    'it is paused without end',
    "would decide again at 'berofosd resume'",
    { phase: 'paused', pause: pause(null) },
  ],
  [
    'a pause ends in no time: never less than a second',
    'would decide again in 1s',
    { phase: 'paused', pause: pause(100_001) },
  ],
  [
    'a part of a second is told as a whole one',
    'would decide again in 3s',
    { phase: 'paused', pause: pause(102_001) },
  ],
  [
    'a pause is long: in units that people read',
    'would decide again in 24d 23h',
    { phase: 'paused', pause: pause(100_000 + 2_159_999_000) },
  ],
  [
    'a role is pinned for a time',
    'would decide again in 1m 30s',
    { phase: 'forced', override: { ...pause(190_000), role: 'slave' } },
  ],
  [
    'a role is pinned without end',
    "would decide again at 'berofosd --force auto'",
    { phase: 'forced', override: { ...pause(null), role: 'slave' } },
  ],
  ['the relays tell the role', 'takes the role from what most relays read', { phase: 'starting' }],
  [
    'there is no verdict yet: all checks for up, the nearest for down',
    'would decide after the first verdict: 4 more answers of sip or 2 more failures of ping',
    { phase: 'starting', adopting: false, checks: { ping: check('unknown', 'failed', 1) } },
  ],
  [
    'relays are being asked',
    'would fail over as soon as one relay or witness answers',
    { phase: 'suspect', survey: { is: 'asked', question: 1 } },
  ],
  [
    'it is cut off',
    'would start counting from zero as soon as a relay or witness answers',
    { phase: 'isolated' },
  ],
  [
    'one failure more is enough',
    'would fail over after 1 more failure of ping',
    { phase: 'steady', checks: { ping: check('up', 'failed', 2), sip: check('up', 'failed', 3) } },
  ],
  [
    'a check that is nearer decides',
    'would fail over after 2 more failures of sip',
    { phase: 'steady', checks: { ping: check('up', 'answered', 2), sip: check('up', 'failed', 7) } },
  ],
  [
    'the lines are at the slave: the check that takes longest, those that are up not counted',
    'would start to return after 1 more answer of ping',
    {
      ...{ phase: 'steady', role: 'slave' },
      checks: { ping: check('down', 'answered', 1), sip: check('up', 'answered', 0) },
    },
  ],
  [
    'more answers came than are needed: none is left, not less',
    'would start to return after 0 more answers of sip',
    {
      ...{ phase: 'steady', role: 'slave' },
      checks: { ping: check('down', 'answered', 9), sip: check('down', 'answered', 4) },
    },
  ],
  ['no check is required', 'would fail over after a verdict', { phase: 'steady' }, { checks: [web] }],
  [
    'the master is up, not yet for long enough',
    'would fail back in 20s, if the master stays up',
    { phase: 'recovering', upSince: 60_000 },
  ],
  [
    'the master is up, all but a moment for long enough',
    'would fail back in 1s, if the master stays up',
    { phase: 'recovering', upSince: 40_001 },
  ],
  [
    'the master was up just now',
    'would fail back in 1m, if the master stays up',
    { phase: 'recovering', upSince: null },
  ],
  [
    'it was up for long enough, but a check falters',
    'would fail back as soon as every required check answers again',
    { phase: 'recovering', upSince: 40_000 },
  ],
  [
    'the flap limit holds',
    "failback held: 3 failovers within 1h: waits for 'berofosd resume'",
    { phase: 'waiting', flapping: true },
  ],
  [
    'before_master called it off',
    'failback held: before_master called the failback off: waits to ask again',
    { phase: 'waiting', calledOffUntil: 100_001 },
  ],
  [
    'the policy is manual',
    "failback held: policy = manual: waits for 'berofosd resume'",
    { phase: 'waiting' },
    { failback: failback({ policy: 'manual' }) },
  ],
  [
    'the window is closed',
    'failback held: waits for the window (0 2 * * *)',
    { phase: 'waiting' },
    { failback: failback({ policy: 'window' }) },
  ],
  [
    'ready_command was not asked yet',
    'failback held: waits for ready_command',
    { phase: 'waiting' },
    { failback: failback({ readyCommand: 'r' }) },
  ],
  [
    'ready_command said no',
    'failback held: waits for ready_command: 2 calls',
    { phase: 'waiting', readiness: { is: 'no', since: 0, againAt: 0, detail: '2 calls' } },
    { failback: failback({ readyCommand: 'r' }) },
  ],
  [
    'before_master runs',
    'failback held: before_master is running',
    { phase: 'waiting' },
    { hooks: { ...someSettings().hooks, before_master: 'b' } },
  ],
  ['nothing holds any more', 'failback held: for a moment', { phase: 'waiting' }],
]

describe('What would happen next is told when', () => {
  for (const [title, text, state, settings] of rows)
    it(title, () => {
      assert.equal(nextText({ ...three, ...settings }, { ...initialState, ...state }, now), text)
    })
})
