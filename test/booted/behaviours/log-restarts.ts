import assert from 'node:assert/strict'
import type { Slave } from '../helpers/slave.ts'
import { assertAllLogged } from '../helpers/slave-lines.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

/**
 * A line's way into the file: the daemon → /dev/log, a socket that systemd holds for journald → journald → the socket
 * /run/systemd/journal/syslog, which systemd holds for rsyslog. Both sockets stay open while their reader restarts, and
 * hold 512 datagrams each (net.unix.max_dgram_qlen). What the first one refuses, the daemon keeps and sends again; what
 * the second one refuses, journald drops.
 */
export function loggingOn(slave: ThisSlave): void {
  behaviour(
    'loses no line from the file when journald and rsyslog restart under load',
    slave,
    async (node, t) => {
      await node.begin()
      const log = await node.listen()
      const orders = new Orders(node)
      for (let round = 1; round <= rounds; round++) {
        // By hand so often, systemd would refuse.
        await node.must(['systemctl', 'reset-failed'])
        await orders.goOnDuring(() => node.must(['systemctl', 'restart', 'rsyslog']))
        await orders.goOnDuring(() => node.must(['systemctl', 'restart', 'systemd-journald']))
      }
      await orders.carryOut(1)
      const changes = await node.relays.changes()
      t.diagnostic(`${changes.length} switches during ${rounds} restarts of each`)
      await assertAllLogged(log, { orders: orders.count, changes })
    },
  )

  behaviour(
    'loses no line from the file when journald reads none for longer than its queue',
    slave,
    async node => {
      await node.begin()
      const log = await node.listen()
      const orders = new Orders(node)
      await signalJournald(node, 'STOP')
      try {
        await orders.carryOut(Math.ceil((1.2 * queuedDatagrams) / node.relays.count))
      } finally {
        await signalJournald(node, 'CONT')
      }
      const changes = await node.relays.changes()
      assert.ok(changes.length > queuedDatagrams)
      await assertAllLogged(log, { orders: orders.count, changes })
    },
  )
}

const rounds = 10
const queuedDatagrams = 512

/** Orders the lines to the other server, again and again. */
class Orders {
  count = 0

  constructor(private readonly node: Slave) {}

  async carryOut(times: number): Promise<void> {
    for (let left = times; left > 0; left--) {
      const role = this.count % 2 === 0 ? 'slave' : 'master'
      const order = { command: 'force', role, forMs: null, reason: `order ${this.count}` }
      const reply = await this.node.order(order)
      assert.ok(reply.ok, JSON.stringify(reply))
      this.count++
    }
  }

  /** Until the action is over. */
  async goOnDuring(action: () => Promise<unknown>): Promise<void> {
    let over = false
    const acting = action().finally(() => {
      over = true
    })
    while (!over) await this.carryOut(1)
    await acting
  }
}

function signalJournald(node: Slave, signal: 'STOP' | 'CONT'): Promise<string> {
  return node.must(['systemctl', 'kill', '--kill-whom=main', `--signal=${signal}`, 'systemd-journald'])
}
