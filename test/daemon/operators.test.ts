import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'

const open = NodeUnderTest.open

describe('An operator', () => {
  it('who forces the master under a dead master has it so for the time given', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    const { outcome, ...rest } = await node.ask({
      command: 'force',
      role: 'master',
      // Long enough for a busy disk, which the answer waits for.
      forMs: 5000,
      reason: 'a test',
    })
    assert.equal(outcome, 'answered', JSON.stringify(rest))
    assert.deepEqual(node.modes(), [1, 1, 1])
    const status = await node.status()
    assert.deepEqual([status.phase, status.automatic, status.override?.reason], ['forced', false, 'a test'])
    await node.untilModes(0, 0, 0)
    await node.untilLine(/forced: lines to the master: a test/)
    await node.untilLine(/override: .*automatic failover is OFF/)
    assert.equal(node.logged(/failover: /).length, 2)
    const history = await node.ask({ command: 'history', count: 100 })
    assert.match(JSON.stringify(history), /"what":"forced"/)
  })

  it('who forces a role has it over a restart', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.ask({ command: 'force', role: 'slave', forMs: null, reason: '' })
    await node.kill('SIGTERM')
    await node.startSteady('forced')
    assert.deepEqual(node.modes(), [0, 0, 0])
    assert.deepEqual(node.changes(), [1, 1, 1])
  })

  it('who asserts the present role before the first verdict finds it done', async t => {
    const node = await open(t, { 'check.tcp': { interval: '100ms', timeout: '1s', fall: 3, rise: 1000 } })
    await node.startSteady('starting')
    const result = await node.ask({ command: 'assert', role: 'master' })
    assert.match(JSON.stringify(result), /"reply":{"ok":true/)
    assert.equal((await node.status()).phase, 'starting')
  })

  it('learns which relays did not follow', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 2 error500')
    const result = await node.ask({ command: 'force', role: 'slave', forMs: null, reason: '' })
    assert.match(JSON.stringify(result), /"ok":false,"error":"not read back: fos2 \(/)
    assert.deepEqual(node.modes(), [0, 1, 0])
  })

  it('who pauses has nothing switched until resume', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.ask({ command: 'pause', forMs: null, reason: 'upgrade' })
    await node.steer('master dead')
    await node.untilStatus('the master is down', s => s.master.verdict === 'down')
    assert.deepEqual([(await node.status()).phase, ...node.changes()], ['paused', 0, 0, 0])
    await node.ask({ command: 'resume' })
    await node.untilModes(0, 0, 0)
  })
})

describe('An operator who was told that his order failed', () => {
  it('does not see it carried out when the daemon goes on', async t => {
    const node = await open(t)
    await node.startSteady()
    node.daemon?.kill('SIGSTOP')
    const gaveUp = connect(node.files.controlSocket)
    await once(gaveUp, 'connect')
    gaveUp.write('{"command":"force","role":"slave","forMs":null,"reason":""}\n')
    gaveUp.destroy()
    await once(gaveUp, 'close')
    node.daemon?.kill('SIGCONT')
    assert.equal((await node.status()).override, null)
    assert.equal((await node.status()).role, 'master')
  })

  it('is told how late it came, should he hear of it at all', async t => {
    const node = await open(t)
    await node.startSteady()
    const sent = { at: Date.now() - 40_000, withinMs: 10_000 }
    const result = await node.ask({ command: 'pause', forMs: 5000, reason: '', sent })
    assert.match(JSON.stringify(result), /"ok":false,"error":"came \d+ s late and was not carried out/)
    assert.equal((await node.status()).paused, null)
  })
})

describe('The control socket', () => {
  it('drops clients that send rubbish, too much or nothing, and the daemon goes on', async t => {
    const node = await open(t)
    await node.startSteady()
    const send = async (bytes: Buffer | string) => {
      const socket = connect(node.files.controlSocket)
      socket.on('error', () => {})
      let answer = ''
      socket.setEncoding('utf8').on('data', text => {
        answer += text
        socket.destroy()
      })
      socket.write(bytes)
      await new Promise(closed => socket.once('close', closed))
      return answer
    }
    assert.match(await send('rubbish\n'), /"ok":false,"error":"not a JSON object on one line"/)
    assert.match(await send('{"command":"explode"}\n'), /"ok":false/)
    assert.match(await send('{"command":"force","role":"master","forMs":-1,"reason":""}\n'), /forMs/)
    assert.equal(await send(Buffer.alloc(2_000_000, 0x7b)), '')
    const silent = Array.from({ length: 100 }, () => connect(node.files.controlSocket).on('error', () => {}))
    for (const each of silent) t.after(() => each.destroy())
    await Promise.all(silent.map(each => once(each, 'connect')))
    // As many as that lock no operator out.
    assert.equal((await node.ask({ command: 'status' })).outcome, 'answered')
  })
})
