import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextText } from '../../src/core/phases.ts'
import { type CheckState, uncheckedState } from '../../src/core/rise-fall.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const noon = new Date(2024, 0, 5, 12, 0, 0).getTime()
const now = { mono: 100_000, wall: noon }
const at = (mono: number) => ({ mono, wall: noon + mono - now.mono })
const failback = (changes: Partial<Settings['failback']>) => ({ ...someSettings().failback, ...changes })
/** The latest result came `agoMs` ago and took `ms`; the row began 20 s ago. */
const check = (
  verdict: CheckState['verdict'],
  outcome: CheckState['streak']['outcome'],
  count: number,
  { agoMs = 500, ms = 1 } = {},
): CheckState => ({
  ...uncheckedState,
  ...{ verdict, streak: { outcome, count }, since: at(80_000) },
  last: { result: { outcome, ms, detail: '' }, ...at(now.mono - agoMs) },
})
const pause = (until: number | null) => ({ until, reason: '', atWall: 0 })

const ping = pingCheck({ fall: 3, rise: 2 })
const sip = {
  ...pingCheck({ fall: 9, rise: 4 }),
  name: 'sip',
  type: 'sip',
  port: 5060,
  transport: 'udp',
} as const
const web = pingCheck({ name: 'web', fall: 1, rise: 1, required: false })
const three = someSettings({ checks: [ping, sip, web] })
const file = { secondaryFile: '/var/lib/wazo/is-secondary' }
const up = { ping: check('up', 'answered', 5), sip: check('up', 'answered', 5) }
const atSlave = { phase: 'steady', role: 'slave' } as const
const manual = failback({ policy: 'manual' })

