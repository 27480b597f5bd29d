import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { eventually } from '../../helpers/until.ts'
import type { Slave } from '../helpers/slave.ts'
import type { Sections } from '../helpers/slave-conf.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'
import { tellDaemon, untilReplaced } from './replaced.ts'

const port = 5060
const kickS = 1
/** Longer than an upgrade leaves the devices alone, on a busy machine too. */
const watchdogS = 20
/** For what moves half a dozen relays, and for a machine that is busy. */
const slackMs = 5000

/** The same node as one server in front of a PBX, whose telephony is a unit of its own. */
const sections: Sections = {
  ...{ master: null, isolation: null, 'check.ping': null },
  site: { kind: 'bypass' },
  'check.telephony': { type: 'tcp', port, interval: '200ms', timeout: '400ms', fall: 5, rise: 3 },
  bypass: { kick: `${kickS}s`, watchdog: `${watchdogS}s` },
}

/** One server in front of a PBX. */
export function bypassing(slave: ThisSlave): void {
  behaviour(
    'in front of a PBX doctor --fix sets the devices, and the server gets the lines',
    slave,
    async node => {
      await begin(node)
      const { stdout } = await node.run(['berofosd', 'doctor', '-v'])
      assert.match(stdout, new RegExp(`wdogitime +${watchdogS}`))
    },
  )

  behaviour('in front of a PBX the kicks of the service reach the devices', slave, async node => {
    await node.relays.countAnew()
    const overAt = performance.now() + (watchdogS + 2 * kickS) * 1000
    await eventually('the interval is over', () => performance.now() > overAt)
    assert.equal(await node.relays.moves(), 0)
    const { findings } = await node.status()
    assert.deepEqual(
      findings.filter(({ code }) => code === 'watchdog-on'),
      [],
    )
  })

  behaviour(
    'in front of a PBX telephony that is stopped is bypassed, and gets the lines back',
    slave,
    async node => {
      await node.must(['systemctl', 'stop', 'telephony'])
      await untilModes(node, 0, 200 + 4 * 400 + 400 + slackMs)
      await startTelephony(node)
      await untilServer(node)
    },
  )

  behaviour('in front of a PBX an upgrade leaves the lines at the server', slave, async node => {
    await node.relays.countAnew()
    // The scripts of the package do the same for the version that is there.
    const file = `/root/${basename(node.packageFile)}`
    await untilReplaced(node, () => node.must(['apt-get', 'install', '--reinstall', '--yes', file], patient))
    await untilServer(node)
    assert.equal(await node.relays.moves(), 0)
  })

  behaviour(
    'in front of a PBX a daemon that hangs is replaced before the devices bypass',
    slave,
    async node => {
      await node.relays.countAnew()
      await untilReplaced(node, () => tellDaemon(node, 'STOP'))
      await untilServer(node)
      assert.equal(await node.relays.moves(), 0)
    },
  )

  behaviour('in front of a PBX the devices bypass when the service is stopped', slave, async node => {
    await node.must(['systemctl', 'stop', 'berofosd'])
    await untilModes(node, 0, (watchdogS + kickS) * 1000 + slackMs)
    await node.must(['systemctl', 'start', 'berofosd'])
    await untilServer(node)
  })

  behaviour('from in front of a PBX doctor --fix sets the devices back for a pair', slave, async node => {
    await node.prepare()
    await node.must(['systemctl', 'stop', 'telephony'])
    await node.run(['berofosd', 'doctor', '--fix', '--yes'])
    await node.must(['systemctl', 'start', 'berofosd'])
    await node.untilSteady()
    assert.deepEqual(
      (await node.status()).relays.map(({ wdog }) => wdog),
      Array(node.relays.count).fill(0),
    )
  })
}

async function begin(node: Slave): Promise<void> {
  await node.prepare(sections)
  await startTelephony(node)
  await node.run(['berofosd', 'doctor', '--fix', '--yes'])
  await node.must(['systemctl', 'start', 'berofosd'])
  await untilServer(node)
}

function startTelephony(node: Slave): Promise<string> {
  const listen = `require('net').createServer(socket => socket.end()).listen(${port}, '127.0.0.1')`
  return node.must(['systemd-run', '--unit=telephony', '--collect', 'node', '-e', listen])
}

function untilServer(node: Slave): Promise<void> {
  return node.until(
    'the server has the lines',
    ({ role, phase, relays }) =>
      role === 'server' &&
      phase === 'steady' &&
      relays.every(({ confirmed, wdog }) => confirmed && wdog === 1),
    60_000,
  )
}

/** By what the devices themselves say. */
function untilModes(node: Slave, mode: 0 | 1, deadlineMs: number): Promise<void> {
  const all = async () => (await node.relays.modes()).every(each => each === mode)
  return eventually(`every device at mode ${mode}`, all, deadlineMs)
}

const patient = { timeoutMs: 180_000 }
