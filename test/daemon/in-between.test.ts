import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualNode } from './virtual-node.ts'

const configFile = '/etc/berofosd.conf'
const moves = /^\w+ (failover|failback|isolated|drift|switched)/

describe('A reload', () => {
  it('does not fail back to another master on the answers of the one before', async t => {
    const conf = (host: string, policy: string) =>
      `[master]\nhost = ${host}\n[failback]\npolicy = ${policy}\n`
    const node = new VirtualNode(conf('10.34.1.10', 'manual'))
    await node.start(t)
    await node.clock.advance(20_000)
    node.dead.add('10.34.1.10').add('10.34.1.11')
    await node.clock.advance(20_000)
    node.dead.delete('10.34.1.10')
    await node.clock.advance(120_000)
    assert.deepEqual([node.status.role, node.status.phase], ['slave', 'waiting'])
    node.disk.set(configFile, conf('10.34.1.11', 'auto'))
    node.news()
    await node.reload()
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.news(moves)], ['slave', []])
  })

  it('does not fail over on the failures of a check that it changes', async t => {
    const conf = (host: string, required: string) =>
      '[master]\nhost = 10.34.1.10\n[isolation]\nwitness = 10.34.1.1\n[check.ping]\ntype = ping\n' +
      `[check.web]\ntype = tcp\nport = 443\nhost = ${host}\nrequired = ${required}\n`
    const node = new VirtualNode(conf('10.34.1.12', 'no'))
    node.witnessAnswers = true
    node.dead.add('10.34.1.12')
    await node.start(t)
    await node.clock.advance(20_000)
    node.disk.set(configFile, conf('10.34.1.10', 'yes'))
    node.news()
    await node.reload()
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.status.master.verdict, node.news(moves)], ['master', 'up', []])
  })

  const relayTimeout = (timeout: string) => `[master]\nhost = 10.34.1.10\n[relays]\ntimeout = ${timeout}\n`

  it('while relays are asked whether this node is cut off asks those that are there now', async t => {
    const node = new VirtualNode(relayTimeout('3s'))
    node.relayMs = 1000
    await node.start(t)
    await node.clock.advance(20_000)
    node.dead.add('10.34.1.10')
    await node.clock.advance(5200)
    assert.equal(node.status.phase, 'suspect')
    node.disk.set(configFile, relayTimeout('4s'))
    node.news()
    await node.reload()
    await node.clock.advance(3000)
    assert.equal(node.status.role, 'slave')
    assert.deepEqual(node.news(/isolated/), [])
  })

  it('before any relay has told the role leaves that to those that are there now', async t => {
    const node = new VirtualNode(relayTimeout('3s'))
    node.mode = 0
    node.relayMs = 1000
    await node.start(t)
    await node.clock.advance(500)
    node.disk.set(configFile, relayTimeout('4s'))
    await node.reload()
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.written], ['slave', []])
  })

  it('drives no failback before the disk has it', async t => {
    const conf = (timeout: string) => `${relayTimeout(timeout)}[failback]\nstable_for = 30s\n`
    const node = new VirtualNode(conf('3s'))
    await node.start(t)
    await node.clock.advance(20_000)
    node.dead.add('10.34.1.10')
    await node.clock.advance(20_000)
    node.dead.clear()
    await node.clock.advance(30_000)
    node.diskTrouble = 'hangs'
    node.written.length = 0
    await node.clock.advance(10_000)
    assert.equal(node.status.role, 'master')
    node.disk.set(configFile, conf('4s'))
    await node.reload()
    await node.clock.advance(1000)
    assert.deepEqual([node.news(/^info reload/).length, node.written], [1, []])
  })

  it('in front of a PBX leaves a device that has bypassed by itself to the rules of failing back', async t => {
    const conf = (timeout: string) =>
      '[site]\nkind = bypass\n[check.sip]\ntype = sip\ninterval = 1s\nfall = 5\nrise = 1\n' +
      `[failback]\nstable_for = 1h\n[relays]\ntimeout = ${timeout}\nretry_max = 2s\n`
    const node = new VirtualNode(conf('3s'))
    node.macs.set('10.34.1.20', '00:19:32:00:00:01')
    await node.start(t)
    await node.clock.advance(20_000)
    assert.equal(node.status.role, 'server')
    node.reachable = false
    node.dead.add('127.0.0.1')
    await node.clock.advance(10_000)
    node.dead.clear()
    await node.clock.advance(5000)
    assert.equal(node.news(/called off: lines stay at the server/).length, 1)
    node.disk.set(configFile, conf('4s'))
    await node.reload()
    node.written.length = 0
    node.mode = 0
    node.reachable = true
    await node.clock.advance(60_000)
    assert.deepEqual([node.status.role, node.written.includes('mode=1')], ['pbx', false])
  })
})

it('Who asks before the role is known waits for it', async t => {
  const node = new VirtualNode('[master]\nhost = 10.34.1.10\n[node]\nsecondary_file = /run/mine\n')
  node.disk.set('/run/mine', '')
  node.diskMs = 20
  const started = node.start(t)
  while (!node.handler) await new Promise(resolve => setImmediate(resolve))
  let answered = false
  const reply = node
    .handler({ command: 'status' }, () => {})
    .then(told => {
      answered = true
      return told
    })
  await node.clock.advance(10)
  assert.equal(answered, false)
  await node.clock.advance(20)
  await started
  assert.ok((await reply).ok)
})
