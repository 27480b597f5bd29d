import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { eventually } from '../../helpers/until.ts'
import type { Slave } from '../helpers/slave.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

const program = '/usr/sbin/xivo-manage-slave-services'
const record = '/var/tmp/slave-services'

/** Stands for XiVO's own, which only root may run. Writes down who called it, how, and when (seconds since boot). */
const played = `#!/bin/sh
read -r now _ </proc/uptime
echo "$(id -un) $1 $now" >>${record}
`

/** What has to be root's on a slave, from a sandbox in which nobody becomes root. */
export function hooked(slave: ThisSlave): void {
  behaviour(
    'has what only root may do done by units of their own, which its hooks start',
    slave,
    async node => {
      await installServices(node)
      const start = 'systemctl --no-ask-password start'
      await node.begin({
        hooks: {
          before_slave: `${start} slave-services-start.service`,
          before_master: `${start} slave-services-stop.service`,
        },
      })
      await node.failOver()
      await node.network.restore('master')
      await eventually('all lines at the master', () => node.relays.allAt(1))
      const calls = (await node.container.read(record)).trim().split('\n').map(callOf)
      assert.deepEqual(
        calls.map(({ user, word }) => `${user} ${word}`),
        ['root start', 'root stop'],
      )
      const changes = await node.relays.changes()
      const firstMs = (mode: 0 | 1) => changes.find(change => change.mode === mode)?.atMs ?? 0
      assert.ok((calls[0]?.atMs ?? Infinity) <= firstMs(0))
      assert.ok((calls[1]?.atMs ?? Infinity) <= firstMs(1))
    },
  )

  behaviour('lets its user start these units and no others', slave, async node => {
    const as = (unit: string) =>
      node.run(['runuser', '--user', 'berofosd', '--', 'systemctl', '--no-ask-password', 'start', unit])
    assert.equal((await as('slave-services-start.service')).status, 0)
    assert.notEqual((await as('rsyslog.service')).status, 0)
    assert.notEqual((await node.run(['runuser', '--user', 'berofosd', '--', program, 'stop'])).status, 0)
  })
}

async function installServices(node: Slave): Promise<void> {
  await node.container.write(program, played, 0o700)
  for (const word of ['start', 'stop'])
    await node.container.write(
      `/etc/systemd/system/slave-services-${word}.service`,
      `[Service]\nType=oneshot\nExecStart=${program} ${word}\n`,
    )
  await node.container.write('/etc/polkit-1/rules.d/50-berofosd.rules', await documentedRule())
  await node.must(['systemctl', 'daemon-reload'])
  await node.must(['systemctl', 'restart', 'polkit'])
}

/** The rule of the documentation, for the units of this test. */
async function documentedRule(): Promise<string> {
  const page = await readFile('docs/migration.md', 'utf8')
  const rule = /```js\n([\s\S]*?polkit\.addRule[\s\S]*?)```/.exec(page)?.[1] ?? ''
  const units = "'slave-services-start.service', 'slave-services-stop.service'"
  const adapted = rule.replace(/units = \[[^\]]*\]/, `units = [${units}]`)
  assert.notEqual(adapted, rule, 'docs/migration.md has no polkit rule with a list of units')
  return adapted
}

function callOf(line: string) {
  const [user = '', word = '', seconds = ''] = line.split(' ')
  return { user, word, atMs: Number(seconds) * 1000 }
}
