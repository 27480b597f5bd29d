import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Device } from '../../src/berofos/device.ts'
import { parseConfigPage } from '../../src/berofos/http/config-page.ts'
import { deviceWants } from '../../src/core/relay/device-wants.ts'
import { RelayBank } from '../../src/relays/relay-bank.ts'
import { WatchdogKicker } from '../../src/relays/watchdog-kicker.ts'
import { createSimulatedDevice, modeOf, type SimulatedDevice } from '../../src/simulator/simulated-device.ts'
import { renderConfigPage, takeWrite } from '../../src/simulator/simulated-device-pages.ts'
import { kickWatchdog, settleWatchdog } from '../../src/simulator/simulated-watchdog.ts'
import { everyWatchdog, type WatchdogFirmware } from '../../src/simulator/watchdog-firmware.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { someDevice, someSettings } from '../helpers/settings.ts'

const site = { kind: 'bypass', kickMs: 1000, watchdogMs: 10_000 } as const
const writes = { mode: 'cmd=4&mode', wdog: 'cmd=6&wen', wdogstate: 'cmd=6&wstate' } as const
const timing = {
  ...someSettings().relays,
  timeoutMs: 1000,
  auditIntervalMs: 1000,
  retryMs: 500,
  retryMaxMs: 1000,
}

/** One kicked relay on a virtual device, by a clock that stands still unless it is moved. */
class Rig {
  readonly clock = new FakeClock()
  readonly device: SimulatedDevice
  readonly bank: RelayBank
  readonly lines: string[] = []
  readonly trips: boolean[] = []
  /** Whether each of them counts as unheard. */
  readonly unheard: boolean[] = []
  /** When it was last read at the server before each. */
  readonly soundAt: (number | null)[] = []
  /** Its name, at each answer over UDP that was waited for. */
  readonly answers: string[] = []
  isAwaited = false
  isReadable = true
  /** Writes of the watchdog get no answer until they are cut off. */
  hangs = false
  /** What it was asked since the test began to look, `read` and `mode=0` and the like. */
  asked: string[] = []
  kicks = 0
  kickedAt: number[] = []
  mayKick = true
  echoes = true

  constructor(watchdog: Partial<WatchdogFirmware> = {}, auditIntervalMs = timing.auditIntervalMs) {
    const values = { scenario: '1', wdog: '1', wdogstate: '1', wdogdef: '1', modedef: '0', wdogitime: '10' }
    this.device = createSimulatedDevice({ watchdog, values })
    kickWatchdog(this.device, this.clock.mono())
    this.bank = new RelayBank({
      devices: [someDevice('fos1')],
      timing: { ...timing, auditIntervalMs },
      clock: this.clock,
      random: () => 0,
      open: () => this.open(),
      known: {},
      line: ({ text }) => this.lines.push(text),
      relaysTried: () => {},
      changed: () => {},
      tripped: ({ trips, unheard, soundAt }) => {
        this.trips.push(trips)
        this.soundAt.push(soundAt)
        this.unheard.push(unheard)
      },
      wants: device => deviceWants(site, device),
      kicker: device =>
        new WatchdogKicker(
          {
            ...site,
            clock: this.clock,
            mayKick: () => this.mayKick,
            kick: () => this.kick(),
            askMac: async () => (this.echoes ? '00:19:32:00:12:1D' : null),
            isAwaited: name => name === 'fos1' && this.isAwaited,
            answers: name => this.answers.push(name),
          },
          device,
        ),
    })
  }

  /** So long a kick is on its way. */
  kickTakesMs = 0

  private async kick(): Promise<boolean> {
    this.kicks += 1
    this.kickedAt.push(this.clock.mono())
    if (!this.echoes) return false
    if (this.kickTakesMs > 0) await this.clock.sleep(this.kickTakesMs)
    settleWatchdog(this.device, this.clock.mono())
    kickWatchdog(this.device, this.clock.mono())
    return true
  }

  private open(): Device {
    const now = () => {
      settleWatchdog(this.device, this.clock.mono())
      return this.clock.mono()
    }
    return {
      read: async () => {
        this.asked.push('read')
        if (!this.isReadable)
          return { ok: false, error: { code: 'timeout', text: 'no answer', answered: false } }
        const page = parseConfigPage(renderConfigPage(this.device, now()), null)
        if (!page.ok) throw new Error(page.error)
        return { ok: true, value: page.reading }
      },
      write: async (keyword, value, signal, sent) => {
        this.asked.push(`${keyword}=${value}`)
        if (this.hangs && keyword === 'wdog') {
          await this.clock.sleep(3000, signal)
          return { ok: false, error: { code: 'aborted', text: 'cut off', answered: false } }
        }
        sent?.()
        takeWrite(this.device, `${writes[keyword as keyof typeof writes]}=${value}`, now())
        return { ok: true, value: null }
      },
      close() {},
    }
  }

