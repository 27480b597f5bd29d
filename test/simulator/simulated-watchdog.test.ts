import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  createSimulatedDevice,
  modeOf,
  rebootDevice,
  unplugDevice,
} from '../../src/simulator/simulated-device.ts'
import { renderConfigPage, takeWrite } from '../../src/simulator/simulated-device-pages.ts'
import { kickWatchdog, settleWatchdog } from '../../src/simulator/simulated-watchdog.ts'
import { everyWatchdog, parseWatchdog, type WatchdogFirmware } from '../../src/simulator/watchdog-firmware.ts'

/** A device of a bypass site, at the server and counting, with an interval of 10 s. */
function device(watchdog: Partial<WatchdogFirmware> = {}, values: Readonly<Record<string, string>> = {}) {
  const own = { scenario: '1', wdog: '1', wdogdef: '1', wdogstate: '1', wdogitime: '10', modedef: '0' }
  const made = createSimulatedDevice({ watchdog, values: { ...own, ...values } })
  kickWatchdog(made, 0)
  return made
}
type Device = ReturnType<typeof device>
const trip = (at: Device) => {
  settleWatchdog(at, 10_000)
  assert.equal(modeOf(at), 0)
}
const page = (at: Device, key: string) =>
  new RegExp(`^${key}=(.*)\r$`, 'm').exec(renderConfigPage(at, 11_000))?.[1]

describe('a watchdog that has tripped', () => {
  for (const shows of ['0', '1', '2'] as const)
    test(`reads wdog=${shows} and the state 2`, () => {
      const at = device({ shows })
      trip(at)
      assert.deepEqual([page(at, '6_wen'), page(at, '6_wstate'), page(at, '0_wretv')], [shows, '2', '0'])
    })
  test('lets the mode be written where a trip acts once', () => {
    const at = device({ trip: 'once' })
    trip(at)
    takeWrite(at, 'cmd=4&mode=1', 11_000)
    assert.equal(modeOf(at), 1)
    assert.equal(page(at, '6_wstate'), '2')
  })
  test('keeps the lines where a trip holds, until it is cleared', () => {
    const at = device({ trip: 'holds' })
    trip(at)
    takeWrite(at, 'cmd=4&mode=1', 11_000)
    assert.equal(modeOf(at), 0)
    takeWrite(at, 'cmd=6&wstate=1', 11_000)
    takeWrite(at, 'cmd=4&mode=1', 11_000)
    assert.equal(modeOf(at), 1)
  })
  test('is armed again by a kick on some firmware, and on another not', () => {
    for (const [kick, state] of [
      ['clears', '1'],
      ['nothing', '2'],
    ] as const) {
      const at = device({ kick })
      trip(at)
      kickWatchdog(at, 11_000)
      assert.equal(page(at, '6_wstate'), state)
    }
  })
  test('is cleared by a write of the mode on some firmware, which then counts again', () => {
    const at = device({ trip: 'holds', mode: 'clears' })
    trip(at)
    takeWrite(at, 'cmd=4&mode=1', 11_000)
    assert.equal(modeOf(at), 1)
    settleWatchdog(at, 20_999)
    assert.equal(modeOf(at), 1)
    settleWatchdog(at, 21_000)
    assert.equal(modeOf(at), 0)
  })
})

test('without power A and D are joined and nothing counts, whatever the boot mode', () => {
  const at = device({}, { modedef: '1' })
  unplugDevice(at, 1000)
  settleWatchdog(at, 60_000)
  assert.deepEqual(at.changes, [{ mode: 0, atMono: 1000, by: 'power' }])
})

for (const modedef of ['0', '1'] as const)
  test(`with power again it takes modedef=${modedef}, and its watchdog counts from then on`, () => {
    const at = device({}, { modedef })
    unplugDevice(at, 1000)
    rebootDevice(at, 60_000)
    assert.equal(modeOf(at), Number(modedef))
    settleWatchdog(at, 69_999)
    assert.equal(at.values.get('wdogstate'), '1')
    settleWatchdog(at, 70_000)
    assert.equal(at.values.get('wdogstate'), '2')
  })

test('every firmware that is plausible can be named in words', () => {
  const words = ({ trip, kick, mode, wdog, shows }: WatchdogFirmware) =>
    [
      trip,
      ...Object.entries({ kick, mode, wdog }).flatMap(([k, v]) => (v === 'clears' ? [k] : [])),
      `reads${shows}`,
    ].join()
  assert.equal(everyWatchdog().length, 48)
  for (const each of everyWatchdog()) assert.deepEqual(parseWatchdog(words(each)), each)
  assert.equal(parseWatchdog('sometimes'), null)
})
