import assert from 'node:assert/strict'
import type { Outcome } from '../helpers/command.ts'
import type { Slave } from '../helpers/slave.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

/** Who may order it about. */
export function ordered(slave: ThisSlave): void {
  behaviour(
    'obeys members of the group berofosd-operator, who can not read the logins',
    slave,
    async node => {
      await node.begin()
      await node.must(['useradd', '--groups', 'berofosd-operator', 'duty'])
      assert.equal((await as(node, 'duty', 'status')).status, 0)
      assert.equal((await as(node, 'duty', '--force', 'slave')).status, 0)
      assert.ok(await node.relays.allAt(0))
      const read = await node.run(['runuser', '--user', 'duty', '--', 'cat', '/etc/bnfos.conf'])
      assert.notEqual(read.status, 0)
    },
  )

  behaviour('tells others how it is and obeys them in nothing', slave, async node => {
    await node.begin()
    await node.must(['useradd', 'stranger'])
    assert.equal((await as(node, 'stranger', 'status')).status, 0)
    for (const words of [['--force', 'slave'], ['pause']]) {
      const { status, stdout, stderr } = await as(node, 'stranger', ...words)
      assert.equal(status, 1)
      assert.match(stderr, /permission denied/)
      assert.equal(stdout, '')
    }
    assert.equal(await node.relays.moves(), 0)
    assert.equal((await node.status()).automatic, true)
  })
}

function as(node: Slave, user: string, ...words: readonly string[]): Promise<Outcome> {
  return node.run(['runuser', '--user', user, '--', 'berofosd', ...words])
}
