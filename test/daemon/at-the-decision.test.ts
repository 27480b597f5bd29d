import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualNode } from './virtual-node.ts'

const conf = '[master]\nhost = 10.34.1.10\n[check.ping]\ntype = ping\ninterval = 1s\nfall = 3\n'

/** Up for some time, and then the master fails at the first of its probes, which are a second apart. */
async function failing(t: Parameters<VirtualNode['start']>[0], prepare = (_: VirtualNode) => {}) {
  const node = new VirtualNode(conf)
  await node.start(t)
  await node.clock.advance(20_500)
  node.written.length = 0
  prepare(node)
  node.dead.add('10.34.1.10')
  return node
}

describe('When the master is found down', () => {
  it('the relays are told at that very moment: whether any of them answers was asked before', async t => {
    const node = await failing(t, n => {
      n.relayMs = 100
    })
    await node.clock.advance(2499)
    assert.deepEqual(node.written, [])
    await node.clock.advance(1)
    assert.deepEqual(node.written, ['mode=0'])
  })

  it('one that is back in the last quarter of the interval keeps its lines: it was looked at once more', async t => {
    const node = await failing(t)
    await node.clock.advance(2200)
    node.dead.clear()
    await node.clock.advance(10_000)
    assert.deepEqual([node.status.phase, node.written], ['steady', []])
  })

  it('a disk that hangs delays no relay where the state has a copy in memory', async t => {
    const node = await failing(t, n => {
      n.diskTrouble = 'hangs'
    })
    await node.clock.advance(2500)
    assert.deepEqual(node.written, ['mode=0'])
    assert.match(node.copied ?? '', /"role": "slave"/)
  })

  it('relays that did not answer before are asked again, and nothing moves before one has answered twice', async t => {
    const node = await failing(t, n => {
      n.relayMs = 3000
    })
    await node.clock.advance(2500)
    assert.deepEqual([node.status.phase, node.written], ['suspect', []])
    await node.clock.advance(3500)
    assert.deepEqual([node.status.phase, node.written], ['suspect', []])
    await node.clock.advance(6000)
    assert.deepEqual(node.written, ['mode=0'])
  })
})
