import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

const open = NodeUnderTest.open

/** Bits of SigCgt, proc(5): the signals that the process has a handler for. */
function catches(pid: number, signal: number): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  return (BigInt(`0x${mask}`) & (1n << BigInt(signal - 1))) !== 0n
}

const [hangUp, user2] = [1, 12]

describe('A signal harms no daemon', { concurrency: 2 }, () => {
  it('SIGHUP, as soon as its first module runs: it is obeyed once all is up', async t => {
    const node = await open(t)
    const daemon = node.spawn()
    await until('it has a handler', () => catches(Number(daemon.pid), hangUp))
    daemon.kill('SIGHUP')
    await node.untilLine(/reload: .* are in force/)
    await node.untilStatus('steady', s => s.phase === 'steady')
  })

  it('SIGUSR2, as soon as its first module runs', async t => {
    const node = await open(t)
    const daemon = node.spawn()
    await until('it has a handler', () => catches(Number(daemon.pid), user2))
    daemon.kill('SIGUSR2')
    await until(
      'the daemon answers',
      async () => (await node.ask({ command: 'status' })).outcome === 'answered',
    )
  })

  it('SIGUSR1, at any time: no debugger listens', async t => {
    const node = await open(t)
    await node.startSteady()
    node.daemon?.kill('SIGUSR1')
    node.daemon?.kill('SIGHUP')
    await node.untilLine(/reload: .* are in force/)
    assert.deepEqual(node.logged(/[Dd]ebugger/), [])
    assert.equal((await node.status()).pid, node.daemon?.pid)
  })

  it('a storm of SIGHUP: reloads that wait count as one', async t => {
    const node = await open(t)
    await node.startSteady()
    for (let i = 0; i < 200; i++) node.daemon?.kill('SIGHUP')
    await node.untilLine(/reload: .* are in force/)
    assert.equal((await node.status()).phase, 'steady')
    assert.deepEqual(node.changes(), [0, 0, 0])
  })
})

describe('Any other program', () => {
  it('ends at SIGHUP, as when its terminal is closed', async t => {
    const node = await open(t)
    await node.startSteady()
    const words = ['--import', 'tsx', 'src/bin/berofosd.ts', 'status', '--watch', '-c', node.files.configFile]
    const watch = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(watch.stdout, 'data')
    watch.kill('SIGHUP')
    assert.deepEqual(await once(watch, 'exit'), [null, 'SIGHUP'])
  })
})
