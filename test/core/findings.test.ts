import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPossible } from '../../src/core/findings/checks.ts'
import { type FindingCode, findingCodes, findingSeverities, isNormal } from '../../src/core/findings/codes.ts'
import { type Facts, nodeCodes } from '../../src/core/findings/facts.ts'
import { dated, observe } from '../../src/core/findings.ts'
import { newRelay, type RelayState } from '../../src/core/relay/relay-state.ts'
import { type CheckState, uncheckedState } from '../../src/core/rise-fall.ts'
import type { ProbeResult } from '../../src/core/role.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { pingCheck, someDevice, someSettings } from '../helpers/settings.ts'

const now = { mono: 1_000_000, wall: Date.parse('2024-01-15T12:00:00Z') }
const pause = { until: null, reason: 'WHY', atWall: now.wall - 5000 }
const ping = pingCheck({ fall: 4, rise: 2 })

function checkState(
  verdict: CheckState['verdict'],
  outcome: ProbeResult['outcome'],
  count: number,
): CheckState {
  return {
    ...uncheckedState,
    verdict,
    ...(outcome === 'inconclusive' ? { inconclusive: count } : { streak: { outcome, count } }),
    failure: 'DETAIL',
    answered: now,
    last: { result: { outcome, ms: 1, detail: 'DETAIL' }, ...now },
  }
}

const wellState: State = {
  ...initialState,
  ...{
    phase: 'steady',
    verdict: 'up',
    checksHaveSpoken: true,
    roleUnknown: false,
    roleSinceWall: now.wall - 60_000,
  },
  checks: { ping: checkState('up', 'answered', 9) },
}
const wellRelay: RelayState = {
  ...newRelay('fos1', null),
  ...{ wanted: 1, actual: 1, actualWall: now.wall, wdog: 0 },
}

interface Changes {
  readonly state?: Partial<State>
  readonly settings?: Partial<Settings>
  readonly relay?: Partial<RelayState>
  readonly host?: string | null
  readonly warnings?: readonly string[]
  readonly stranger?: string
  readonly node?: Facts['node']
}

/** Of a node on which all is as it should be, but for the changes. */
function facts({
  state,
  settings,
  relay,
  host = '10.34.1.50',
  warnings = [],
  stranger,
  node = {},
}: Changes = {}): Facts {
  const device = { ...someDevice('fos1'), host }
  return {
    settings: someSettings({ checks: [ping], devices: [device], ...settings }),
    state: { ...wellState, ...state },
    relays: [{ settings: device, state: { ...wellRelay, ...relay }, warnings, stranger: stranger ?? null }],
    node,
    now,
  }
}

const found = (changes: Changes) => observe(facts(changes)).map(({ code, text }) => `${code}: ${text}`)
const cureless = { where: 'HOST port 80', clause: 'refuses the connection', cure: 'IS IT THERE' }
const refuses = { code: 'unreachable', text: 'TEXT', cause: { ...cureless, cureKnown: 'LOOK AT IT' } }
const slave = { role: 'slave' as const, roleSinceWall: now.wall - 60_000 }
const atSlave = { relay: { wanted: 0, actual: 0 } as const }
const codeWith = (code: FindingCode, subject = 'SUBJECT') => ({ node: { [code]: { [subject]: 'DETAIL' } } })

