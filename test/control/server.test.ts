import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { talk } from '../../src/control/client.ts'
import { controlSocket, type SocketKind, serveControl, statusSocket } from '../../src/control/server.ts'
import { systemClock } from '../../src/system/clock.ts'

/** A server that only notes which commands it was given. */
async function open(t: TestContext, kind: SocketKind = controlSocket, answer: object = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'control-'))
  const path = join(directory, 'control.sock')
  const commands: string[] = []
  const server = await serveControl(
    path,
    ({ command }) => {
      commands.push(command)
      return Promise.resolve({ ok: true, ...answer })
    },
    kind,
  )
  t.after(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return { path, commands }
}

const ask = (path: string, request: object) => talk(path, request, { clock: systemClock, silenceMs: 5000 })

describe('The control server', () => {
  it('carries out no order of a client that has gone meanwhile', async t => {
    const { path, commands } = await open(t)
    const gone = connect(path)
    await once(gone, 'connect')
    gone.write('{"command":"resume"}\n')
    gone.destroy()
    await ask(path, { command: 'status' })
    await ask(path, { command: 'status' })
    assert.deepEqual(commands, ['status', 'status'])
  })

  it('carries out the order of a client that waits', async t => {
    const { path, commands } = await open(t)
    assert.equal((await ask(path, { command: 'resume' })).outcome, 'answered')
    assert.deepEqual(commands, ['resume'])
  })

  it('is for its owner and its group', async t => {
    const { path } = await open(t)
    assert.equal(statSync(path).mode & 0o777, 0o660)
  })

  it('has room for an operator, whoever holds its places', async t => {
    const { path } = await open(t, { ...controlSocket, clients: 2 })
    const idle = Array.from({ length: 6 }, () => connect(path).on('error', () => {}))
    for (const each of idle) t.after(() => each.destroy())
    await Promise.all(idle.map(each => once(each, 'connect')))
    assert.equal((await ask(path, { command: 'resume' })).outcome, 'answered')
  })

  it('keeps one answer at a time for a client that does not read', async t => {
    const { path, commands } = await open(t, controlSocket, { text: 'x'.repeat(1_000_000) })
    const deaf = connect(path).pause()
    t.after(() => deaf.destroy())
    deaf.write('{"command":"status"}\n'.repeat(20))
    for (let count = 0; count < 5; count++) await ask(path, { command: 'history', count: 1 })
    assert.equal(commands.filter(command => command === 'status').length, 1)
  })
})

describe('The status socket', () => {
  it('is for every user', async t => {
    const { path } = await open(t, statusSocket)
    assert.equal(statSync(path).mode & 0o777, 0o666)
  })

  it('answers questions', async t => {
    const { path, commands } = await open(t, statusSocket)
    await ask(path, { command: 'status' })
    await ask(path, { command: 'history', count: 1 })
    assert.deepEqual(commands, ['status', 'history'])
  })

  for (const order of [
    { command: 'force', role: 'slave', forMs: null, reason: '' },
    { command: 'pause', forMs: null, reason: '' },
    { command: 'resume' },
    { command: 'assert', role: 'master' },
  ])
    it(`carries out no ${order.command}, and says where it belongs`, async t => {
      const { path, commands } = await open(t, statusSocket)
      const error = 'this socket answers status and history only: orders go to [control] socket'
      assert.deepEqual(await ask(path, order), { outcome: 'answered', reply: { ok: false, error } })
      assert.deepEqual(commands, [])
    })
})
