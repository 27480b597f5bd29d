import assert from 'node:assert/strict'
import type { Slave } from '../helpers/slave.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'
import { assertNothingSwitched, tellDaemon, untilReplaced } from './replaced.ts'

/** A machine may be busy with other things; it is not for ever. */
const tries = { least: 3, most: 10 }
const soonMs = 2000

/** Killed, it is no worse than restarted. */
export function crashing(slave: ThisSlave): void {
  behaviour('is back within 2 s of a kill -9, and switches nothing', slave, async (node, t) => {
    await node.begin()
    const backMs: number[] = []
    const isSoon = () => backMs.some(ms => ms <= soonMs)
    while (backMs.length < tries.least || (!isSoon() && backMs.length < tries.most))
      backMs.push(await killed(node))
    t.diagnostic(`back after ${backMs.map(ms => ms.toFixed(0)).join(', ')} ms, 1000 ms of them RestartSec`)
    await assertNothingSwitched(node, 'master', 0)
    assert.ok(isSoon(), `${tries.most} times later than ${soonMs} ms`)
  })

  behaviour('takes up its role again after a kill -9 in the middle of a failover', slave, async node => {
    await node.begin()
    await node.relays.steer('relay 2 hang')
    await node.network.cut('master')
    await node.until('decided', ({ role }) => role === 'slave')
    await untilReplaced(node, () => tellDaemon(node, 'KILL'))
    await node.relays.steer('relay 2 none')
    await assertNothingSwitched(node, 'slave', node.relays.count)
  })
}

/** Milliseconds from the order to kill until systemd was told that it is ready. */
async function killed(node: Slave): Promise<number> {
  const orderedMs = Number(process.hrtime.bigint()) / 1e6
  await untilReplaced(node, () => tellDaemon(node, 'KILL'))
  const { ActiveEnterTimestampMonotonic: readyUs } = await node.unit('ActiveEnterTimestampMonotonic')
  return Number(readyUs) / 1000 - orderedMs
}
