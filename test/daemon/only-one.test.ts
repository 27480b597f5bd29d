import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, unlinkSync } from 'node:fs'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

describe('One state directory', () => {
  it('has exactly one daemon after twelve simultaneous starts', async t => {
    const node = await NodeUnderTest.open(t)
    const daemons = Array.from({ length: 12 }, () => node.spawn())
    const codes: (number | null)[] = []
    for (const daemon of daemons) void once(daemon, 'exit').then(([code]) => codes.push(code))
    t.after(() => {
      for (const daemon of daemons) daemon.kill('SIGKILL')
    })
    await until('eleven have given up', () => codes.length >= 11, 60_000)
    assert.deepEqual(codes, Array(11).fill(1))
    node.daemon = daemons.find(({ exitCode }) => exitCode === null) ?? null
    await until('it answers', async () => (await node.ask({ command: 'status' })).outcome === 'answered')
    assert.equal((await node.status()).pid, node.daemon?.pid)
    assert.equal(node.logged(/another berofosd uses .*: stop it first/).length, 11)
  })

  it('keeps its daemon alone, and reachable, when the socket file is removed', async t => {
    const node = await NodeUnderTest.open(t)
    await node.startSteady()
    const first = node.daemon
    unlinkSync(node.files.controlSocket)
    const [code] = await once(node.spawn(), 'exit')
    node.daemon = first
    assert.equal(code, 1)
    await until('the socket is there again', () => existsSync(node.files.controlSocket))
    assert.equal((await node.status()).pid, first?.pid)
  })
})
