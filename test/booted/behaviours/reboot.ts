import assert from 'node:assert/strict'
import { behaviour, type ThisSlave } from './behaviour.ts'

/** The role outlives the machine's boot. */
export function rebooting(slave: ThisSlave): void {
  behaviour(
    'keeps its role over a reboot in the middle of a failover, and ends it after',
    slave,
    async node => {
      await node.begin()
      await node.relays.steer('relay 2 hang')
      await node.network.cut('master')
      await node.until('a failover under way', ({ role, relays }) => {
        return (
          role === 'slave' && relays.filter(({ confirmed }) => confirmed).length === node.relays.count - 1
        )
      })
      await node.container.reboot()
      await node.until('the role of before', ({ role }) => role === 'slave')
      await node.relays.steer('relay 2 none')
      await node.untilRole('slave')
      const changes = await node.relays.changes()
      assert.deepEqual(
        changes.map(({ mode }) => mode),
        Array(node.relays.count).fill(0),
      )
    },
  )
}