const rows: readonly (readonly [
  title: string,
  text: string,
  state: Partial<State>,
  settings?: Partial<Settings>,
  windowOpensWall?: number,
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
  [
    'it is paused for a time',
    'would decide again at 12:00:05, in 5s',
    { phase: 'paused', pause: pause(105_000) },
  ],
  [
    'it is paused without end',
    "would decide again at 'berofosd resume'",
    { phase: 'paused', pause: pause(null) },
  ],
  [
    'a pause is long: with the day, in units that people read',
    'would decide again at 2024-01-30 11:59:59, in 24d 23h',
    { phase: 'paused', pause: pause(100_000 + 2_159_999_000) },
  ],
  [
    'a role is pinned for a time',
    'would decide again at 12:01:30, in 1m 30s',
    { phase: 'forced', override: { ...pause(190_000), role: 'slave' } },
  ],
  [
    'a role is pinned without end',
    "would decide again at 'berofosd --force auto'",
    { phase: 'forced', override: { ...pause(null), role: 'slave' } },
  ],
  ['the relays tell the role', 'takes the role from what most relays read', { phase: 'starting' }],
  [
    'there is no verdict yet, and a check fails',
    'would decide after the first verdict: at about 12:00:01, in 2s, if ping goes on failing',
    { phase: 'starting', roleUnknown: false, checks: { ping: check('unknown', 'failed', 1) } },
  ],
  [
    'there is no verdict yet, and what fails was never up: it can not decide',
    'would decide after the first verdict: 3s after ping and sip both answer',
    { phase: 'starting', roleUnknown: false, proven: [], checks: { ping: check('unknown', 'failed', 1) } },
  ],
  [
    'there is no verdict yet, and all checks answer: the last of them counts',
    'would decide after the first verdict: at about 12:00:02, in 3s, if ping and sip go on answering',
    {
      ...{ phase: 'starting', roleUnknown: false },
      checks: { ping: check('unknown', 'answered', 1), sip: check('unknown', 'answered', 1) },
    },
  ],
  [
    'there is no result yet',
    'would decide after the first verdict: 3s after ping and sip both answer',
    { phase: 'starting', roleUnknown: false },
  ],
  [
    'relays are being asked',
    'would fail over as soon as one relay or witness answers',
    { phase: 'suspect', isolation: { is: 'asked', question: 1 } },
  ],
  [
    'the check that is down has to fail once more',
    'ping has failed since 11:59:40: would fail over at about 12:00:00, in 1s',
    { phase: 'suspect', checks: { ping: check('down', 'failed', 7) } },
  ],
  [
    'the master answers before a line has moved',
    'would leave the lines at the master at about 12:00:00, in 1s, if ping goes on answering: none has moved',
    { phase: 'suspect', role: 'slave', checks: { ...up, ping: check('down', 'answered', 1) } },
  ],
  [
    'it is cut off',
    'would start counting from zero as soon as a relay or witness answers',
    { phase: 'isolated' },
  ],
  [
    'all is well: by the check that sees a dead master first',
    "would fail over within 4.3 s of the master's death, by check ping",
    { phase: 'steady', checks: up },
  ],
  [
    'the fastest check can not be made',
    "would fail over within 10 s of the master's death, by check sip",
    { phase: 'steady', checks: { ...up, ping: { ...check('unknown', 'answered', 0), inconclusive: 3 } } },
  ],
  [
    'the fastest check was never up',
    "would fail over within 10 s of the master's death, by check sip",
    { phase: 'steady', checks: up, proven: ['sip 10.34.1.10:5060/udp'] },
  ],
  [
    'a check takes minutes to be down',
    "would fail over within 4m 1s of the master's death, by check sip",
    { phase: 'steady', checks: up },
    { checks: [{ ...sip, fall: 48, intervalMs: 5000 }] },
  ],
  [
    'no check can be made',
    'would decide as soon as a check can be made again',
    { phase: 'steady', checks: { ping: check('unknown', 'answered', 0) } },
  ],
  [
    'no check was ever up',
    'would fail over after a check has been up: none ever was',
    { phase: 'steady', checks: { ping: check('unknown', 'failed', 3) }, proven: [] },
  ],
  [
    'one failure more is enough',
    'ping has failed since 11:59:40, 2 of 3: would fail over at about 12:00:00, in 1s',
    { phase: 'steady', checks: { ping: check('up', 'failed', 2), sip: check('up', 'failed', 3) } },
  ],
  [
    'a check that is nearer decides',
    'sip has failed since 11:59:40, 7 of 9: would fail over at about 12:00:01, in 2s',
    { phase: 'steady', checks: { ping: check('up', 'answered', 2), sip: check('up', 'failed', 7) } },
  ],
  [
    'probes that wait for their deadline are further apart than the interval',
    'sip has failed since 11:59:40, 7 of 9: would fail over at about 12:00:05, in 6s',
    { phase: 'steady', checks: { ...up, sip: check('up', 'failed', 7, { ms: 3000 }) } },
  ],
  [
    'pings do not wait for the one before',
    'ping has failed since 11:59:40, 1 of 3: would fail over at about 12:00:01, in 2s',
    { phase: 'steady', checks: { ...up, ping: check('up', 'failed', 1, { ms: 3000 }) } },
  ],
  [
    'a check that fails is probed at its fast interval',
    'sip has failed since 11:59:40, 1 of 9: would fail over at about 12:00:01, in 2s',
    { phase: 'steady', checks: { ...up, sip: check('up', 'failed', 1, { ms: 3000 }) } },
    { checks: [{ ...sip, fastIntervalMs: 250 }] },
  ],
  [
    'a failure is late: it is about to come',
    'ping has failed since 11:59:40, 2 of 3: would fail over at about 12:00:00, in 1s',
    { phase: 'steady', checks: { ...up, ping: check('up', 'failed', 2, { agoMs: 60_000 }) } },
  ],
  [
    'a row of failures has no beginning that is known',
    'ping has failed, 2 of 3: would fail over at about 12:00:00, in 1s',
    { phase: 'steady', checks: { ...up, ping: { ...check('up', 'failed', 2), since: null } } },
  ],
  [
    'the lines are at the slave, and one check is still silent',
    'would return 1m 1s after ping answers',
    { ...atSlave, checks: { ...up, ping: check('down', 'failed', 9) } },
  ],
  [
    'the lines are at the slave, and several are silent: the one that rises longest counts',
    'would return 1m 3s after ping and sip both answer',
    { ...atSlave, checks: { ping: check('down', 'failed', 9), sip: check('down', 'failed', 9) } },
  ],
  [
    'the lines are at the slave, and more than two are silent',
    'would return 1m 3s after ping, sip and tcp all answer',
    { ...atSlave, checks: {} },
    { checks: [ping, sip, { ...ping, name: 'tcp' }] },
  ],
  [
    'the lines are at the slave, and return at the first answer',
    'would return as soon as ping answers',
    { ...atSlave, checks: { ping: check('down', 'failed', 9) } },
    { checks: [pingCheck({ rise: 1 })], failback: failback({ stableForMs: 0 }) },
  ],
  [
    'the lines are at the slave, and what was silent answers',
    'would return at about 12:01:00, in 1m 1s, if ping goes on answering',
    { ...atSlave, checks: { ...up, ping: check('down', 'answered', 1) } },
  ],
  [
    'more answers came than are needed',
    'would return at about 12:00:59, in 1m, if ping and sip go on answering',
    { ...atSlave, checks: { ping: check('down', 'answered', 9), sip: check('down', 'answered', 4) } },
  ],
  [
    'the lines are at the slave, and an operator has to allow it',
    "could return 1m 1s after ping answers; then policy = manual: waits for 'berofosd resume'",
    { ...atSlave, checks: { ...up, ping: check('down', 'failed', 9) } },
    { failback: manual },
  ],
  ['no check is required', 'would fail over after a verdict', { phase: 'steady' }, { checks: [web] }],
  [
    'no check is required, and the lines are at the slave',
    'would return after a verdict',
    atSlave,
    { checks: [web] },
  ],
  [
    'the master is up, not yet for long enough',
    'would return at 12:00:20, in 20s, if the master stays up',
    { phase: 'recovering', upSince: 60_000 },
  ],
  [
    'the master was up just now',
    'would return at 12:01:00, in 1m, if the master stays up',
    { phase: 'recovering', upSince: null },
  ],
  [
    'the master is up, and the flap limit will hold',
    "could return at 12:00:20, in 20s, if the master stays up; then 3 failovers within 1h: waits for 'berofosd resume'",
    { phase: 'recovering', upSince: 60_000, flapping: true },
  ],
  [
    'it was up for long enough, but a check falters',
    'would return as soon as sip answers again',
    { phase: 'recovering', upSince: 40_000, checks: { ...up, sip: check('up', 'failed', 1) } },
  ],
  [
    'the flap limit holds',
    "failback held: 3 failovers within 1h: waits for 'berofosd resume'",
    { phase: 'waiting', flapping: true },
  ],
  [
    'before_master called it off',
    'failback held: before_master called the failback off: is asked again at 12:00:10, in 10s',
    { phase: 'waiting', noFailbackUntil: 110_000 },
  ],
  [
    'the policy is manual',
    "failback held: policy = manual: waits for 'berofosd resume'",
    { phase: 'waiting' },
    { failback: manual },
  ],
  [
    'the window is closed, and nobody has looked at the calendar',
    'failback held: waits for the window (0 2 * * *)',
    { phase: 'waiting' },
    { failback: failback({ policy: 'window' }) },
  ],
  [
    'the window is closed',
    'failback held: waits for the window, which opens tomorrow 02:00, in 14h',
    { phase: 'waiting' },
    { failback: failback({ policy: 'window' }) },
    noon + 14 * 3_600_000,
  ],
  [
    'ready_command was not asked yet',
    'failback held: waits for ready_command',
    { phase: 'waiting' },
    { failback: failback({ readyCommand: 'r' }) },
  ],
  [
    'ready_command said no',
    'failback held: ready_command says: 2 calls',
    { phase: 'waiting', readiness: { is: 'no', since: 0, againAt: 0, detail: '2 calls' } },
    { failback: failback({ readyCommand: 'r' }) },
  ],
  [
    'ready_command said no, and is being asked again',
    'failback held: ready_command says: 2 calls',
    { phase: 'waiting', readiness: { is: 'asking', since: 0, question: 2, detail: '2 calls' } },
    { failback: failback({ readyCommand: 'r' }) },
  ],
  [
    'ready_command is asked for the first time, and is not waited for without end',
    'failback held: waits for ready_command; waits until 12:00:30, in 30s at most',
    { phase: 'waiting', readiness: { is: 'asking', since: 70_000, question: 1, detail: '' } },
    { failback: failback({ readyCommand: 'r', readyDeadlineMs: 60_000 }) },
  ],
  [
    'ready_command is to be asked again',
    'failback held: waits for ready_command',
    { phase: 'waiting', readiness: { is: 'no', since: 0, againAt: 0, detail: '' } },
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
  for (const [title, text, state, settings, windowOpensWall = null] of rows)
    it(title, () => {
      const known = { settings: { ...three, ...settings }, state: { ...initialState, ...state } }
      assert.equal(nextText({ ...known, now, windowOpensWall }), text)
    })
})