  async seconds(count: number): Promise<void> {
    for (let s = 0; s < count; s++) await this.clock.advance(1000)
    settleWatchdog(this.device, this.clock.mono())
  }
}

function openRig(t: TestContext, ...options: ConstructorParameters<typeof Rig>): Rig {
  const rig = new Rig(...options)
  t.after(() => rig.bank.close())
  return rig
}

/** One whose lines have gone through the server for three seconds. */
async function drivenRig(t: TestContext): Promise<Rig> {
  const rig = openRig(t)
  rig.bank.enforce('master', null)
  await rig.seconds(3)
  return rig
}

const named = ({ trip, kick, mode, wdog, shows }: WatchdogFirmware) =>
  `a trip acts ${trip}, cleared by ${JSON.stringify({ kick, mode, wdog })}, wdog reads ${shows}`

describe('a kicked relay comes back to the server where', () => {
  for (const firmware of everyWatchdog())
    test(named(firmware), async t => {
      const rig = openRig(t, firmware)
      rig.bank.enforce('master', null)
      await rig.seconds(30)
      assert.deepEqual([modeOf(rig.device), rig.device.changes.length, rig.trips], [1, 0, []])

      rig.mayKick = false
      await rig.seconds(12)
      assert.equal(modeOf(rig.device), 0, 'it bypasses when nobody kicks')
      // Kicks that set in again must not hide the trip from whoever decides.
      rig.mayKick = true
      await rig.seconds(3)
      assert.ok(rig.trips.length > 0, 'the trip is told')
      assert.equal(modeOf(rig.device), 0, 'and not undone by itself')

      rig.mayKick = false
      rig.bank.enforce('slave', 1)
      await rig.seconds(15)
      rig.mayKick = true
      rig.bank.enforce('master', 2)
      await rig.seconds(30)
      assert.equal(modeOf(rig.device), 1)
      assert.deepEqual([rig.device.values.get('wdog'), rig.device.values.get('wdogstate')], ['1', '1'])
      assert.deepEqual(rig.bank.unconfirmed(), [])
    })
})

describe('a kicked relay that has tripped and can not be read comes back with its watchdog on where', () => {
  for (const firmware of everyWatchdog())
    test(named(firmware), async t => {
      const rig = openRig(t, firmware)
      rig.bank.enforce('master', null)
      await rig.seconds(3)
      rig.isReadable = false
      rig.mayKick = false
      rig.bank.enforce('slave', 1)
      await rig.seconds(12)
      rig.mayKick = true
      rig.bank.enforce('master', 2)
      await rig.seconds(15)
      assert.equal(modeOf(rig.device), 1)
      await rig.bank.close()
      await rig.seconds(12)
      assert.equal(modeOf(rig.device), 0, 'it bypasses when nobody kicks')
    })
})

test('a device that can not be read is told once to give the lines to the server: its own bypass is not undone', async t => {
  const rig = await drivenRig(t)
  rig.isReadable = false
  rig.bank.enforce('slave', 1)
  await rig.seconds(2)
  rig.echoes = false
  rig.bank.enforce('master', 2)
  await rig.seconds(9)
  assert.equal(modeOf(rig.device), 1)
  await rig.seconds(30)
  assert.equal(modeOf(rig.device), 0)
  assert.equal(rig.asked.filter(asked => asked === 'mode=1').length, 1)
  rig.isReadable = true
  rig.echoes = true
  await rig.seconds(5)
  assert.equal(modeOf(rig.device), 1, 'the order still stands')
})

test('a watchdog that is off is turned on while the lines go through the server', async t => {
  const rig = openRig(t)
  takeWrite(rig.device, 'cmd=6&wen=0', 0)
  rig.bank.enforce('master', null)
  await rig.seconds(3)
  assert.equal(rig.device.values.get('wdog'), '1')
  assert.ok(rig.lines.includes('fos1: its watchdog was off and is being turned on'), rig.lines.join('\n'))
})

test('kicks come at their pace and end at once when they may not', async t => {
  const rig = await drivenRig(t)
  const before = rig.kicks
  await rig.seconds(20)
  assert.equal(rig.kicks - before, 20)
  rig.mayKick = false
  await rig.seconds(20)
  assert.ok(rig.kicks - before <= 21)
})

test('a device that does not echo is known by how long', async t => {
  const rig = await drivenRig(t)
  assert.equal(rig.bank.list()[0]?.unechoedMs, null)
  rig.echoes = false
  await rig.seconds(1)
  assert.equal(rig.bank.list()[0]?.unechoedMs, null, 'one datagram may be lost')
  await rig.seconds(4)
  assert.ok((rig.bank.list()[0]?.unechoedMs ?? 0) >= 3000)
})

