import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { SiteOptions } from '../../src/simulator/site.ts'
import { bypassValues } from '../../src/simulator/site-config.ts'
import { everyWatchdog, parseWatchdog, type WatchdogFirmware } from '../../src/simulator/watchdog-firmware.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

const kickMs = 1000
/** The interval of the watchdogs, as the daemon knows it; while it runs they count slower by so much. */
const watchdogMs = 5000
const slower = 12

/** The clock of the devices. On a busy machine kicks come late, and none of them is to trip for that. */
class DeviceClock implements Clock {
  private rate = 1
  private from = { real: systemClock.mono(), shown: systemClock.mono() }
  readonly wall = systemClock.wall
  readonly after = systemClock.after
  readonly sleep = systemClock.sleep

  mono(): number {
    const { real, shown } = this.from
    return shown + (systemClock.mono() - real) * this.rate
  }

  /** As long as nobody kicks the interval is the one that the daemon knows. */
  runAt(rate: number): void {
    this.from = { shown: this.mono(), real: systemClock.mono() }
    this.rate = rate
  }
}

/** A node whose devices bypass in time when nobody kicks them, and for no other reason. */
interface Bypass {
  readonly node: NodeUnderTest
  /** The daemon ends or hangs: the watchdogs bypass, in time. */
  readonly untilBypassed: (end: () => unknown) => Promise<void>
}

/** A device for each of these firmwares; stable for half a second. */
async function bypass(
  t: TestContext,
  firmwares: readonly Partial<WatchdogFirmware>[],
  address: string,
): Promise<Bypass> {
  const clock = new DeviceClock()
  const overrides = {
    master: null,
    isolation: null,
    bypass: { kick: `${kickMs}ms`, watchdog: `${watchdogMs}ms` },
    failback: { stable_for: '500ms' },
    // No device is silent for long here, and one that is slow is waited for instead of asked anew.
    relays: { timeout: '3s', audit_interval: '1s', retry: '100ms', retry_max: '400ms' },
  }
  const values = { ...bypassValues, wdogitime: String((watchdogMs / 1000) * slower) }
  const device = (number: number) => ({ watchdog: firmwares[number - 1] ?? {}, values })
  const site: Partial<SiteOptions> = {
    kind: 'bypass',
    relays: firmwares.length,
    gbl4: true,
    address,
    device,
    clock,
  }
  const node = await NodeUnderTest.open(t, overrides, site)
  await node.start()
  await node.untilStatus(
    'the server has the lines',
    ({ role, phase }) => role === 'server' && phase === 'steady',
  )
  await until('every relay is there', () => node.modes().every(mode => mode === 1))
  // The next start takes a role that was not stored from what the devices read then, and goes on with a move.
  const moves = (pattern: RegExp) => node.logged(pattern).length
  await until('no move is under way', () => moves(/ failback: /) === moves(/ failback done: /))
  const state = join(node.files.stateDirectory, 'state.json')
  await until('the role is stored', async () =>
    /"adopting": *false/.test(await readFile(state, 'utf8').catch(() => '')),
  )
  const untilBypassed = async (end: () => unknown) => {
    const at = performance.now()
    clock.runAt(slower)
    await end()
    await until('every device has bypassed', () => node.modes().every(mode => mode === 0), inTimeMs)
    assert.ok(performance.now() - at <= inTimeMs)
    clock.runAt(1)
  }
  return { node, untilBypassed }
}

// A busy machine may take a while for half a hundred devices.
const busyMs = 10_000
const inTimeMs = watchdogMs + kickMs + busyMs

/** As the two extremes, and between. */
const firmwares = ['once,kick,mode,wdog,reads1', 'holds,reads0', 'holds,wdog,reads2']

describe('One server in front of a PBX', () => {
  for (const [index, firmware] of firmwares.entries())
    it(`bypasses when the server dies and when the daemon does, and returns: ${firmware}`, async t => {
      const watchdog = parseWatchdog(firmware) ?? {}
      const { node, untilBypassed } = await bypass(t, [watchdog, watchdog], `127.0.9${index + 1}.1`)
      const before = node.lines.length
      const since = (pattern: RegExp) => node.lines.slice(before).filter(line => pattern.test(line))
      await node.steer('master dead')
      await until('the PBX has the lines', () => node.modes().every(mode => mode === 0))
      assert.equal(since(/^\S+ warning bypass: lines bypassed to the PBX: /).length, 1)
      await node.steer('master alive')
      await until('the server has them again', () => node.modes().every(mode => mode === 1))
      assert.equal(since(/ failback: lines through the server: /).length, 1)

      await untilBypassed(() => node.kill('SIGKILL'))
      await node.start()
      await until('the server has them once more', () => node.modes().every(mode => mode === 1))
      const { role, relays } = await node.untilStatus('all are read', status =>
        status.relays.every(relay => relay.confirmed && relay.wdog === 1),
      )
      assert.deepEqual([role, relays.length], ['server', 2])
    })

  const ends: Readonly<Record<string, (node: NodeUnderTest) => unknown>> = {
    'is killed': node => node.kill('SIGKILL'),
    'is stopped': node => node.kill('SIGTERM'),
    hangs: node => node.daemon?.kill('SIGSTOP'),
  }
  for (const [index, [how, end]] of Object.entries(ends).entries())
    it(`is bypassed by every firmware when the daemon ${how}, and gets the lines back from each`, async t => {
      const { node, untilBypassed } = await bypass(t, everyWatchdog(), `127.0.9${index + 4}.1`)
      await untilBypassed(() => end(node))
      if (how === 'hangs') node.daemon?.kill('SIGCONT')
      else await node.start()
      await until('the server has every line again', () => node.modes().every(mode => mode === 1))
      await node.untilLine(/ error watchdog: fos\d+ tripped: lines bypassed to the PBX/)
      await node.untilStatus('all are kicked again', status =>
        status.relays.every(relay => relay.confirmed && relay.wdog === 1),
      )
    })

  it('gives the lines to the server at once where that is ordered, although the trip was not read before', async t => {
    const { node, untilBypassed } = await bypass(t, [{}, {}], '127.0.97.1')
    await untilBypassed(() => node.kill('SIGKILL'))
    await node.steer('relay all hang')
    // What is not undone by the order waits for so long.
    await node.configure({ failback: { stable_for: '1h' } })
    await node.start()
    const reply = await node.ask({ command: 'force', role: 'server', forMs: null, reason: '' })
    assert.ok(reply.outcome === 'answered' && !reply.reply.ok, 'no device has answered yet')
    const before = node.lines.length
    await node.steer('relay all sound')
    await until('the server has the lines', () => node.modes().every(mode => mode === 1))
    await node.untilStatus('all are read back', ({ relays }) =>
      relays.every(({ confirmed, wdog }) => confirmed && wdog === 1),
    )
    const since = node.lines.slice(before).filter(line => / (?:watchdog|forced): /.test(line))
    assert.match(
      since.join('\n'),
      / error watchdog: fos\d tripped: .*\n.* forced: lines through the server: the watchdog of fos\d tripped/,
    )
  })
})
