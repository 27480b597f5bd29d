import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import type { Slave } from '../helpers/slave.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'
import { assertNothingSwitched, tellDaemon, untilReplaced } from './replaced.ts'

const tries = 3
const soonMs = 2000

/** Killed, it is no worse than restarted; restarted, it has lost nothing. */
export function crashing(slave: ThisSlave): void {
  behaviour('is back within 2 s of a kill -9, and switches nothing', slave, async (node, t) => {
    await node.begin()
    const times: Times[] = []
    while (times.length < tries) times.push(await killed(node))
    const told = times.map(({ backMs, waitedMs }) => `${backMs.toFixed(0)} (${waitedMs.toFixed(0)})`)
    t.diagnostic(
      `back after so many ms, 500 of them RestartSec (waiting for a processor): ${told.join(', ')}`,
    )
    await assertNothingSwitched(node, 'master', 0)
    const fastestMs = Math.min(...times.map(({ backMs, waitedMs }) => backMs - waitedMs))
    assert.ok(fastestMs <= soonMs, `${fastestMs} ms on a processor of its own`)
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

  behaviour('has an order after a restart that it could only save in memory', slave, async node => {
    await node.begin()
    const { stdout: saved } = await node.run(['cat', stateFile])
    // Its directory is somebody else's: it can save nothing there. The restart gives it back.
    await node.must(['chown', 'root:root', dirname(stateFile)])
    await node.order({ command: 'force', role: 'slave', forMs: null, reason: 'works' })
    await node.untilRole('slave')
    assert.equal((await node.run(['cat', stateFile])).stdout, saved)
    await untilReplaced(node, () => node.must(['systemctl', 'restart', 'berofosd']))
    await assertNothingSwitched(node, 'slave', node.relays.count)
    assert.equal((await node.status()).override?.reason, 'works')
  })
}

const stateFile = '/var/lib/berofosd/state.json'

interface Times {
  /** From the order to kill until systemd was told that it is ready. */
  readonly backMs: number
  /** Of that, ready to run but without a processor, which others of a busy machine had. */
  readonly waitedMs: number
}

async function killed(node: Slave): Promise<Times> {
  const orderedMs = Number(process.hrtime.bigint()) / 1e6
  await untilReplaced(node, () => tellDaemon(node, 'KILL'))
  const { ActiveEnterTimestampMonotonic, MainPID } = await node.unit(
    'ActiveEnterTimestampMonotonic',
    'MainPID',
  )
  // Documentation/scheduler/sched-stats.rst of Linux: on a processor, waiting for one, in nanoseconds.
  const [, waitedNs] = (await node.container.read(`/proc/${MainPID}/schedstat`)).split(' ')
  return {
    backMs: Number(ActiveEnterTimestampMonotonic) / 1000 - orderedMs,
    waitedMs: Number(waitedNs) / 1e6,
  }
}
