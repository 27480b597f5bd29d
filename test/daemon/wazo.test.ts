import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { haFile, VirtualNode, wazoDirectory } from './virtual-node.ts'

const config = '[master]\nhost = wazo\n[failback]\nstable_for = 5s\n[relays]\naudit_interval = 5s\n'
const slaveOf = (address: string) => `{"node_type": "slave", "remote_address": "${address}"}`
const slave = slaveOf('10.34.1.10')
const aMaster = '{"node_type": "master", "remote_address": "10.34.1.11"}'
const torn = slave.slice(0, 30)
const secondary = `${wazoDirectory}/is-secondary`
const minute = 60_000
/** Of the master or of being passive; not of checks and relays. */
const ofNode = /passive|ha\.conf|is-secondary/

describe('With [master] host = wazo the daemon', () => {
  it('watches the master that ha.conf names', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    assert.deepEqual(await node.probedWithin(10_000), ['10.34.1.10'])
    assert.deepEqual([node.status.phase, node.status.master.host], ['steady', '10.34.1.10'])
    assert.deepEqual(node.news(ofNode), [])
  })

  it('looks at ha.conf before the lines leave a master that may not be the one any more', async t => {
    const node = new VirtualNode(config, slave)
    node.witnessAnswers = true
    await node.start(t)
    await node.clock.advance(10_000)
    node.disk.set(haFile, slaveOf('10.34.1.11'))
    node.dead.add('10.34.1.10')
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.status.master.host], ['master', '10.34.1.11'])
    assert.deepEqual(node.news(/failover|isolated/), [])
  })

  it('moves no line when HA was switched off before the master went', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    await node.clock.advance(10_000)
    node.disk.set(haFile, '{"node_type":"disabled"}')
    node.dead.add('10.34.1.10')
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.phase, node.written], ['passive', []])
  })

  const masterless: [string, string | null | undefined, RegExp][] = [
    [
      'there is no ha.conf',
      undefined,
      /^info passive: this node is not the slave \(\S+ha\.conf does not exist\); /,
    ],
    [
      'this node is the master',
      aMaster,
      /^info passive: .* \(\S+ has node_type master\); make it a slave in /,
    ],
    ['HA is disabled', '{"node_type":"disabled"}', /^info passive: .* \(\S+ has node_type disabled\); /],
    ['ha.conf is torn', torn, /^warning passive: this node is not known to be the slave \(\S+ is torn/],
    [
      'it may not be read',
      null,
      /^warning passive: .*permission denied\); let the user berofosd read it: chmod/,
    ],
    [
      'the master is no host',
      slaveOf('10.34'),
      /^warning passive: .* remote_address that is not a host name/,
    ],
  ]
  for (const [what, ha, line] of masterless)
    it(`is passive while ${what}, says so once and probes nobody`, async t => {
      const node = new VirtualNode(config)
      if (ha !== undefined) node.disk.set(haFile, ha)
      node.mode = 0
      await node.start(t)
      assert.deepEqual(await node.probedWithin(5 * minute), [])
      assert.deepEqual([node.status.phase, node.status.automatic], ['passive', false])
      const news = node.news(ofNode)
      assert.equal(news.length, 1, news.join('\n'))
      assert.match(news[0] ?? '', line)
      assert.deepEqual(node.written, [])
    })

  it('probes nobody without a master, not even checks that ask another host', async t => {
    const node = new VirtualNode(`${config}[check.a]\nhost = 10.34.1.99\n`, aMaster)
    await node.start(t)
    assert.deepEqual(await node.probedWithin(minute), [])
    assert.deepEqual(
      node.status.master.checks.map(({ verdict, last }) => [verdict, last]),
      [['unknown', null]],
    )
  })

  it('takes up work within a minute when ha.conf becomes that of a slave', async t => {
    const node = new VirtualNode(config, aMaster)
    await node.start(t)
    node.news()
    node.disk.set(haFile, slave)
    await node.clock.advance(minute + 10_000)
    assert.deepEqual([node.status.phase, node.status.master.verdict], ['steady', 'up'])
    assert.deepEqual(node.news(ofNode), [
      `info ${haFile}: the master is 10.34.1.10`,
      'info passive: over, this node is the secondary',
    ])
  })

  it('follows the master to another address, its checks from zero', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    await node.clock.advance(30_000)
    node.news()
    node.disk.set(haFile, slaveOf('10.34.1.11'))
    await node.clock.advance(minute)
    const [check] = node.status.master.checks
    assert.ok((check?.streak ?? 0) <= 31, `${check?.streak} in a row`)
    assert.deepEqual(node.news(ofNode), [`info ${haFile}: the master is 10.34.1.11, it was 10.34.1.10`])
    assert.deepEqual(await node.probedWithin(10_000), ['10.34.1.11'])
  })

  it('lets go when this node is no slave any more, and keeps its role', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    await node.clock.advance(10_000)
    node.dead.add('10.34.1.10')
    await node.clock.advance(20_000)
    assert.deepEqual([node.status.role, node.mode], ['slave', 0])
    node.disk.set(haFile, '{"node_type": "disabled", "remote_address": ""}')
    await node.clock.advance(minute)
    const written = node.written.length
    node.mode = 1
    assert.deepEqual(await node.probedWithin(5 * minute), [])
    assert.deepEqual(
      [node.status.role, node.status.phase, node.written.length],
      ['slave', 'passive', written],
    )
    assert.equal(node.news(/passive/).length, 1)
    assert.equal(node.status.master.verdict, 'unknown')
  })

  for (const [what, text] of [
    ['torn', torn],
    ['empty', ''],
    ['unreadable', null],
  ] as const)
    it(`goes on with the master that it knows while ha.conf is ${what}, with one warning`, async t => {
      const node = new VirtualNode(config, slave)
      await node.start(t)
      await node.clock.advance(10_000)
      node.news()
      node.disk.set(haFile, text)
      await node.clock.advance(2 * minute)
      node.disk.set(haFile, 'torn otherwise')
      await node.clock.advance(minute)
      assert.deepEqual([node.status.phase, node.status.master.host], ['steady', '10.34.1.10'])
      assert.ok((node.status.master.checks[0]?.streak ?? 0) > 180, 'the checks went on counting')
      const [warning, ...more] = node.news(ofNode)
      assert.match(
        warning ?? '',
        /^warning \S+ha\.conf .*: the master stays 10\.34\.1\.10 until it can be read/,
      )
      assert.deepEqual(more, [])
      node.disk.set(haFile, slave)
      await node.clock.advance(minute)
      assert.deepEqual(node.news(ofNode), [`info ${haFile}: can be read again, the master is 10.34.1.10`])
    })

  it('fails over while ha.conf is torn', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    await node.clock.advance(10_000)
    node.disk.set(haFile, torn)
    await node.clock.advance(minute)
    node.dead.add('10.34.1.10')
    await node.clock.advance(20_000)
    assert.equal(node.mode, 0)
  })

  it('keeps the master that it knows over a reload with a torn ha.conf', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    node.disk.set(haFile, torn)
    await node.reload()
    assert.equal(node.status.master.host, '10.34.1.10')
  })

  it('says it anew when it is passive for another reason', async t => {
    const node = new VirtualNode(config, aMaster)
    await node.start(t)
    node.news()
    node.disk.delete(haFile)
    await node.clock.advance(2 * minute)
    const news = node.news(ofNode)
    assert.equal(news.length, 1, news.join('\n'))
    assert.match(news[0] ?? '', /^info passive: .*does not exist/)
  })

  it('leaves a berofosd.conf that is being edited to the reload', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    node.disk.set('/etc/berofosd.conf', '[master]\nhos')
    node.disk.set(haFile, slaveOf('10.34.1.11'))
    await node.clock.advance(minute)
    assert.equal(node.status.master.host, '10.34.1.11')
    assert.deepEqual(node.news(/^error/), [])
  })

  it('looks at ha.conf no more when a reload sets an address', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    node.disk.set('/etc/berofosd.conf', config.replace('wazo', '10.34.1.12'))
    await node.reload()
    node.disk.set(haFile, aMaster)
    assert.deepEqual(await node.probedWithin(3 * minute), ['10.34.1.12'])
    assert.equal(node.status.phase, 'steady')
  })

  it('looks at it from the reload on that sets wazo', async t => {
    const node = new VirtualNode(config.replace('wazo', '10.34.1.12'), slave)
    await node.start(t)
    node.disk.set('/etc/berofosd.conf', config)
    await node.reload()
    assert.deepEqual(await node.probedWithin(10_000), ['10.34.1.10'])
    node.disk.set(haFile, aMaster)
    await node.clock.advance(minute)
    assert.equal(node.status.phase, 'passive')
  })

  it('leaves no timer when it stops', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    const stopped = node.daemon.stop()
    await node.clock.advance(2000)
    await stopped
    assert.equal(node.clock.waiting, 0)
    assert.deepEqual(await node.probedWithin(3 * minute), [])
  })
})

