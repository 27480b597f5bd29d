import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { VirtualNode } from './virtual-node.ts'

const config = '[master]\nhost = 10.34.1.10\n'
const file = '/var/lib/berofosd/state.json'

/** A daemon that was stopped with the lines at this role, and is started with the relay at this mode. */
async function started(
  t: TestContext,
  role: string,
  mode: 0 | 1,
  change: (node: VirtualNode) => void = () => {},
) {
  const node = new VirtualNode(config)
  const policy = {
    ...{ version: 1, role, adopting: false, roleSince: 0, override: null, pause: null },
    ...{ failovers: [], flapping: false, move: null, moves: 3, savedAt: { mono: 0, wall: 0 } },
  }
  node.disk.set(file, JSON.stringify({ policy, relays: {}, boot: 'first' }))
  node.mode = mode
  change(node)
  await node.start(t)
  return node
}

const codes = (node: VirtualNode) => node.status.findings.map(({ code }) => code)

describe('A start within one boot, whose relay was switched by hand while no daemon ran', () => {
  it('takes the slave for its role at once, cuts nothing and says so until resume', async t => {
    const node = await started(t, 'master', 0)
    assert.equal(node.status.role, 'slave')
    await node.clock.advance(20_000)
    assert.deepEqual(node.written, [])
    assert.ok(codes(node).includes('role-adopted'))
    assert.equal(node.news(/^warning adopted: lines at the slave:/).length, 1)
    assert.equal(node.daemon.assembly.store.history(9).filter(({ what }) => what === 'adopted').length, 1)
    await node.handler?.({ command: 'resume' }, () => {})
    assert.ok(!codes(node).includes('role-adopted'))
  })

  it('takes the master for its role once the master is up', async t => {
    const node = await started(t, 'slave', 1)
    assert.equal(node.status.role, 'slave')
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.written], ['master', []])
    assert.ok(codes(node).includes('role-adopted'))
  })

  it('keeps the lines at the slave while the master is dead', async t => {
    const node = await started(t, 'slave', 1, ({ dead }) => dead.add('10.34.1.10'))
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.mode], ['slave', 0])
  })

  it('remembers over another start that it has said so', async t => {
    const before = await started(t, 'master', 0)
    const node = new VirtualNode(config)
    node.disk.set(file, before.copied ?? '')
    node.mode = 0
    await node.start(t)
    assert.ok(codes(node).includes('role-adopted'))
  })

  it('takes nothing from a device that another section of bnfos.conf names', async t => {
    const node = await started(t, 'master', 0, ({ disk, macs }) => {
      const sections = '[fos1]\nhost = 10.34.1.20\n[fos2]\nhost = 10.34.1.21\nmac = 00:19:32:00:00:02\n'
      disk.set('/etc/bnfos.conf', sections)
      macs.set('10.34.1.20', '00:19:32:00:00:02')
      macs.set('10.34.1.21', '00:19:32:00:00:09')
    })
    await node.clock.advance(3000)
    assert.equal(node.status.role, 'master')
  })
})

describe('A start after another boot', () => {
  it('keeps the stored role, whatever the relay reads', async t => {
    const node = await started(t, 'master', 0, other => {
      other.boot = 'second'
    })
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.mode], ['master', 1])
    assert.ok(!codes(node).includes('role-adopted'))
  })
})
