import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { modeOf, type SimulatedDevice } from '../../src/simulator/simulated-device.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

/** Two lines on one bero*fos: sockets 1 and 2 go to the provider, sockets 3 and 4 to the PBX. */
const lines = [1, 2] as const

/** What is plugged into each of the sixteen sockets; C stays empty. */
const cabling: Readonly<Record<string, string>> = {
  ...{ A1: 'provider 1', A2: 'provider 2', A3: 'PBX 1', A4: 'PBX 2' },
  ...{ B1: 'master CPE 1', B2: 'master CPE 2', B3: 'master NET 1', B4: 'master NET 2' },
  ...{ D1: 'slave CPE 1', D2: 'slave CPE 2', D3: 'slave NET 1', D4: 'slave NET 2' },
}

/** Whom scenario 0 joins with a socket of A. */
function joinedWith(device: SimulatedDevice, socket: number): string | undefined {
  assert.equal(device.values.get('scenario'), '0')
  return cabling[`${device.unplugged || modeOf(device) === 0 ? 'D' : 'B'}${socket}`]
}

/** The way of a call over each line, from the provider to the PBX. */
function callsOf(device: SimulatedDevice): string[] {
  return lines.map(line => {
    const ends = [`provider ${line}`, joinedWith(device, line), joinedWith(device, line + 2), `PBX ${line}`]
    return ends.join(' > ')
  })
}

const through = (server: string) =>
  lines.map(line => `provider ${line} > ${server} CPE ${line} > ${server} NET ${line} > PBX ${line}`)

async function site(t: TestContext) {
  const device = () => ({ values: { wdog: '0', wdogdef: '0', scenario: '0', mode: '1', modedef: '1' } })
  const node = await NodeUnderTest.open(t, {}, { relays: 1, device })
  const [fos1] = node.site.relays
  if (!fos1) assert.fail('no berofos')
  const untilCalls = (server: string) =>
    until(`calls through the ${server}`, () => callsOf(fos1.device).join() === through(server).join())
  await node.startSteady()
  return { node, fos1, untilCalls }
}

describe('Two servers in front of a PBX', () => {
  it('carry both lines through one of them, before the master dies, after it, and when it is back', async t => {
    const { node, fos1, untilCalls } = await site(t)
    assert.deepEqual(callsOf(fos1.device), through('master'))
    await node.steer('master dead')
    await untilCalls('slave')
    await node.untilStatus('the slave has them', s => s.role === 'slave' && s.relays.every(r => r.confirmed))
    await node.steer('master alive')
    await untilCalls('master')
    await node.untilStatus(
      'the master has them',
      s => s.role === 'master' && s.relays.every(r => r.confirmed),
    )
    assert.equal(fos1.device.changes.length, 2, 'all four sockets move with one write')
    assert.equal(node.logged(/ failover: lines to the slave: /).length, 1)
    assert.equal(node.logged(/ failback: lines to the master: /).length, 1)
  })

  it('carry both lines through the slave while the bero*fos has no power, and through the master afterwards', async t => {
    const { node, fos1, untilCalls } = await site(t)
    await node.steer('relay 1 unplug')
    assert.deepEqual(callsOf(fos1.device), through('slave'))
    await node.steer('relay 1 plug')
    await untilCalls('master')
    await node.untilStatus('it is confirmed', s => s.role === 'master' && s.relays.every(r => r.confirmed))
  })

  it('go on as they are when the daemon on the slave is killed', async t => {
    const { node, fos1 } = await site(t)
    await node.kill('SIGKILL')
    await node.start()
    await node.untilStatus('it is read', s => s.role === 'master' && s.relays.every(r => r.confirmed))
    assert.deepEqual([callsOf(fos1.device), fos1.device.changes], [through('master'), []])
  })
})