const rows: readonly (readonly [code: FindingCode, what: string, changes: Changes, text: RegExp])[] = [
  [
    'unconfigured',
    'there is no bnfos.conf',
    { state: { phase: 'unconfigured' }, settings: { devices: null } },
    /not configured.*bnfos\.conf appears/,
  ],
  [
    'hook-failed',
    'a hook said no',
    { state: { failedHooks: { after_master: { event: 'failback', detail: 'DETAIL', atWall: now.wall } } } },
    /after_master of the latest failback: DETAIL: .*resume/,
  ],
  [
    'undo-missing',
    'a hook that was to undo something failed',
    {
      state: { failedHooks: { before_master: { event: 'called-off', detail: 'DETAIL', atWall: now.wall } } },
    },
    /before_master: DETAIL; what before_slave did may not be undone: .*resume/,
  ],
  [
    'passive',
    'this node is not the secondary',
    { state: { phase: 'passive', secondary: false }, settings: { secondaryFile: '/F' } },
    /not the secondary \(\/F is missing\).*\/F appears/,
  ],
  [
    'paused',
    'an operator paused',
    { state: { phase: 'paused', pause } },
    /\(WHY\).*'berofosd resume' ends it/,
  ],
  [
    'paused',
    'an operator paused for a time',
    { state: { phase: 'paused', pause: { ...pause, until: now.mono + 5000 } } },
    /^paused until 12:00:05 \(WHY\), /,
  ],
  [
    'override',
    'an operator pinned the role',
    { state: { phase: 'forced', override: { ...pause, role: 'master' } } },
    /failover is OFF.*pinned to the master \(WHY\): 'berofosd --force auto' ends it/,
  ],
  ['isolated', 'nothing answers', { state: { phase: 'isolated' } }, /own network/],
  ['at-slave', 'the lines are at the slave', { state: slave, ...atSlave }, /at the slave: would return/],
  [
    'failback-held',
    'the policy holds the failback',
    {
      state: { ...slave, phase: 'waiting' },
      settings: { failback: { ...someSettings().failback, policy: 'manual' } },
      ...atSlave,
    },
    /the lines stay: policy = manual: waits for 'berofosd resume'/,
  ],
  [
    'flapping',
    'too many failovers',
    { state: { ...slave, phase: 'waiting', flapping: true }, ...atSlave },
    /3 failovers within 1h: no failback until 'berofosd resume'/,
  ],
  [
    'failover-impossible',
    'no verdict can be reached',
    { state: { verdict: 'unknown', checks: { ping: checkState('unknown', 'inconclusive', 1) } } },
    /nothing is known of the master 10\.34\.1\.10.*check ping: DETAIL/,
  ],
  [
    'failover-impossible',
    'bnfos.conf names no device',
    { settings: { devices: [] } },
    /names no device.*\[fos1\]/,
  ],
  [
    'check-failing',
    'half of its failures are reached',
    { state: { checks: { ping: checkState('up', 'failed', 2) } } },
    /check ping has failed, 2 of 4: DETAIL/,
  ],
  [
    'check-failing',
    'it is down',
    { state: { verdict: 'down', checks: { ping: checkState('down', 'failed', 7) } } },
    /check ping is down, it fails: DETAIL/,
  ],
  [
    'check-failing',
    'it is down and answers again',
    { state: { verdict: 'down', checks: { ping: checkState('down', 'answered', 1) } } },
    /check ping is down, and has answered again, 1 of 2/,
  ],
  [
    'check-failing',
    'it had no success for longer than its worst case, whatever the reason',
    // 1 s + 3 x 1.125 s + 1 s.
    {
      state: {
        checks: {
          ping: { ...checkState('up', 'inconclusive', 1), answered: { mono: now.mono - 5376, wall: 0 } },
        },
      },
    },
    /check ping has had no success for 5s, last: DETAIL; see what 'berofosd check' says of ping/,
  ],
  [
    'check-unproven',
    'it has never been up',
    {
      settings: { checks: [ping, pingCheck({ name: 'sip', host: 'sip.example' })] },
      state: {
        verdict: 'unknown',
        proven: ['ping 10.34.1.10'],
        checks: {
          ping: checkState('up', 'answered', 9),
          sip: { ...checkState('unknown', 'failed', 3), results: 3 },
        },
      },
    },
    /check sip: unproven, it has never been up and decides nothing: DETAIL; correct \[check\.sip\]/,
  ],
  [
    'check-optional-down',
    'one that decides nothing has never been up',
    {
      settings: { checks: [ping, pingCheck({ name: 'web', host: 'web.example', required: false })] },
      state: {
        proven: ['ping 10.34.1.10'],
        checks: {
          ping: checkState('up', 'answered', 9),
          web: { ...checkState('unknown', 'failed', 3), results: 3 },
        },
      },
    },
    /check web: unproven/,
  ],
  [
    'check-optional-down',
    'one that decides nothing is down',
    {
      settings: { checks: [pingCheck({ name: 'web', required: false })] },
      state: { checks: { web: checkState('down', 'failed', 7) } },
    },
    /check web, which decides nothing, is down, it fails: DETAIL/,
  ],
  [
    'relay-unconfirmed',
    'it fails',
    { relay: { error: { code: 'timeout', text: 'CAUSE' } } },
    /fos1 is not confirmed: CAUSE/,
  ],
  [
    'relay-unconfirmed',
    'it takes the mode and does not move',
    { relay: { error: { code: 'stuck', text: 'took mode=0 but still reads mode=1' } } },
    /^fos1 is not confirmed: took mode=0 but still reads mode=1: switch it off and on, and replace it if that does not help$/,
  ],
  [
    'relay-unconfirmed',
    'it answers what is no page',
    { relay: { error: { code: 'garbage', text: 'HOST port 80: WHY' } } },
    /^fos1 is not confirmed: HOST port 80: WHY: is it a berofos\? If so, switch it off and on$/,
  ],
  [
    'relay-unconfirmed',
    'it refuses, and has never answered: the address may be wrong',
    { relay: { error: refuses, actual: null, actualWall: null } },
    /^fos1 refuses the connection \(HOST port 80\): IS IT THERE$/,
  ],
  [
    'relay-unconfirmed',
    'it refuses, and has answered the run before',
    { relay: { error: refuses, actualWall: null } },
    /^fos1 refuses the connection \(HOST port 80\), it read mode=1 \(A--B\) before the last start or reload: LOOK AT IT$/,
  ],
  [
    'relay-unconfirmed',
    'it refuses, and has answered in this run: the cure fits',
    { relay: { error: refuses } },
    /^fos1 refuses the connection since 12:00:00 \(HOST port 80\), it answered until then: LOOK AT IT$/,
  ],
  [
    'relay-unconfirmed',
    'it may not be asked: what was known before changes no cure',
    { relay: { error: { ...refuses, cause: cureless } } },
    /^fos1 refuses the connection since 12:00:00 \(HOST port 80\), it answered until then: IS IT THERE$/,
  ],
  ['relay-unconfirmed', 'it was not read yet', { relay: { actual: null, actualWall: null } }, /being read/],
  [
    'relay-unconfirmed',
    'it is on its way',
    { relay: { actual: 0 } },
    /fos1 reads mode=0 \(A--D\), wanted mode=1: it is being corrected/,
  ],
  [
    'relay-drifts',
    'it drifted three times within ten minutes',
    { relay: { delayedRepairs: 1 } },
    /fos1 was switched by something else 3 times/,
  ],
  [
    'relay-unconfirmed',
    'something else has switched it again',
    { relay: { actual: 0, repairAt: now.mono + 60_000 } },
    /it is corrected after a pause/,
  ],
  [
    'relay-told',
    'it took the mode and can not be read',
    {
      relay: {
        told: true,
        error: { code: 'told-refused', text: "was told mode=1 and can't be read back: CAUSE" },
      },
    },
    /^fos1 was told mode=1 and can't be read back: CAUSE$/,
  ],
  [
    'relay-told',
    'it took the mode and is silent now: what it needs is not another address',
    {
      relay: {
        told: true,
        wanted: 0,
        actual: 1,
        actualWall: new Date(2026, 0, 5, 1, 18, 4).getTime(),
        error: {
          code: 'told-refused',
          text: '',
          cause: { where: 'HOST port 80', clause: 'refuses the connection', cure: 'NEW', cureKnown: 'KNOWN' },
        },
      },
    },
    /^fos1 was told mode=0, but refuses the connection since .*01:18:04 \(HOST port 80\), it answered until then: KNOWN$/,
  ],
  ['relay-identity', 'another device is there', { stranger: 'at HOST is MAC' }, /^fos1: at HOST is MAC$/],
  ['watchdog-tripped', 'its watchdog has tripped', { relay: { wdog: 2 } }, /the watchdog of fos1 tripped/],
  ['watchdog-on', 'its watchdog is on', { relay: { wdog: 1 } }, /the watchdog of fos1 is on.*wdog=0/],
  [
    'settings',
    'it would boot into another mode',
    { warnings: ['modedef=0, CURE'] },
    /^fos1: modedef=0, CURE$/,
  ],
  ...nodeCodes.map(code => [code, 'a part of the daemon reports it', codeWith(code), /DETAIL/] as const),
]

