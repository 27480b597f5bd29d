import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plainWatchdog } from '../../src/simulator/watchdog-firmware.ts'
import { bypassActionRows } from './bypass-actions.ts'
import { bypassHistories, compareWorkaround } from './compare-workaround.ts'
import { type Happenings, plainSite, playMadeUp } from './made-up.ts'
import { Meter } from './meter.ts'
import { planOf } from './plan.ts'
import type { Site } from './site.ts'
import type { MasterState } from './virtual-master.ts'
import { intervalS, workaround } from './workaround.ts'
import { workaroundText } from './workaround-text.ts'
import type { World } from './world.ts'

const site: Site = {
  ...plainSite,
  checks: plainSite.checks.filter(({ type }) => type === 'sip'),
  devices: plainSite.devices.slice(0, 1),
  bypass: { kickS: 5, watchdogS: intervalS, firmware: plainWatchdog },
}
const is = (state: MasterState) => (world: World) => {
  world.master.state = state
}

interface Case {
  readonly title: string
  readonly happenings: Happenings
  readonly forS: number
  /** What fos1 did, by whom, and at which full second. */
  readonly moves: readonly string[]
}

describe('The workaround of the manuals', () => {
  const cases: readonly Case[] = [
    {
      title: 'kicks on for most of a minute when Asterisk dies right after it was asked: 110 s',
      happenings: [[0.5, is('refusing')]],
      forS: 300,
      moves: ['110 watchdog 0'],
    },
    {
      title: 'bypasses 50 s after Asterisk that dies right before it is asked',
      happenings: [[59.9, is('refusing')]],
      forS: 300,
      moves: ['110 watchdog 0'],
    },
    {
      title: 'gives the lines back in the first minute in which Asterisk runs',
      happenings: [
        [0.5, is('refusing')],
        [179, is('well')],
      ],
      forS: 300,
      moves: ['110 watchdog 0', '180 http 1'],
    },
    {
      title: 'moves the lines with each crash that it happens to see, without a limit',
      happenings: Array.from({ length: 8 }, (_, n) => [n * 120 + 1, is(n % 2 === 0 ? 'refusing' : 'well')]),
      forS: 1000,
      moves: [0, 240, 480, 720].flatMap(from => [`${110 + from} watchdog 0`, `${180 + from} http 1`]),
    },
    {
      title: 'does not see that Asterisk hangs',
      happenings: [[1, is('hanging')]],
      forS: 600,
      moves: [],
    },
    {
      title: 'ends with the power of its server, and begins again with it',
      happenings: [[10, world => bypassActionRows['the server is without power'].run(world, [100, 0])]],
      forS: 300,
      moves: ['65 watchdog 0', '120 http 1'],
    },
  ]
  for (const { title, happenings, forS, moves } of cases)
    it(title, async () => {
      const seen: string[] = []
      await playMadeUp({
        actor: workaround,
        site,
        happenings,
        forS,
        watch: (fact, { timeline }) => {
          if (fact.is === 'moved' && fact.relay === 'fos1')
            seen.push(`${Math.floor(timeline.now / 1000)} ${fact.by} ${fact.mode}`)
        },
      })
      assert.deepEqual(seen, moves)
    })
})

describe('In front of a PBX is measured', () => {
  const measured = async (happenings: Happenings) => {
    const meter = new Meter()
    await playMadeUp({
      actor: workaround,
      site,
      happenings,
      forS: 300,
      watch: (fact, world) => meter.hear(fact, world),
      look: world => meter.look(world),
    })
    return meter.measures
  }
  it('how long the lines were at telephony that had ended, and that it was later than berofosd prints', async () => {
    const { silentMs, leftMs, late, cut } = await measured([[0.5, is('refusing')]])
    assert.deepEqual([Math.round(silentMs / 1000), leftMs.silent.length, late, cut], [110, 1, 1, 0])
  })
  it('how long they were at telephony that hung', async () => {
    const { deafMs, leftMs } = await measured([[100, is('hanging')]])
    assert.deepEqual([deafMs, leftMs.deaf], [200_000, []])
  })
  it('how long they were at a server without power, which is not late within the interval', async () => {
    const off = bypassActionRows['the server is without power']
    const { offMs, leftMs, late } = await measured([[10, world => off.run(world, [100, 0])]])
    assert.deepEqual([Math.round(offMs / 1000), leftMs.off.length, late], [55, 1, 0])
  })
})

const seeds = Array.from({ length: 12 }, (_, seed) => seed)

it('one outage at a time is bypassed within what berofosd prints, whatever the settings and the firmware', async () => {
  const { histories, of } = await compareWorkaround(seeds)
  assert.ok(histories > 0)
  for (const { measures } of [of.outages, of.outagesDrawn]) {
    const { leftMs, late, wrong } = measures.berofosd
    const timed = [leftMs.silent.length, leftMs.deaf.length, leftMs.off.length]
    assert.deepEqual([timed, late, wrong], [[histories, histories, histories], 0, 0])
    assert.deepEqual(
      measures.workaround.leftMs.deaf,
      [],
      'the workaround sees nothing of telephony that hangs',
    )
  }
})

it('the comparison with the workaround is tables with lines of one length', async () => {
  const lines = workaroundText(await compareWorkaround(seeds.slice(0, 4))).split('\n')
  assert.ok(lines.every(line => line.length <= 130))
  assert.equal(new Set(lines.filter(line => line.startsWith('|')).map(line => line.length)).size, 1)
})

it('both live through a history of the same length', () => {
  const plan = planOf(seeds.find(seed => planOf(seed, 'bypass').pace === 1) ?? assert.fail(), 'bypass')
  const { bypass } = plan.site
  if (!bypass) assert.fail()
  const lastsMs = (steps: typeof plan.steps) => steps.reduce((sum, { afterMs }) => sum + afterMs, 0)
  assert.equal(
    lastsMs(bypassHistories.anything({ ...plan, site: { ...plan.site, bypass } }).steps),
    lastsMs(plan.steps),
  )
})
