import assert from 'node:assert/strict'
import type { Slave } from '../helpers/slave.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

const dropIns = '/etc/systemd/system/berofosd.service.d'
const dropIn = `${dropIns}/test.conf`

/** What `berofosd doctor` says of the service, in the states that a real systemd has. */
export function diagnosed(slave: ThisSlave): void {
  behaviour(
    'has a doctor who finds nothing wrong with a service that is enabled and runs',
    slave,
    async node => {
      await node.begin()
      assert.equal(await serviceOf(node), '')
    },
  )

  behaviour(
    'has a doctor who tells a service that is disabled, masked, changed or failed',
    slave,
    async (node, t) => {
      t.after(() => recover(node))
      await node.must(['systemctl', 'disable', 'berofosd'])
      assert.match(await serviceOf(node), /service disabled, needed: enabled/)
      await node.must(['systemctl', 'enable', 'berofosd'])

      await node.must(['mkdir', '-p', dropIns])
      await node.container.write(dropIn, '[Service]\nExecStart=\nExecStart=/bin/false\nRestart=no\n')
      await node.must(['systemctl', 'daemon-reload'])
      await node.run(['systemctl', 'restart', 'berofosd'])
      assert.match(await serviceOf(node), /service failed, needed: active/)

      await node.container.write(dropIn, '[Unit]\nConditionPathExists=/nowhere\n')
      assert.match(await serviceOf(node), /service changed, needed: read again/)
      await node.must([
        'sh',
        '-c',
        'systemctl daemon-reload; systemctl reset-failed; systemctl start berofosd',
      ])
      assert.match(await serviceOf(node), /service inactive, needed: active\n +a condition of the service/)

      await node.must(['systemctl', 'mask', '--runtime', 'berofosd'])
      assert.match(await serviceOf(node), /service masked, needed: active/)
    },
  )
}

/** What it says of the service; empty: nothing is wrong with it. */
async function serviceOf(node: Slave): Promise<string> {
  const { stdout } = await node.run(['berofosd', 'doctor', 'fos1'])
  const found = stdout.matchAll(/^\S+ +this node: service .*\n(?: +.*\n)*/gm)
  return [...found].join('')
}

async function recover(node: Slave): Promise<void> {
  const undo = ['unmask --runtime berofosd', 'enable berofosd', 'daemon-reload', 'reset-failed']
  await node.must(['sh', '-c', [`rm -r ${dropIns}`, ...undo.map(words => `systemctl ${words}`)].join('; ')])
}
