import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'

/**
 * What a life knows of the one before is in memory, as on /run: a disk that takes longer than the daemon waits for it,
 * before a hook that kills it, remembers nothing.
 */
const open = (t: TestContext) => NodeUnderTest.open(t, {}, {}, '/dev/shm')

/** A hook that notes its name and event before it does anything else. */
function noting(node: NodeUnderTest, name: string, then = 'exit 0'): string {
  return `echo "${name} $BEROFOSD_EVENT" >> ${join(node.directory, 'hooks')}; ${then}`
}

function noted(node: NodeUnderTest): string[] {
  try {
    return readFileSync(join(node.directory, 'hooks'), 'utf8').trimEnd().split('\n')
  } catch {
    return []
  }
}

describe('A before_slave that kills the daemon', () => {
  it('is run in two lives, and the lines move in the third', async t => {
    const node = await open(t)
    await node.configure({ hooks: { before_slave: noting(node, 'before_slave', 'kill -9 $PPID; sleep 60') } })
    await node.startSteady()
    await node.steer('master dead')
    for (const _ of ['first', 'second']) {
      if (node.daemon) await once(node.daemon, 'exit')
      node.spawn()
    }
    await node.untilModes(0, 0, 0)
    assert.deepEqual(noted(node), ['before_slave failover', 'before_slave failover'])
    assert.equal(node.logged(/hook before_slave: cut off twice, the daemon ended while it ran/).length, 1)
    assert.deepEqual(node.changes(), [1, 1, 1])
  })
})

describe('A daemon whose command kills it', () => {
  const deadly = (node: NodeUnderTest) => noting(node, 'command', 'kill -9 $PPID; sleep 60')
  const twoLives = async (node: NodeUnderTest) => {
    for (const _ of ['first', 'second']) {
      if (node.daemon) await once(node.daemon, 'exit')
      node.spawn()
    }
  }

  it('lives on when it is ready_command, and says what the failback waits for', async t => {
    const node = await open(t)
    await node.configure({ failback: { stable_for: '500ms', ready_command: deadly(node) } })
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await node.steer('master alive')
    await twoLives(node)
    await node.untilLine(/warning ready_command: berofosd ended 2 times while it ran/)
    await node.untilStatus('the failback is held', ({ findings }) =>
      findings.some(({ code, text }) => code === 'failback-held' && text.includes('ended 2 times')),
    )
    assert.equal(noted(node).length, 2)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  it('lives on when it is a check, and the others notice a dead master', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.kill('SIGKILL')
    // A run that is ended at its deadline, on a busy machine, is one that the daemon outlives.
    const calls = { type: 'command', command: deadly(node), interval: '100ms', timeout: '20s' }
    await node.configure({ 'check.calls': calls })
    node.spawn()
    await twoLives(node)
    await node.untilLine(/check calls: can't check: berofosd ended 2 times while it ran/)
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    assert.equal(noted(node).length, 2)
  })

  it('lives on when it is the command of alerts', async t => {
    const node = await open(t)
    await node.configure({ alert: { command: deadly(node) } })
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await twoLives(node)
    await node.untilLine(/alert command: berofosd ended 2 times while it ran/)
    await node.untilStatus('the alert is not delivered', ({ findings }) =>
      findings.some(({ code, text }) => code === 'alert-undelivered' && text.includes('ended 2 times')),
    )
    assert.equal(noted(node).length, 2)
  })
})

describe('What before_master has begun', () => {
  const slow = 'exec sleep 60'
  const preparing = async (node: NodeUnderTest, beforeMaster: string, timeout = '60s') => {
    await node.configure({
      hooks: {
        timeout,
        before_master: noting(node, 'before_master', beforeMaster),
        before_slave: noting(node, 'before_slave'),
        after_slave: noting(node, 'after_slave'),
      },
    })
    await node.startSteady()
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
    await until('the slave has its hooks', () => noted(node).length === 2)
    await node.steer('master alive')
    await until('before_master runs', () => noted(node).includes('before_master failback'))
  }
  const undone = ['before_master failback', 'before_slave called-off', 'after_slave called-off']
  const untilUndone = (node: NodeUnderTest) =>
    until("the slave's hooks have run again", () => noted(node).length >= 5)

  it('is undone when it says no', async t => {
    const node = await open(t)
    await preparing(node, 'exit 3')
    await untilUndone(node)
    assert.deepEqual(noted(node).slice(2, 5), undone)
    assert.equal(
      node.logged(/failback called off by before_master: exit status 3; the slave's hooks run again/).length,
      1,
    )
    assert.deepEqual(node.changes(), [1, 1, 1])
  })

  it('is ended and undone when its time is over', async t => {
    const node = await open(t)
    await preparing(node, slow, '2s')
    await untilUndone(node)
    assert.deepEqual(noted(node).slice(2, 5), undone)
    await node.untilLine(/failback called off by before_master: killed after 2s; the slave's hooks run again/)
    assert.deepEqual(node.changes(), [1, 1, 1])
  })

  it('is ended and undone at once when an operator pauses', async t => {
    const node = await open(t)
    await preparing(node, slow)
    await node.ask({ command: 'pause', forMs: null, reason: '' })
    await untilUndone(node)
    assert.deepEqual(noted(node).slice(2), undone)
    assert.equal((await node.status()).phase, 'paused')
  })

  it('is ended and undone at once when the master dies again', async t => {
    const node = await open(t)
    await preparing(node, slow)
    await node.steer('master dead')
    await untilUndone(node)
    assert.deepEqual(noted(node).slice(2), undone)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  it('is undone by the next daemon when this one is killed', async t => {
    const node = await open(t)
    await preparing(node, slow)
    await node.kill('SIGKILL')
    await node.start()
    await untilUndone(node)
    assert.deepEqual(noted(node).slice(2, 5), undone)
    await node.untilLine(/failback called off: the daemon was restarted meanwhile/)
  })
})
