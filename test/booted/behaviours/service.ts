import assert from 'node:assert/strict'
import { behaviour, type ThisSlave } from './behaviour.ts'

/** Under the unit's restrictions, with its times. */
export function serving(slave: ThisSlave): void {
  behaviour('pings under the restrictions of its unit', slave, async node => {
    await node.begin()
    const { MainPID } = await node.unit('MainPID')
    const status = await node.container.read(`/proc/${MainPID}/status`)
    assert.match(status, /^NoNewPrivs:\t1$/m)
    assert.doesNotMatch(status, /^Uid:\t0\t/m)
    const check = (await node.status()).master.checks.find(({ type }) => type === 'ping')
    assert.equal(check?.verdict, 'up')
    assert.match(check?.last?.detail ?? '', /reply from/)
  })

  behaviour('is exposed at 1.6 or lower by the judgement of systemd-analyze', slave, async (node, t) => {
    const { stdout } = await node.run(['systemd-analyze', 'security', '--no-pager', 'berofosd.service'])
    const level = /Overall exposure level for berofosd\.service: ([\d.]+)/.exec(stdout)?.[1]
    t.diagnostic(`exposure level ${level}`)
    assert.ok(Number(level) <= 1.6, stdout)
  })

  behaviour('is ready soon after a start, and gone soon after a stop', slave, async (node, t) => {
    await node.begin()
    const { InactiveExitTimestampMonotonic, ActiveEnterTimestampMonotonic } = await node.unit(
      'InactiveExitTimestampMonotonic',
      'ActiveEnterTimestampMonotonic',
    )
    await node.must(['systemctl', 'stop', 'berofosd'])
    const { ActiveExitTimestampMonotonic, InactiveEnterTimestampMonotonic, Result } = await node.unit(
      'ActiveExitTimestampMonotonic',
      'InactiveEnterTimestampMonotonic',
      'Result',
    )
    const startMs = between(InactiveExitTimestampMonotonic, ActiveEnterTimestampMonotonic)
    const stopMs = between(ActiveExitTimestampMonotonic, InactiveEnterTimestampMonotonic)
    t.diagnostic(`ready after ${startMs.toFixed(0)} ms, stopped after ${stopMs.toFixed(0)} ms`)
    assert.equal(Result, 'success')
    // 1 s and 2 s on a machine that is not busy; this only tells what waits for something from what does not.
    assert.ok(startMs < 5000)
    assert.ok(stopMs < 5000)
    assert.equal(await node.relays.moves(), 0)
  })
}

function between(fromUs: string, toUs: string): number {
  return (Number(toUs) - Number(fromUs)) / 1000
}
