import assert from 'node:assert/strict'
import { eventually } from '../helpers/eventually.ts'
import type { Slave } from '../helpers/slave.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

const rounds = 12
const orders = 40

/**
 * A line's way into the file: the daemon → /dev/log, a socket that systemd holds for journald → journald → the socket
 * /run/systemd/journal/syslog, which systemd holds for rsyslog. Both sockets stay open while their reader restarts.
 */
export function loggingOn(slave: ThisSlave): void {
  behaviour(
    'loses no line from the file when journald and rsyslog restart under load',
    slave,
    async (node, t) => {
      await node.begin()
      const log = await node.listen()
      let busy = true
      const restarting = restartLoggers(node, () => busy)
      const forced = await forceToAndFro(node, restarting.least)
      busy = false
      await restarting.done
      const changes = await node.relays.changes()
      await eventually('every switch is in the file', async () => {
        return countOf(await log.syslog(), /^switched /) >= changes.length
      }).catch(() => {})
      const lines = await log.syslog()
      t.diagnostic(`${lines.length} lines in ${restarting.count()} restarts of each`)
      assert.equal(countOf(lines, /^forced: /), forced)
      for (const name of new Set(changes.map(({ relay }) => relay))) {
        const moved = changes.filter(({ relay }) => relay === name).map(({ mode }) => `mode=${mode}`)
        assert.deepEqual(switchesOf(lines, name), moved, name)
      }
    },
  )
}

/** Restarts both again and again; `least` resolves after enough rounds. */
function restartLoggers(node: Slave, goesOn: () => boolean) {
  let count = 0
  let enough = () => {}
  const least = new Promise<void>(resolve => {
    enough = resolve
  })
  const loop = async () => {
    while (goesOn()) {
      // By hand so often, systemd would refuse.
      await node.must(['systemctl', 'reset-failed'])
      await node.must(['systemctl', 'restart', 'rsyslog'])
      await node.must(['systemctl', 'restart', 'systemd-journald'])
      if (++count === rounds) enough()
    }
  }
  const done = loop()
  return { least: Promise.race([least, done]), done, count: () => count }
}

/** Orders the lines to and fro until there were enough orders and enough restarts. Returns how many orders. */
async function forceToAndFro(node: Slave, least: Promise<void>): Promise<number> {
  let enough = false
  void least.then(
    () => {
      enough = true
    },
    () => {
      enough = true
    },
  )
  for (let number = 1; ; number++) {
    const role = number % 2 === 1 ? 'slave' : 'master'
    const reply = await node.order({ command: 'force', role, forMs: null, reason: `order ${number}` })
    assert.ok(reply.ok, JSON.stringify(reply))
    if (enough && number >= orders) return number
  }
}

function switchesOf(lines: readonly string[], name: string): string[] {
  return lines.flatMap(line => new RegExp(`^switched ${name} to (mode=\\d) `).exec(line)?.[1] ?? [])
}

function countOf(lines: readonly string[], pattern: RegExp): number {
  return lines.filter(line => pattern.test(line)).length
}
