import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { moveRelay } from '../../src/simulator/simulated-device.ts'
import { type Happenings, plainSite, playMadeUp } from './made-up.ts'
import { type Measures, nothingMeasured } from './measures.ts'
import { Meter } from './meter.ts'
import type { Site } from './site.ts'
import type { MasterState } from './virtual-master.ts'
import type { World } from './world.ts'

const is = (state: MasterState) => (world: World) => {
  world.master.state = state
}
const order = (name: string, mode: 0 | 1) => (world: World) =>
  moveRelay(world.relay(name).device, mode, world.timeline.now, 'http')
const calm = (world: World) => world.tell({ is: 'calm' })
const needless = (part: Partial<Measures['needless']>) => ({
  needless: { ...nothingMeasured.needless, ...part },
})
const left = (silent: number[]) => ({ leftMs: { ...nothingMeasured.leftMs, silent } })
const threeRelays = [...plainSite.devices, { name: 'fos3', invert: false }]

interface Case {
  readonly title: string
  readonly site?: Partial<Site>
  readonly happenings: Happenings
  readonly measures: Partial<Measures>
}

describe('Of a history is measured', () => {
  const cases: readonly Case[] = [
    {
      title: 'how long each relay had its lines at a silent master',
      happenings: [
        [10, is('silent')],
        [25, order('fos1', 0)],
        [40, is('well')],
      ],
      measures: { silentMs: 15_000 + 30_000 },
    },
    {
      title: 'how long they were at one that answers pings and fails a required check',
      happenings: [
        [10, is('hanging')],
        [20, is('well')],
      ],
      measures: { deafMs: 2 * 10_000 },
    },
    {
      title: 'nothing of a check that is not required',
      site: { checks: plainSite.checks.map(check => ({ ...check, required: check.type === 'ping' })) },
      happenings: [[10, is('hanging')]],
      measures: {},
    },
    {
      title: 'the lines of an inverted relay where they are',
      site: { devices: [{ name: 'fos1', invert: true }] },
      happenings: [
        [10, is('silent')],
        [20, order('fos1', 0)],
        [25, is('well')],
      ],
      measures: { silentMs: 5000, cut: 1, ...needless({ dead: 1 }) },
    },
    {
      title: 'a needed failover as no cut, and its failback as one on each relay',
      happenings: [
        [10, is('silent')],
        [15, order('fos1', 0)],
        [18, order('fos2', 0)],
        [20, is('well')],
        [90, order('fos1', 1)],
        [90, order('fos2', 1)],
      ],
      measures: { silentMs: 5000 + 8000, cut: 2, ...left([8000]) },
    },
    {
      title: 'a move off a master that is well as needless, and the way back as well',
      happenings: [
        [60, order('fos1', 0)],
        [90, order('fos1', 1)],
      ],
      measures: { cut: 2, ...needless({ plain: 2 }) },
    },
    {
      title: 'that the master was just back, or out of reach, when its lines were moved',
      happenings: [
        [10, is('silent')],
        [20, is('well')],
        [49, order('fos1', 0)],
        [60, world => world.cutOff.add('master')],
        [61, order('fos2', 0)],
        [70, world => world.cutOff.clear()],
        [80, order('fos2', 1)],
      ],
      measures: { silentMs: 20_000, cut: 3, ...needless({ late: 1, blind: 2 }) },
    },
    {
      title: 'a move to a dead master as needless, and the way off it not',
      happenings: [
        [10, is('silent')],
        [20, order('fos1', 0)],
        [30, order('fos1', 1)],
        [40, order('fos1', 0)],
        [50, is('well')],
      ],
      measures: { silentMs: 10_000 + 10_000 + 40_000, cut: 1, ...needless({ dead: 1 }) },
    },
    {
      title: 'nothing of what a hand moves',
      happenings: [
        [10, world => world.relay('fos1').hand(0)],
        [20, world => world.relay('fos1').hand(1)],
      ],
      measures: {},
    },
    {
      title: 'a watchdog that bites at its moment, though nobody looks at the relay',
      happenings: [
        [10, is('silent')],
        [
          11,
          ({ relays: [fos1] }) => {
            if (!fos1) return
            fos1.device.watchdogKickedAt = 11_000
            fos1.device.values.set('wdogitime', '4').set('wdogstate', '1')
          },
        ],
        [20, is('well')],
      ],
      measures: { silentMs: 5000 + 10_000 },
    },
    {
      title: 'when it is calm, a relay that stands elsewhere than the others',
      site: { devices: threeRelays },
      happenings: [
        [10, world => world.relay('fos2').hand(0)],
        [20, calm],
        [30, world => world.relay('fos3').hand(0)],
        [40, calm],
      ],
      measures: { looked: 6, wrong: 2 },
    },
    {
      title: 'when it is calm and the master dead, every relay that is left there',
      site: { devices: threeRelays },
      happenings: [
        [10, is('silent')],
        [20, world => world.relay('fos2').hand(0)],
        [20, calm],
        [20, is('well')],
      ],
      measures: { silentMs: 30_000, looked: 3, wrong: 2 },
    },
    {
      title: 'no time to fail over where a relay was out of order meanwhile',
      happenings: [
        [10, is('silent')],
        [
          12,
          world => {
            world.relay('fos1').fault = 'slow'
          },
        ],
        [15, order('fos1', 0)],
        [15, order('fos2', 0)],
      ],
      measures: { silentMs: 10_000 },
    },
    {
      title: 'no time to fail over where the master came back before it was over',
      happenings: [
        [10, is('silent')],
        [15, order('fos1', 0)],
        [20, is('well')],
        [60, order('fos2', 0)],
      ],
      measures: { silentMs: 15_000, cut: 1, ...needless({ plain: 1 }) },
    },
  ]
  for (const { title, site, happenings, measures } of cases)
    it(title, async () => {
      const meter = new Meter()
      await playMadeUp({
        actor: () => {},
        site: { ...plainSite, ...site },
        happenings,
        forS: 100,
        watch: (fact, world) => meter.hear(fact, world),
        look: world => meter.look(world),
      })
      assert.deepEqual(meter.measures, { ...nothingMeasured, ...measures })
    })
})
