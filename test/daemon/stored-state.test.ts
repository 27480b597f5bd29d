import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { isSameBoot } from '../../src/daemon/state-file.ts'
import { files, VirtualNode } from './virtual-node.ts'

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
    assert.ok(node.status.findings.some(({ code }) => code === 'state-lost'))
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

const plain = { ...policy, override: null, role: 'master' }
const text = (serial: number, changes: object, lineage = 'a') =>
  JSON.stringify({ policy: { ...plain, ...changes }, relays: {}, boot: 'first', lineage, serial })

describe('The copy of the state in memory', () => {
  const roleAfter = async (t: TestContext, disk: string | null, copy: string | null) => {
    const node = new VirtualNode(config)
    if (disk !== null) node.disk.set(file, disk)
    node.copied = copy
    await node.start(t)
    return node.status.role
  }

  it('counts when it is the newer one of the same lineage', async t => {
    assert.equal(await roleAfter(t, text(5, {}), text(6, { role: 'slave' })), 'slave')
    assert.equal(await roleAfter(t, text(6, {}), text(5, { role: 'slave' })), 'master')
  })

  it('counts for nothing where the disk has another lineage, or one of an older version', async t => {
    assert.equal(await roleAfter(t, text(5, {}, 'b'), text(6, { role: 'slave' })), 'master')
    assert.equal(
      await roleAfter(t, JSON.stringify({ policy: plain, relays: {} }), text(6, { role: 'slave' })),
      'master',
    )
  })

  it('stands in for a disk that has nothing, or that has lost a part', async t => {
    assert.equal(await roleAfter(t, null, text(6, { role: 'slave' })), 'slave')
    assert.equal(await roleAfter(t, text(6, { role: 'both' }), text(6, { role: 'slave' })), 'slave')
  })

  it('has what was ordered before the disk has answered', async t => {
    const node = new VirtualNode(config)
    await node.start(t)
    node.diskTrouble = 'hangs'
    void node.handler?.({ command: 'force', role: 'slave', forMs: null, reason: '' }, () => {})
    await node.clock.advance(0)
    assert.match(node.copied ?? '', /"override": \{/)
  })
})

describe('A state that can not be saved', () => {
  it('is told to whoever gives an order, with how it stands', async t => {
    const node = new VirtualNode(config)
    await node.start(t)
    node.diskTrouble = 'ENOSPC'
    const ordered = node.handler?.({ command: 'pause', forMs: null, reason: '' }, () => {})
    await node.clock.advance(1000)
    const reply = await ordered
    const error = `not saved: can't write ${file}: ENOSPC; a restart would forget it`
    assert.deepEqual([reply?.ok, reply?.ok === false && reply.error], [false, error])
    assert.ok(node.status.findings.some(({ code }) => code === 'state-unsaved'))
  })

  it('holds a failback for as long as it takes, and no failover', async t => {
    const node = new VirtualNode(`${config}[failback]\nstable_for = 0s\n`)
    await node.start(t)
    await node.clock.advance(10_000)
    node.diskTrouble = 'hangs'
    node.dead.add('10.34.1.10')
    await node.clock.advance(10_000)
    assert.deepEqual([node.status.role, node.mode], ['slave', 0])
    node.dead.clear()
    await node.clock.advance(60_000)
    assert.deepEqual([node.status.role, node.mode], ['slave', 0])
    assert.match(node.status.next, /the state can't be saved: waits for the disk/)
  })
})

describe('A disk that never answers', () => {
  it('at the start is waited for two seconds, then the state counts as lost', async t => {
    const node = new VirtualNode(config)
    node.hanging.add(file)
    await node.start(t)
    assert.deepEqual(node.news(/state/), [
      `warning state: ${file} is not used: no answer in 2s: the disk hangs, check it; it is left as it is`,
      "warning state lost: the stored state was damaged (all of it): no failback until 'berofosd resume'",
    ])
    assert.equal(node.status.role, 'master')
  })

  it('at a reload holds up neither the new settings nor a failover', async t => {
    const node = new VirtualNode(config)
    node.diskTrouble = 'hangs'
    await node.start(t)
    await node.clock.advance(10_000)
    node.disk.set(files.configFile, `${config}[isolation]\nwitness = 10.34.1.1\n[check.ping]\nfall = 1\n`)
    await node.reload()
    assert.equal(node.news(/are in force/).length, 1)
    await node.clock.advance(10_000)
    node.dead.add('10.34.1.10')
    await node.clock.advance(3000)
    assert.deepEqual([node.status.role, node.mode], ['slave', 0])
    assert.ok(node.status.findings.some(({ code }) => code === 'state-unsaved'))
  })

  it('at the secondary file is waited for two seconds, then what was known last counts', async t => {
    const path = '/var/lib/wazo/is-secondary'
    const node = new VirtualNode(`${config}[node]\nsecondary_file = ${path}\n`)
    node.hanging.add(path)
    node.disk.set(file, JSON.stringify({ policy: plain, relays: {}, secondary: true }))
    await node.start(t)
    assert.notEqual(node.status.phase, 'passive')
    assert.deepEqual(node.news(/secondary/), [
      `error ${path}: no answer in 2s: the disk hangs, check it; going on as the secondary, which it was`,
    ])
    void node.reload()
    await node.clock.advance(2000)
    assert.equal(node.news(/are in force/).length, 1)
  })
})

describe('An order to a relay that can not be read', () => {
  const atTheSlave = { ...plain, role: 'slave', move: null }
  const started = async (t: TestContext, state: object) => {
    const node = new VirtualNode(config)
    node.readable = false
    node.disk.set(
      file,
      JSON.stringify({ policy: atTheSlave, boot: 'first', lineage: 'a', serial: 1, ...state }),
    )
    await node.start(t)
    await node.clock.advance(5000)
    return node
  }

  it('is told again after a restart, whether it was read before or never', async t => {
    for (const relays of [{}, { fos1: { mode: 1, sent: null } }]) {
      const { written } = await started(t, { relays, pending: { fos1: 0 } })
      assert.equal(written[0], 'mode=0')
    }
  })

  it('is stored beside what was read, where an older version does not look', async t => {
    const node = await started(t, { relays: {}, pending: { fos1: 0 } })
    const { relays, pending } = JSON.parse(node.copied ?? '')
    assert.deepEqual({ relays, pending }, { relays: {}, pending: { fos1: 0 } })
  })

  it('is done, and stored no more, once the relay is read where it was told to be', async t => {
    const node = await started(t, { relays: {}, pending: { fos1: 0 } })
    node.readable = true
    await node.clock.advance(60_000)
    assert.equal(JSON.parse(node.copied ?? '').pending, undefined)
  })

  it('is not made up by a start: without one nothing is told', async t => {
    const { written } = await started(t, { relays: { fos1: { mode: 1, sent: null } } })
    assert.deepEqual(written, [])
  })

  it('that makes no sense is passed over', async t => {
    for (const pending of [{ fos1: 7 }, 'slave', [0], { fos9: 0 }])
      assert.deepEqual((await started(t, { relays: {}, pending })).written, [])
  })
})

describe('The address of a device that is given by name', () => {
  const named = async (t: TestContext, addresses: unknown) => {
    const node = new VirtualNode(config)
    const stored = { policy: plain, relays: {}, boot: 'first', ...(addresses !== undefined && { addresses }) }
    node.disk.set(file, JSON.stringify(stored))
    await node.start(t)
    return node
  }

  it('is known after a restart', async t => {
    const { remembered } = await named(t, { 'fos1.example': '10.34.1.20' })
    assert.equal(remembered?.get('fos1.example'), '10.34.1.20')
    assert.equal(remembered?.get('fos2.example'), null)
  })

  it('is stored when the device has answered there, beside those that were stored before', async t => {
    const node = await named(t, { 'fos1.example': '10.34.1.20' })
    node.remembered?.note('fos2.example', '10.34.1.21')
    await node.clock.advance(1000)
    const wanted = { 'fos1.example': '10.34.1.20', 'fos2.example': '10.34.1.21' }
    assert.deepEqual(JSON.parse(node.copied ?? '').addresses, wanted)
    assert.deepEqual(JSON.parse(node.disk.get(file) ?? '').addresses, wanted)
  })

  it('that makes no sense is passed over, and costs nothing else', async t => {
    for (const addresses of [
      undefined,
      7,
      ['10.34.1.20'],
      { 'fos1.example': 7 },
      { 'fos1.example': 'fos1' },
    ]) {
      const node = await named(t, addresses)
      assert.equal(node.remembered?.get('fos1.example'), null)
      assert.deepEqual([node.status.role, node.news(/damaged|not used/)], ['master', []])
    }
    const both = { 'fos1.example': 'x', 'fos2.example': '10.34.1.21' }
    assert.equal((await named(t, both)).remembered?.get('fos2.example'), '10.34.1.21')
  })
})

describe('What was saved is of this boot', () => {
  const saved = (boot: string | null) => ({
    policy: { ...plain, savedAt: { mono: 60_000, wall: 0 } } as never,
    boot,
  })

  for (const [what, stored, present, uptimeMs, same] of [
    ['the boot has the same name, whatever the clock says', 'a', 'a', 0, true],
    ['the boot has another name, however long the machine is up', 'a', 'b', 90_000, false],
    ['nobody tells its name, and the machine is up for longer than it was then', null, null, 90_000, true],
    ['nobody tells its name, and the machine is up for less', null, null, 30_000, false],
    ['it was named then and is not now, and the machine is up for less', 'a', null, 30_000, false],
  ] as const)
    it(`${same ? '' : 'not '}when ${what}`, () =>
      assert.equal(isSameBoot(saved(stored), present, uptimeMs), same))
})
