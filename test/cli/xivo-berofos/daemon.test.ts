import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { storeOrder } from '../../../src/daemon/store-order.ts'
import { NodeUnderTest } from '../../helpers/node-under-test.ts'
import { until } from '../../helpers/until.ts'
import { asStranger, at } from '../run-berofosd.ts'
import { startXivo, xivo } from './run-xivo.ts'

const open = NodeUnderTest.open

/** Starts a daemon whose file names no master. */
async function startIdle(node: NodeUnderTest): Promise<void> {
  const named = await readFile(node.files.configFile, 'utf8')
  await writeFile(node.files.configFile, named.replace(/^host = .*$/m, ''))
  await node.start()
}

describe('xivo-berofos beside a berofosd that runs', { concurrency: 2 }, () => {
  it('asserts the present role again, and pins nothing', async t => {
    const node = await open(t, { relays: { audit_interval: '1h' } })
    await node.startSteady()
    await node.steer('relay 2 hand 0')
    const { code, out, err } = await xivo(node, 'master')
    assert.deepEqual([code, out], [0, ''])
    assert.match(err, /^setting berofos relay mode to 1 \(A--B\) for fos2$/m)
    assert.deepEqual(node.modes(), [1, 1, 1])
    const { override, automatic } = await node.status()
    assert.deepEqual([override, automatic], [null, true])
  })

  it('refuses the other role, with a hint to berofosd --force', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 1)
    assert.equal(
      err,
      "xivo-berofos: berofosd runs and its role is master: use 'berofosd --force slave' to pin the other one\n",
    )
    assert.deepEqual(node.changes(), [0, 0, 0])
    assert.equal((await node.status()).override, null)
  })

  it('drives the relays itself beside one that idles, no master being named', async t => {
    const node = await open(t)
    await startIdle(node)
    const driven = await xivo(node, 'slave')
    assert.equal(driven.code, 0)
    assert.deepEqual(node.modes(), [0, 0, 0])
    const { code, out } = await at(node, 'status')
    assert.equal(code, 1)
    assert.match(out, /^\S+ +no master is named, nothing is driven: it would start work when /m)
    assert.match(out, /MASTER not named/)
  })

  it('warns of nothing beside one that idles and will take the role from the relays', async t => {
    const node = await open(t)
    await startIdle(node)
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 0)
    assert.doesNotMatch(err, /warning/)
    await node.configure({ failback: { policy: 'manual' } })
    await node.ask({ command: 'reload' })
    await node.untilStatus(
      'the role of the relays',
      ({ role, phase }) => role === 'slave' && phase !== 'starting',
    )
  })

  it('warns beside one that idles and remembers the other role, which it would drive when a master is named', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.kill('SIGTERM')
    await startIdle(node)
    const same = await xivo(node, 'master')
    assert.deepEqual([same.code, same.err.includes('warning')], [0, false])
    const other = await xivo(node, 'slave')
    assert.equal(other.code, 0)
    assert.match(
      other.err,
      /^xivo-berofos: warning: not stored: the berofosd that idles here remembers the role master; /m,
    )
  })

  it('waits for one that is starting or ending, which has the state directory', async t => {
    const node = await open(t)
    const { release } = await storeOrder(node.files, { role: 'master', pin: null })
    const running = startXivo(node, ['slave'])
    await until('it waits', () => running.err().includes('… a berofosd is starting or ending'))
    assert.deepEqual(node.modes(), [1, 1, 1])
    await release()
    assert.equal((await running.ended).code, 0)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  it('fails naming the relays that the daemon could not read back', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 2 unreachable')
    const { code, err } = await xivo(node, 'master')
    assert.equal(code, 1)
    assert.match(err, /^xivo-berofos: not read back: fos2 \(/)
  })

  it('is understood although bnfos.conf was broken meanwhile: the daemon has its own', async t => {
    const node = await open(t)
    await node.startSteady()
    await writeFile(node.files.bnfosFile, 'nonsense\n')
    assert.equal((await xivo(node, 'master')).code, 0)
  })

  it('switches nothing without permission to talk to it', async t => {
    const node = await open(t)
    await node.startSteady()
    const stranger = asStranger(node)
    // He could drive them: what keeps him is that a daemon is there.
    chmodSync(node.files.bnfosFile, 0o644)
    const { code, err } = await startXivo(node, ['slave'], stranger).ended
    assert.equal(code, 1)
    assert.match(err, /permission denied: be root or in the group berofosd-operator; nothing was switched/)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })
})

describe('xivo-berofos beside a berofosd that gives no answer', { concurrency: 2 }, () => {
  const rows: [string, (socket: Socket) => void, RegExp][] = [
    [
      'hangs up',
      socket => socket.resume().destroy(),
      /control\.sock: .*: look at 'systemctl status berofosd'/,
    ],
    ['says nonsense', socket => socket.resume().end('nonsense\n'), /not an answer of berofosd/],
    [
      'stays silent',
      socket => socket.resume(),
      /no answer in 5 s; .*: it hangs, 'systemctl kill -s KILL berofosd' has it started anew/,
    ],
  ]
  for (const [what, serve, sentence] of rows)
    it(`that ${what} switches nothing behind its back`, async t => {
      const node = await open(t)
      const sockets: Socket[] = []
      const deaf = createServer(socket => {
        socket.on('error', () => {})
        sockets.push(socket)
        serve(socket)
      })
      await once(deaf.listen(node.files.controlSocket), 'listening')
      t.after(() => {
        for (const socket of sockets) socket.destroy()
        deaf.close()
      })
      const { code, err } = await xivo(node, 'slave')
      assert.equal(code, 1)
      assert.match(err, sentence)
      assert.match(err, /nothing was switched behind berofosd's back: /)
      assert.deepEqual(node.changes(), [0, 0, 0])
    })

  it('takes a socket that a dead one left behind for none', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.kill('SIGKILL')
    assert.equal((await xivo(node, 'slave')).code, 0)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })
})