describe('Findings', () => {
  it('are none when all is as it should be', () => assert.deepEqual(found({}), []))

  for (const [code, what, changes, text] of rows)
    it(`tell ${code} when ${what}`, () => {
      const lines = found(changes)
      const others = lines.filter(line => !line.startsWith(`${code}:`))
      // Where the lines are at the slave is told besides.
      assert.deepEqual(
        others.filter(line => !line.startsWith('at-slave:')),
        [],
      )
      const [first = ''] = lines.filter(line => !others.includes(line))
      assert.match(first.slice(code.length + 2), text)
    })

  it('tell that the lines are at the slave until they are not, whatever is ordered later', () => {
    const codes = (atWall: number, order: 'override' | 'pause') => {
      const ordered = { override: { ...pause, atWall, role: 'slave' as const }, pause: { ...pause, atWall } }
      return found({ state: { ...slave, [order]: ordered[order] }, ...atSlave }).map(
        line => line.split(':')[0],
      )
    }
    for (const [order, code] of [
      ['override', 'override'],
      ['pause', 'paused'],
    ] as const) {
      assert.deepEqual(codes(slave.roleSinceWall + 1, order).sort(), ['at-slave', code])
      // What the order itself has brought about is told once.
      assert.deepEqual(codes(slave.roleSinceWall, order), [code])
    }
  })

  it('tell what holds the failback once, beside that the lines are at the slave', () => {
    const failback = { ...someSettings().failback, policy: 'manual' as const }
    const lines = found({ state: { ...slave, phase: 'waiting' }, settings: { failback }, ...atSlave })
    assert.deepEqual(lines, [
      'at-slave: the lines are at the slave, their return is held',
      "failback-held: the master is up and the lines stay: policy = manual: waits for 'berofosd resume'",
    ])
  })

  it('tell a device without a host once, beside that nothing can be moved', () => {
    const [impossible, hostless, ...more] = found({ host: null, relay: { actual: null } })
    assert.match(impossible ?? '', /^failover-impossible: /)
    assert.match(hostless ?? '', /^relay-hostless: fos1 is not driven.*bnfos --scan -x/)
    assert.deepEqual(more, [])
  })

  it('tell of a full disk once, whatever files it meets', () => {
    const unsaved = { 'history.json': 'HISTORY: FULL', 'state.json': 'STATE: FULL' }
    assert.deepEqual(found({ node: { 'state-unsaved': unsaved } }), [
      "state-unsaved: the state can't be saved, a restart would forget what is new: STATE: FULL (nor history.json)",
    ])
  })

  it('tell of two drifts, or of three long ago, nothing', () => {
    assert.deepEqual(found({ relay: { drifts: [1, 2].map(() => now.mono) } }), [])
    assert.deepEqual(found({ relay: { drifts: [1, 2, 3].map(() => now.mono - 600_000) } }), [])
  })

  it('tell of one failure of four nothing', () =>
    assert.deepEqual(found({ state: { checks: { ping: checkState('up', 'failed', 1) } } }), []))

  it('tell of a check without a success for its worst case nothing', () => {
    const answered = { mono: now.mono - 5375, wall: 0 }
    const checks = { ping: { ...checkState('up', 'inconclusive', 1), answered } }
    assert.deepEqual(found({ state: { checks } }), [])
  })

  it('begin with the errors, and end with the notices', () => {
    const order = observe(facts({ warnings: ['W'], state: { ...slave, phase: 'isolated' }, ...atSlave })).map(
      ({ code }) => code,
    )
    assert.deepEqual(order, ['isolated', 'at-slave', 'settings'])
  })

  it('are normal when they are only notices', () => {
    for (const code of findingCodes) {
      const severity = findingSeverities[code]
      assert.equal(isNormal([{ severity }]), severity === 'notice')
    }
  })
})