describe('On a node with /var/lib/wazo', () => {
  it('the daemon acts only while is-secondary exists', async t => {
    const node = new VirtualNode(config, slave)
    node.disk.set(wazoDirectory, '')
    await node.start(t)
    await node.clock.advance(10_000)
    assert.equal(node.status.phase, 'passive')
    assert.match(node.news(/passive/).join(), /is-secondary is missing/)
    node.disk.set(secondary, '')
    await node.clock.advance(2000)
    assert.equal(node.status.phase, 'steady')
    node.disk.delete(secondary)
    await node.clock.advance(2000)
    assert.equal(node.status.phase, 'passive')
  })

  it('[node] secondary_file counts instead', async t => {
    const node = new VirtualNode(`${config}[node]\nsecondary_file = /run/mine\n`, slave)
    node.disk.set(wazoDirectory, '')
    node.disk.set('/run/mine', '')
    await node.start(t)
    await node.clock.advance(10_000)
    assert.equal(node.status.phase, 'steady')
    assert.ok(!node.lookedFor.includes(secondary))
  })

  it('the daemon minds is-secondary from the minute on in which the directory is there', async t => {
    const node = new VirtualNode(config, slave)
    await node.start(t)
    await node.clock.advance(10_000)
    node.news()
    node.disk.set(wazoDirectory, '')
    await node.clock.advance(minute)
    assert.equal(node.status.phase, 'passive')
    assert.match(node.news(ofNode).join('\n'), /acting only while \S+is-secondary exists/)
    node.disk.delete(wazoDirectory)
    await node.clock.advance(minute)
    assert.equal(node.status.phase, 'steady')
  })
})

describe('Looking for a secondary file', () => {
  const plain = '[master]\nhost = 10.34.1.10\n'
  const withFile = `${plain}[node]\nsecondary_file = /run/mine\n`

  it('costs nothing where none is configured', async t => {
    const node = new VirtualNode(plain, slave)
    await node.start(t)
    await node.clock.advance(minute)
    assert.deepEqual(node.lookedFor, [])
  })

  it('begins and ends with a reload', async t => {
    const node = new VirtualNode(plain)
    await node.start(t)
    await node.clock.advance(10_000)
    node.disk.set('/etc/berofosd.conf', withFile)
    await node.reload()
    assert.equal(node.status.phase, 'passive')
    node.disk.set('/run/mine', '')
    await node.clock.advance(1000)
    assert.equal(node.status.phase, 'steady')
    node.disk.delete('/run/mine')
    await node.clock.advance(1000)
    assert.equal(node.status.phase, 'passive')
    node.disk.set('/etc/berofosd.conf', plain)
    await node.reload()
    assert.equal(node.status.phase, 'steady')
    node.lookedFor.length = 0
    await node.clock.advance(minute)
    assert.deepEqual(node.lookedFor, [])
  })
})