test('a device that was away for longer than its interval and is found bypassed counts as tripped', async t => {
  const rig = await drivenRig(t)
  rig.echoes = false
  await rig.seconds(12)
  assert.deepEqual(rig.trips.slice(0, 1), [true])
})

test('a trip tells since when the device was not read at the server', async t => {
  const found = new Rig({ trip: 'once' })
  t.after(() => found.bank.close())
  found.device.values.set('mode', '0')
  found.device.values.set('wdogstate', '2')
  found.bank.enforce('master', null)
  await found.seconds(1)
  assert.equal(found.soundAt[0], null, 'never in this run')

  const rig = openRig(t, { trip: 'once' })
  rig.bank.enforce('master', null)
  await rig.seconds(5)
  rig.mayKick = false
  await rig.seconds(20)
  const movedAt = rig.device.changes[0]?.atMono ?? 0
  const [soundAt] = rig.soundAt
  assert.ok(soundAt != null && soundAt <= movedAt && movedAt - soundAt <= timing.auditIntervalMs + 1000)
})

test('a device that trips although it is kicked is told to have answered no kick, once', async t => {
  const rig = await drivenRig(t)
  rig.echoes = false
  await rig.seconds(20)
  const why = 'has answered no kick for 9s until it bypassed its lines'
  const cure = 'check UDP port 50123 to it, and its "mac" in bnfos.conf'
  assert.deepEqual(rig.lines, [`fos1: ${why}: ${cure}`])
})

test('a device counts as unheard that trips although it is kicked and can be read', async t => {
  const rig = await drivenRig(t)
  rig.echoes = false
  await rig.seconds(20)
  assert.deepEqual(rig.unheard.slice(0, 1), [true])
})

test('a device that could not be read either may hear kicks again', async t => {
  const rig = await drivenRig(t)
  rig.echoes = false
  rig.isReadable = false
  await rig.seconds(20)
  rig.isReadable = true
  await rig.seconds(3)
  assert.deepEqual(rig.unheard.slice(0, 1), [false])
})

test('a device that was not kicked is not unheard', async t => {
  const rig = await drivenRig(t)
  rig.mayKick = false
  await rig.seconds(20)
  assert.deepEqual(rig.unheard.slice(0, 1), [false])
})

test('a device that is waited for is asked over UDP, without a kick', async t => {
  const rig = openRig(t)
  rig.mayKick = false
  rig.echoes = false
  rig.isAwaited = true
  await rig.seconds(5)
  assert.deepEqual(rig.answers, [])
  rig.echoes = true
  await rig.seconds(1)
  assert.deepEqual([rig.answers, rig.kicks], [['fos1'], 0])
})

test('a start kicks as soon as its first reading shows no trip', async t => {
  const rig = openRig(t)
  const began = rig.clock.mono()
  rig.bank.enforce('master', null)
  await rig.seconds(1)
  assert.ok((rig.kickedAt[0] ?? Number.POSITIVE_INFINITY) - began < site.kickMs, rig.kickedAt.join(' '))
})

test('a trip between a reading and a kick that clears it is told all the same', async t => {
  const rig = openRig(t, { kick: 'clears', shows: '1' })
  rig.mayKick = false
  await rig.seconds(9)
  rig.mayKick = true
  rig.kickTakesMs = 1500
  rig.bank.enforce('master', null)
  await rig.seconds(4)
  assert.deepEqual([modeOf(rig.device), rig.trips.slice(0, 1)], [0, [true]])
})

test('a trip after the look that kicks have waited for is told, although a kick clears it', async t => {
  const rig = openRig(t, { kick: 'clears', shows: '1' }, 20_000)
  rig.kickTakesMs = 300
  rig.bank.enforce('master', null)
  await rig.seconds(3)
  rig.echoes = false
  await rig.seconds(9)
  rig.echoes = true
  await rig.seconds(25)
  assert.deepEqual([rig.device.changes.length, rig.trips.length > 0, rig.lines], [1, true, []])
})

test('an order to the PBX cuts off a watchdog that is being armed, and waits for no reading', async t => {
  const rig = await drivenRig(t)
  rig.isReadable = false
  rig.bank.enforce('slave', 1)
  await rig.seconds(2)
  rig.hangs = true
  rig.bank.enforce('master', 2)
  await rig.seconds(1)
  assert.equal(rig.asked.at(-1), 'wdog=1')
  rig.asked = []
  rig.bank.enforce('slave', 3)
  await rig.clock.advance(0)
  assert.equal(rig.asked[0], 'mode=0')
})
