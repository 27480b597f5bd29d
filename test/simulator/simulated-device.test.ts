import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createSimulatedDevice,
  modeOf,
  moveRelay,
  rebootDevice,
} from '../../src/simulator/simulated-device.ts'
import { renderConfigPage, takeWrite } from '../../src/simulator/simulated-device-pages.ts'
import { kickWatchdog, settleWatchdog } from '../../src/simulator/simulated-watchdog.ts'

const shown = (device: ReturnType<typeof createSimulatedDevice>, key: string) =>
  new RegExp(`^${key}=(.*)\r$`, 'm').exec(renderConfigPage(device, 0))?.[1]

test('its page begins with the magic line and prints check boxes as such', () => {
  const device = createSimulatedDevice()
  assert.ok(renderConfigPage(device, 0).startsWith('bnfos_confmap_magic=0.1\r\n'))
  assert.deepEqual(
    ['1_sz', '4_mode', '1_rm', '3_dhcp', '3_pwd', '6_wen', '2_wen'].map(key => shown(device, key)),
    ['0', '1', 'checked', 'checked', '', '0', ''],
  )
})

test('firmware 1.53 leaves the syslog port out and sends keys of its own', () => {
  const device = createSimulatedDevice()
  assert.equal(shown(device, '3_logport'), undefined)
  assert.notEqual(shown(device, '1_szd00'), undefined)
})

test('firmware 1.33 shows the syslog port', () => {
  const device = createSimulatedDevice({ firmware: '1.33' })
  assert.equal(shown(device, '3_logport'), '514')
  assert.equal(shown(device, '1_szd00'), undefined)
})

test('the password is never shown', () => {
  assert.doesNotMatch(
    renderConfigPage(createSimulatedDevice({ values: { apwd: 'hidden' } }), 0),
    /hidden|apwd/,
  )
})

test('a write moves the relay, and only a real move is noted', () => {
  const device = createSimulatedDevice()
  takeWrite(device, 'cmd=4&mode=0', 5)
  takeWrite(device, 'cmd=4&mode=0', 6)
  assert.equal(modeOf(device), 0)
  assert.deepEqual(device.changes, [{ mode: 0, atMono: 5, by: 'http' }])
})

test('a write changes the parameter of its own group only', () => {
  const device = createSimulatedDevice()
  takeWrite(device, 'cmd=1&p0=0', 0)
  assert.deepEqual([shown(device, '1_p0'), shown(device, '5_p0')], ['', '1'])
  takeWrite(device, 'cmd=5&p=1&s=0', 0)
  assert.deepEqual([shown(device, '5_p0'), shown(device, '5_p1')], ['1', '0'])
})

test('a value is percent-decoded, a plus stays one', () => {
  const device = createSimulatedDevice()
  takeWrite(device, 'cmd=2&mto=a%20b+c%C3%BC', 0)
  assert.equal(device.values.get('smtpto'), 'a b+cü')
})

test('nonsense is passed over', () => {
  const device = createSimulatedDevice()
  const before = renderConfigPage(device, 0)
  for (const query of ['', 'cmd=4&mode=banana', 'cmd=9&mode=0', 'mode=0', 'cmd=4', 'cmd=%zz'])
    takeWrite(device, query, 0)
  assert.equal(renderConfigPage(device, 0), before)
})

test('firmware 1.33 clears the check boxes that a write to their group leaves out', () => {
  const values = { dhcp: '1', syslog: '1', hostname: 'fos1' }
  const old = createSimulatedDevice({ firmware: '1.33', values })
  takeWrite(old, 'cmd=3&pwd=1', 0)
  assert.deepEqual(
    ['pwd', 'dhcp', 'syslog', 'hostname'].map(keyword => old.values.get(keyword)),
    ['1', '0', '0', 'fos1'],
  )
})

test('firmware 1.53 leaves them alone', () => {
  const device = createSimulatedDevice({ values: { dhcp: '1' } })
  takeWrite(device, 'cmd=3&pwd=1', 0)
  assert.equal(device.values.get('dhcp'), '1')
})

test('a reboot takes everything that is set for the boot', () => {
  const device = createSimulatedDevice({ values: { modedef: '0', power1def: '0', wdogdef: '1' } })
  rebootDevice(device, 7)
  assert.deepEqual(device.changes, [{ mode: 0, atMono: 7, by: 'reboot' }])
  assert.deepEqual([device.values.get('power1'), device.values.get('wdog')], ['0', '1'])
})

test('a watchdog that is not kicked moves the lines to D when its interval is over', () => {
  const device = createSimulatedDevice({ values: { wdogitime: '60' } })
  takeWrite(device, 'cmd=6&wen=1', 1000)
  kickWatchdog(device, 31_000)
  settleWatchdog(device, 90_999)
  assert.equal(modeOf(device), 1)
  settleWatchdog(device, 95_000)
  assert.deepEqual(device.changes, [{ mode: 0, atMono: 91_000, by: 'watchdog' }])
  assert.equal(device.values.get('wdogstate'), '2')
  assert.match(renderConfigPage(device, 95_000), /^6_wen=2\r\n6_wstate=2\r$|^6_wen=2\r$/m)
  takeWrite(device, 'cmd=6&wstate=0', 96_000)
  assert.deepEqual([device.values.get('wdog'), device.values.get('wdogstate')], ['0', '0'])
})

test('the watchdog is one switch by two names, and counts down while it is on', () => {
  const device = createSimulatedDevice({ values: { wdogitime: '60' } })
  takeWrite(device, 'cmd=6&wstate=1', 1000)
  const page = renderConfigPage(device, 21_000)
  for (const row of ['6_wen=1', '6_wstate=1', '0_wretv=40']) assert.ok(page.includes(`${row}\r\n`), row)
})

test('a watchdog that is on from the start counts from the first look at the device', () => {
  const device = createSimulatedDevice({ values: { wdog: '1', wdogstate: '1', wdogitime: '60' } })
  settleWatchdog(device, 1e9)
  settleWatchdog(device, 1e9 + 59_999)
  assert.equal(modeOf(device), 1)
  settleWatchdog(device, 1e9 + 60_000)
  assert.equal(modeOf(device), 0)
})

test('a watchdog that is off moves nothing', () => {
  const device = createSimulatedDevice()
  settleWatchdog(device, 1e9)
  assert.equal(modeOf(device), 1)
})

test('its memory of moves is bounded', () => {
  const device = createSimulatedDevice()
  for (let moves = 0; moves < 10_050; moves++) moveRelay(device, moves % 2 === 0 ? 0 : 1, moves, 'hand')
  assert.equal(device.changes.length, 10_000)
  assert.equal(device.changes.at(-1)?.atMono, 10_049)
})