describe('The beginning of a finding', () => {
  const look = (before: ReturnType<typeof dated>['beginnings'], changes: Changes, atMs: number) =>
    dated(observe(facts(changes)), before, now.wall + atMs)
  const isolated = { state: { phase: 'isolated' as const } }

  it('is when it was first found, for as long as it lasts', () => {
    const first = look(new Map(), isolated, 0)
    const second = look(first.beginnings, isolated, 9000)
    assert.equal(second.noted[0]?.finding.since, '2024-01-15T12:00:00.000Z')
  })

  it('is another one when it was over meanwhile', () => {
    const first = look(new Map(), isolated, 0)
    const well = look(first.beginnings, {}, 1000)
    const again = look(well.beginnings, isolated, 9000)
    assert.equal(again.noted[0]?.finding.since, '2024-01-15T12:00:09.000Z')
  })

  it('is when the operator paused, not when it was looked at', () =>
    assert.equal(
      look(new Map(), { state: { phase: 'paused', pause } }, 0).noted[0]?.finding.since,
      '2024-01-15T11:59:55.000Z',
    ))
})

describe('Whether a failover is possible', () => {
  for (const [title, possible, changes] of [
    ['when the master is up', true, {}],
    ['when it is down', true, { state: { verdict: 'down' } }],
    ['without a verdict', false, { state: { verdict: 'unknown', checks: {} } }],
    [
      'while another check has never been up',
      true,
      { settings: { checks: [ping, pingCheck({ name: 'sip' })] }, state: { verdict: 'unknown' } },
    ],
    [
      'at the slave while one holds the failback',
      false,
      {
        settings: { checks: [ping, pingCheck({ name: 'sip' })] },
        state: { role: 'slave', verdict: 'unknown' },
      },
    ],
    ['while isolated', false, { state: { phase: 'isolated', verdict: 'down' } }],
    ['without a device', false, { settings: { devices: [] } }],
  ] as const)
    it(`is told: ${possible ? 'yes' : 'no'}, ${title}`, () =>
      assert.equal(isPossible(facts(changes)), possible))
})
