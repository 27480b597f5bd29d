import assert from 'node:assert/strict'
import type { Status } from '../../../src/status/status-json.ts'
import { eventually } from '../../helpers/until.ts'
import { slaveConf } from '../helpers/slave-conf.ts'
import type { SlaveLog } from '../helpers/slave-log.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

const conf = '/etc/berofosd.conf'
const exitConfig = '78'

/** What changes when its files do. */
export function configured(slave: ThisSlave): void {
  behaviour('takes up a good file with a reload, in the same process', slave, async node => {
    await node.begin()
    const { pid } = await node.status()
    await node.container.write(conf, slaveConf({ 'check.ping': { rise: 7 } }))
    await node.must(['systemctl', 'reload', 'berofosd'])
    await node.until('the new file in force', status => neededOf(status) === 7)
    await node.untilSteady()
    assert.equal((await node.status()).pid, pid)
    assert.equal(await node.relays.moves(), 0)
  })

  behaviour(
    'fails a reload that finds a bad file, says where, and keeps the old one in force',
    slave,
    async node => {
      await node.begin()
      const log = await node.listen()
      await node.container.write(conf, slaveConf({ 'check.ping': { rise: 'many' } }))
      assert.notEqual((await node.run(['systemctl', 'reload', 'berofosd'])).status, 0)
      assert.equal((await node.unit('ActiveState')).ActiveState, 'active')
      await untilLogged(log, /the old configuration stays in force/)
      const texts = (await log.journal()).map(({ text }) => text)
      assert.ok(
        texts.some(text => /^\/etc\/berofosd\.conf:\d+: \[check\.ping\] rise: /.test(text)),
        texts.join('\n'),
      )
      await node.untilSteady()
      assert.equal(neededOf(await node.status()), 3)
      assert.equal(await node.relays.moves(), 0)
    },
  )

  behaviour('shows its status page where a reload puts it, within the sandbox', slave, async node => {
    await node.begin()
    await node.container.write(conf, slaveConf({ http: { listen: '127.0.0.1:9427' } }))
    await node.must(['systemctl', 'reload', 'berofosd'])
    const ask = [
      'bash',
      '-c',
      `exec 3<>/dev/tcp/127.0.0.1/9427; printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`,
    ]
    await eventually('the page', async () =>
      /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nlines at the master/s.test((await node.run(ask)).stdout),
    )
    assert.equal(await node.relays.moves(), 0)
  })

  behaviour('ends with 78 when a start finds an error, and is not started again', slave, async node => {
    await node.prepare()
    await node.container.write(conf, slaveConf({ 'check.ping': { rise: 'many' } }))
    const { status } = await node.run(['systemctl', 'start', 'berofosd'])
    assert.notEqual(status, 0)
    const unit = await node.unit('ActiveState', 'SubState', 'ExecMainStatus', 'NRestarts')
    const expected = { ActiveState: 'failed', SubState: 'failed', ExecMainStatus: exitConfig, NRestarts: '0' }
    assert.deepEqual(unit, expected)
  })

  behaviour('is idle without bnfos.conf, takes up work when it appears, and lets go', slave, async node => {
    await node.prepare()
    await node.must(['rm', '/etc/bnfos.conf'])
    await node.must(['systemctl', 'start', 'berofosd'])
    await node.until('idle', ({ phase }) => phase === 'unconfigured')
    await node.configure()
    await node.must(['systemctl', 'reload', 'berofosd'])
    await node.untilSteady()
    await node.must(['rm', '/etc/bnfos.conf'])
    await node.must(['systemctl', 'reload', 'berofosd'])
    await node.until('idle again', ({ phase, relays }) => phase === 'unconfigured' && relays.length === 0)
    assert.equal(await node.relays.moves(), 0)
  })
}

function neededOf(status: Status): number | undefined {
  return status.master.checks.find(({ name }) => name === 'ping')?.needed
}

function untilLogged(log: SlaveLog, pattern: RegExp): Promise<void> {
  return eventually(`a line like ${pattern}`, async () =>
    (await log.journal()).some(({ text }) => pattern.test(text)),
  )
}
