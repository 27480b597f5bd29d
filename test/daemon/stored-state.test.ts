import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualNode } from './virtual-node.ts'

const config = '[master]\nhost = 10.34.1.10\n'
const file = '/var/lib/berofosd/state.json'
const override = { role: 'slave', until: null, reason: 'works', at: 0 }
const policy = {
  ...{ version: 1, role: 'slave', adopting: false, roleSince: 0, override, pause: null },
  ...{ failovers: [], flapping: false, move: null, moves: 3 },
}

describe('A state file with one value that makes no sense', () => {
  it('keeps the override, is copied beside, and holds the failback until resume', async t => {
    const node = new VirtualNode(config)
    node.disk.set(file, JSON.stringify({ policy: { ...policy, moves: 'many' }, relays: {} }))
    await node.start(t)
    assert.equal(node.status.override?.role, 'slave')
    assert.match(node.disk.get(`${file}.bad`) ?? '', /"moves":"many"/)
    assert.deepEqual(node.news(/state/), [
      `warning state: ${file} is damaged: moves makes no sense, the rest is used; a copy is kept as ${file}.bad`,
      "warning state lost: the stored state was damaged (moves): no failback until 'berofosd resume'",
    ])
  })

  it('that is a longer list than expected loses nothing', async t => {
    const node = new VirtualNode(config)
    const failovers = Array.from({ length: 5000 }, (_, index) => index)
    node.disk.set(file, JSON.stringify({ policy: { ...policy, failovers }, relays: {} }))
    await node.start(t)
    assert.equal(node.status.override?.role, 'slave')
    assert.deepEqual(node.news(/state/), [])
  })
})
