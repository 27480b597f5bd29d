import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Random } from '../helpers/random.ts'
import { actions } from './chaos.ts'
import { invariants } from './invariants.ts'
import {
  failback,
  failover,
  judged,
  killed,
  line,
  order,
  probes,
  read,
  start,
  stored,
  switching,
  write,
} from './planted.ts'
import type { Happening } from './record.ts'
import { storyOf } from './story.ts'

/** Three probes of web that are met and left unanswered, then the failover with both relays. */
const soundFailover = [
  ...start('master', 1000),
  { kind: 'condition', at: 1005, service: 'http', condition: 'silent' } as const,
  ...probes('http', 1010, 2200, 400, false),
  failover(2320),
  ...switching(2330, 'fos1', 0),
  ...switching(2335, 'fos2', 1),
]

/** Received at a moment, and written in the second that begins at another one. */
function written(at: number, second: number, text: string): Happening {
  return { ...(line(at, text) as Happening<'line'>), second }
}

describe('the invariants of the soak', () => {
  type Row = [title: string, happenings: readonly Happening[], violated: string[], excused?: string[]]
  const rows: Row[] = [
    ['nothing in a sound failover', soundFailover, []],
    [
      'nothing in a write after a failover that was called off in the same second, whichever line bears it a moment sooner',
      [
        ...start('master', 1000),
        { kind: 'condition', at: 1005, service: 'http', condition: 'silent' },
        ...probes('http', 1010, 2200, 400, false),
        { kind: 'collector', at: 2000, up: false },
        { kind: 'collector', at: 4500, up: true },
        written(4510, 2000.4, 'failover: lines to the slave: check web is down: WHY'),
        written(4511, 2000.1, 'called off: lines stay at the master, none has moved: WHY'),
        ...write(5000, 'fos1', 1),
      ],
      [],
    ],
    [
      'a write during a pause',
      [...start('master', 5000), order(1000, 'pause'), ...switching(3000, 'fos1', 1)],
      ['still'],
    ],
    [
      'nothing in a write that was on its way when the pause began',
      [...start('master', 5000), order(1000, 'pause'), ...switching(1050, 'fos1', 1)],
      [],
    ],
    [
      'nothing in a write after the pause was over',
      [...start('master', 5000), order(1000, 'pause', null, 500), ...switching(1600, 'fos1', 1)],
      [],
    ],
    [
      'a write in a pause that outlived a kill',
      [
        ...start('master', 9000),
        order(1000, 'pause'),
        ...killed(2000, stored('master', { pause: { until: null, reason: '', at: 0 } })),
        ...switching(3000, 'fos1', 1, 78),
      ],
      ['still'],
    ],
    [
      'a pause that did not outlive a kill',
      [...start('master', 9000), order(1000, 'pause'), ...killed(2000, stored('master'))],
      ['as-ordered'],
    ],
    [
      'nothing in a pause that was killed before it was saved',
      [...start('master', 9000), order(1000, 'pause'), ...killed(1100, stored('master'))],
      [],
    ],
    [
      'a write while isolated',
      [
        ...start('master', 1000),
        line(1000, 'isolated: the master is down and no relay or witness answers'),
        ...switching(2000, 'fos1', 1),
      ],
      ['still'],
    ],
    [
      'a write while this node is not the secondary',
      [
        ...start('master', 9000),
        { kind: 'secondary', at: 1000, present: false },
        ...switching(4000, 'fos1', 1),
      ],
      ['still'],
    ],
    [
      'a write while there is no bnfos.conf',
      [
        ...start('master', 9000),
        { kind: 'bnfos', at: 800, present: false },
        line(1000, 'berofos is not configured -- doing nothing'),
        ...switching(2000, 'fos1', 1),
      ],
      ['still'],
    ],
    [
      'a start that drives to another role than the stored one',
      [...start('master', 9000), ...switching(1000, 'fos1', 0)],
      ['role'],
    ],
    [
      'an inverted relay that is driven the wrong way',
      [...start('master', 9000), ...switching(1000, 'fos2', 1)],
      ['role'],
    ],
    ['nothing in a relay that is put right', [...start('slave', 9000), ...switching(1000, 'fos1', 0)], []],
    [
      'a failover after two of three failures that were met',
      [
        ...start('master', 1000),
        { kind: 'condition', at: 1005, service: 'http', condition: 'silent' },
        ...probes('http', 1010, 1600, 400, false),
        failover(2000),
      ],
      ['evidence'],
    ],
    [
      'a failover after two of three failures that were refused',
      [
        ...start('master', 1000),
        { kind: 'condition', at: 1011, service: 'http', condition: 'dead' },
        failover(1125),
      ],
      ['evidence'],
    ],
    [
      'nothing in a failover after three that were refused',
      [
        ...start('master', 1000),
        { kind: 'condition', at: 1011, service: 'http', condition: 'dead' },
        failover(1220),
      ],
      [],
    ],
    [
      'a failback before stable_for',
      [
        ...start('slave', 500),
        ...probes('http', 5000, 9000, 100, true),
        ...probes('sip', 5000, 9000, 150, true),
        failback(5700),
      ],
      ['stable'],
    ],
    [
      'nothing in a failback after stable_for',
      [
        ...start('slave', 500),
        ...probes('http', 5000, 9000, 100, true),
        ...probes('sip', 5000, 9000, 150, true),
        failback(5900),
      ],
      [],
    ],
    ['a failback right after a start', [...start('slave', 9000), failback(600)], ['stable']],
    ['a failover that breaks an override', [...soundFailover, order(1500, 'force', 'master')], ['override']],
    ['a failover during a pause', [...soundFailover, order(1500, 'pause')], ['still']],
    [
      'a role that is forced and was not asked for',
      [
        ...start('master', 9000),
        order(1000, 'force', 'master'),
        line(2000, 'forced: lines to the slave: by an operator'),
      ],
      ['forced', 'override'],
    ],
    [
      'a change that no line tells',
      soundFailover.filter(h => !(h.kind === 'line' && h.text.startsWith('switched fos1'))),
      ['lines'],
    ],
    [
      'a line said twice',
      [...soundFailover, line(2500, 'switched fos1 to mode=0 (A--D) in 20 ms')],
      ['lines'],
    ],
    [
      'a line for a change by hand',
      [
        ...start('slave', 9000),
        { kind: 'change', at: 1000, relay: 'fos1', mode: 0, by: 'hand' },
        line(1200, 'switched fos1 to mode=0 (A--D) in 20 ms'),
      ],
      ['lines'],
    ],
    [
      'nothing in a line for a reboot that nobody had read when the order went out',
      [
        ...start('slave', 9000),
        { kind: 'change', at: 1000, relay: 'fos1', mode: 0, by: 'reboot' },
        ...write(2000, 'fos1', 0),
        read(2010, 'fos1'),
        line(2020, 'switched fos1 to mode=0 (A--D) in 20 ms'),
      ],
      [],
      ['another hand did what was ordered'],
    ],
    [
      'a line for a reboot that was read before the order went out',
      [
        ...start('slave', 9000),
        { kind: 'change', at: 1000, relay: 'fos1', mode: 0, by: 'reboot' },
        read(1500, 'fos1'),
        ...write(2000, 'fos1', 0),
        read(2010, 'fos1'),
        line(2020, 'switched fos1 to mode=0 (A--D) in 20 ms'),
      ],
      ['lines'],
    ],
    [
      'nothing in a missing line when the daemon was killed within 300 ms',
      [
        ...start('slave', 9000),
        ...write(1000, 'fos1', 0),
        { kind: 'change', at: 1003, relay: 'fos1', mode: 0, by: 'http' },
        ...killed(1200, stored('slave')),
        read(1600, 'fos1'),
      ],
      [],
      ['killed before it could say'],
    ],
    [
      'a missing line when the daemon was killed long after it had read',
      [
        ...start('slave', 9000),
        ...write(1000, 'fos1', 0),
        { kind: 'change', at: 1003, relay: 'fos1', mode: 0, by: 'http' },
        read(1010, 'fos1'),
        ...killed(2000, stored('slave')),
      ],
      ['lines'],
    ],
    ...(
      [
        ['nothing in', [], ['in the queue of an ended rsyslogd, or of a daemon killed meanwhile'], 5500],
        ['', ['lines'], [], 3100],
      ] as const
    ).map(
      ([nothing, violated, excused, runsAgainAt]): Row => [
        `${nothing} a line that waited for rsyslogd, of a daemon that was killed ${5600 - runsAgainAt} ms after it ran again`.trim(),
        [
          ...start('slave', 9000),
          { kind: 'collector', at: 500, up: false },
          ...write(1000, 'fos1', 0),
          { kind: 'change', at: 1003, relay: 'fos1', mode: 0, by: 'http' },
          read(1010, 'fos1'),
          { kind: 'collector', at: 3000, up: true },
          { kind: 'stalled', at: 3060, pid: 77 },
          { kind: 'continued', at: runsAgainAt, pid: 77 },
          ...killed(5600, stored('slave')),
        ],
        [...violated],
        [...excused],
      ],
    ),
    [
      'nothing in a change that somebody undid before it was read',
      [
        ...start('slave', 9000),
        ...write(1000, 'fos1', 0),
        { kind: 'change', at: 1003, relay: 'fos1', mode: 0, by: 'http' },
        { kind: 'change', at: 1005, relay: 'fos1', mode: 1, by: 'hand' },
        read(1010, 'fos1'),
      ],
      [],
      ['moved on before it was read'],
    ],
    [
      'a daemon that ends by itself',
      [...start('master', 1000), { kind: 'ended', at: 900, pid: 77, how: '1', asked: false }],
      ['alive'],
    ],
    ['a daemon that never answers', start('master', 1000).filter(h => h.kind !== 'ready'), ['alive']],
    [
      'a bug that was logged',
      [...start('master', 1000), line(900, 'internal error: x is not a function')],
      ['sound'],
    ],
    [
      'a relay that does not come to rest',
      [...start('master', 1000), { kind: 'calm', at: 900, unsettled: ['fos1 is at mode=0'], tookMs: 30_000 }],
      ['calm'],
    ],
    [
      'memory that grows',
      [20, 40, 60, 80].map(s => ({
        kind: 'memory',
        at: s * 1000,
        pid: 77,
        rssKib: s === 80 ? 160_000 : 100_000,
        fds: 30,
        ageMs: s * 1000,
      })),
      ['bounded'],
    ],
    [
      'descriptors that are not closed',
      [20, 40, 60, 80].map(s => ({
        kind: 'memory',
        at: s * 1000,
        pid: 77,
        rssKib: 100_000,
        fds: s === 80 ? 90 : 30,
        ageMs: s * 1000,
      })),
      ['bounded'],
    ],
    [
      'an order without an answer',
      [...start('master', 1000), { kind: 'broken', at: 900, text: 'pause was not answered' }],
      ['answered'],
    ],
  ]
  for (const [title, happenings, violated, excused = []] of rows)
    test(`find ${title}`, () => {
      assert.deepEqual(judged(happenings), { violated, excused })
    })

  test('are each broken by a row above', () => {
    const broken = new Set(rows.flatMap(([, , violated]) => violated))
    assert.deepEqual(
      invariants.map(({ name }) => name).filter(name => !broken.has(name)),
      [],
    )
  })
})

describe('the schedule of the soak', () => {
  test('repeats with the seed', () => {
    const drawn = (seed: number) => {
      const random = new Random(seed)
      return Array.from({ length: 50 }, () => [random.weighted(actions).name, random.between(0, 99)])
    }
    assert.deepEqual(drawn(7), drawn(7))
    assert.notDeepEqual(drawn(7), drawn(8))
  })

  test('has no two actions of one name', () => {
    const names = actions.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
  })
})

test('a story tells what happened around a moment, in seconds from it', () => {
  const story = storyOf(soundFailover, 2320).filter(text => text.includes('fos1:'))
  assert.deepEqual(story, ['   0.010  fos1: is told mode=0 (200)', '   0.013  fos1: MOVED to mode=0 by http'])
})
