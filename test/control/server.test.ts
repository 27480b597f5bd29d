import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { talk } from '../../src/control/client.ts'
import {
  controlSocket,
  type Handler,
  type SocketKind,
  serveControl,
  statusSocket,
} from '../../src/control/server.ts'
import { systemClock } from '../../src/system/clock.ts'
import { until } from '../helpers/until.ts'

/** Where it is served. */
async function serve(t: TestContext, kind: SocketKind, handle: Handler): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'control-'))
  const path = join(directory, 'control.sock')
  const server = await serveControl(path, handle, kind)
  t.after(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return path
}

/** A server that only notes which commands it was given. */
async function open(t: TestContext, kind: SocketKind = controlSocket, answer: object = {}) {
  const commands: string[] = []
  const path = await serve(t, kind, ({ command }) => {
    commands.push(command)
    return Promise.resolve({ ok: true, ...answer })
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
    const { path } = await open(t)
    const idle = Array.from({ length: controlSocket.clients + 6 }, () => connect(path).on('error', () => {}))
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

describe('The places of one socket are none of the other', () => {
  for (const [what, crowded, asked] of [
    ['an operator is served', statusSocket, controlSocket],
    ['a question is answered', controlSocket, statusSocket],
  ] as const)
    it(`${what} beside as many as there may be`, async t => {
      let begun = 0
      const full = await serve(t, { ...crowded, clients: 1 }, () => {
        begun += 1
        return new Promise(() => {})
      })
      const { path } = await open(t, { ...asked, clients: 1 })
      // Three more than it has places may be there, and one that waits for its answer keeps its place.
      for (let count = 1; count <= 4; count++) {
        void ask(full, { command: 'status' })
        await until('its request is under way', () => begun === count)
      }
      assert.notEqual((await ask(full, { command: 'status' })).outcome, 'answered')
      assert.equal((await ask(path, { command: 'status' })).outcome, 'answered')
    })
})
