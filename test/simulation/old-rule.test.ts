import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionRows } from './actions.ts'
import { type Happenings, plainSite, playMadeUp } from './made-up.ts'
import { type OldHabit, oldRule } from './old-rule.ts'
import { files, type Site } from './site.ts'
import type { MasterState } from './virtual-master.ts'
import type { World } from './world.ts'

const is = (state: MasterState) => (world: World) => {
  world.master.state = state
}
const fault = (name: string, kind: 'unreachable' | 'ignore' | 'none') => (world: World) => {
  world.relay(name).fault = kind
}

interface Case {
  readonly title: string
  readonly habit?: OldHabit
  readonly site?: Partial<Site>
  readonly happenings: Happenings
  readonly forS: number
  /** What the relays did, and at which full second. */
  readonly moves: readonly string[]
}

describe('The old rule', () => {
  const cases: readonly Case[] = [
    {
      title: 'moves the lines 30 s after a master that dies just before the minute',
      happenings: [[59.9, is('silent')]],
      forS: 110,
      moves: ['90 fos1 0', '90 fos2 0'],
    },
    {
      title: 'takes 90 s for a master that dies when it has answered the first ping of a minute',
      happenings: [[0.5, is('silent')]],
      forS: 110,
      moves: ['90 fos1 0', '90 fos2 0'],
    },
    {
      title: 'holds a master for up that answers one ping of three',
      happenings: [
        [0, is('silent')],
        [19, is('well')],
        [21, is('silent')],
        [79, is('well')],
      ],
      forS: 110,
      moves: [],
    },
    {
      title: 'gives the lines back with the next ping that is answered',
      happenings: [
        [0, is('silent')],
        [79, is('well')],
      ],
      forS: 110,
      moves: ['30 fos1 0', '30 fos2 0', '90 fos1 1', '90 fos2 1'],
    },
    {
      title: 'does not see that a master which answers pings takes no calls',
      happenings: [[1, is('hanging')]],
      forS: 300,
      moves: [],
    },
    {
      title: 'waits 3 s for a relay that keeps silent, then goes on to the next',
      happenings: [
        [0, is('silent')],
        [0, world => world.cutOff.add('fos1')],
      ],
      forS: 50,
      moves: ['33 fos2 0'],
    },
    {
      title: 'tries a relay that it did not reach again a minute later, not before',
      happenings: [
        [0, is('silent')],
        [0, fault('fos1', 'unreachable')],
        [31, fault('fos1', 'none')],
      ],
      forS: 110,
      moves: ['30 fos2 0', '90 fos1 0'],
    },
    {
      title: 'forgets a relay that it did not reach, where it acts on a change only',
      habit: 'on change',
      happenings: [
        [0, is('silent')],
        [0, fault('fos1', 'unreachable')],
        [31, fault('fos1', 'none')],
      ],
      forS: 600,
      moves: ['30 fos2 0'],
    },
    {
      title: 'does not read back whether a relay did as it was told',
      habit: 'on change',
      happenings: [
        [0, is('silent')],
        [0, fault('fos2', 'ignore')],
        [31, fault('fos2', 'none')],
      ],
      forS: 600,
      moves: ['30 fos1 0'],
    },
    {
      title: 'fails over when this node alone is cut off, and the relays are not',
      happenings: [[0, world => world.cutOff.add('master')]],
      forS: 50,
      moves: ['30 fos1 0', '30 fos2 0'],
    },
    {
      title: 'puts a relay back that a hand moved, where it acts each minute',
      happenings: [[30, world => world.relay('fos1').hand(0)]],
      forS: 110,
      moves: ['30 fos1 0', '80 fos1 1'],
    },
    {
      title: 'does nothing without the secondary file, where there is one',
      site: { secondary: true },
      happenings: [
        [0, is('silent')],
        [130, world => world.disk.put(files.secondary, '')],
      ],
      forS: 230,
      moves: ['210 fos1 0', '210 fos2 0'],
    },
    {
      title: 'does nothing without bnfos.conf',
      happenings: [
        [0, is('silent')],
        [1, world => world.disk.remove(files.bnfosFile)],
      ],
      forS: 230,
      moves: [],
    },
    {
      title: 'starts DHCP before it moves the lines, for as long as that takes',
      site: { hooks: ['before_slave'] },
      happenings: [
        [0, is('silent')],
        [
          0,
          world => {
            world.hooks = 'slow'
          },
        ],
      ],
      forS: 50,
      moves: ['34 fos1 0', '34 fos2 0'],
    },
    {
      title: 'survives kill -9, pause and force, since cron starts it anew',
      happenings: [
        [0, is('silent')],
        [10, world => actionRows['kill -9'].run(world, [0])],
        [11, world => actionRows.pause.run(world, [0])],
        [12, world => actionRows.force.run(world, ['master', 0])],
      ],
      forS: 50,
      moves: ['30 fos1 0', '30 fos2 0'],
    },
    {
      title: 'waits for the full minute of a clock that was set back',
      happenings: [
        [10, world => world.stepWall(-1000)],
        [59, is('silent')],
      ],
      forS: 110,
      moves: ['91 fos1 0', '91 fos2 0'],
    },
    {
      title: 'sleeps on when the clock is set forward, until what was to be the full minute',
      happenings: [
        [100, world => world.stepWall(20_000)],
        [119, is('silent')],
      ],
      forS: 160,
      moves: ['150 fos1 0', '150 fos2 0'],
    },
  ]
  for (const { title, habit = 'each minute', site, happenings, forS, moves } of cases)
    it(title, async () => {
      const seen: string[] = []
      await playMadeUp({
        actor: oldRule(habit),
        site: { ...plainSite, ...site },
        happenings,
        forS,
        watch: (fact, { timeline }) => {
          if (fact.is === 'moved') seen.push(`${Math.floor(timeline.now / 1000)} ${fact.relay} ${fact.mode}`)
        },
      })
      assert.deepEqual(seen, moves)
    })
})
