import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Event } from '../../src/core/events.ts'
import { outlast } from '../../src/daemon/only-one.ts'
import type { Locking } from '../../src/system/directory-lock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { VirtualNode } from './virtual-node.ts'

const config = '[master]\nhost = 10.34.1.10\n'
const textOf = (node: VirtualNode, wanted: string) =>
  node.status.findings.find(({ code }) => code === wanted)?.text

describe('Of this node itself', () => {
  it('a state directory without a lock is a finding: another program may drive the lines', async t => {
    const node = new VirtualNode(config)
    node.lock = { is: 'impossible', why: 'ENOLCK' }
    await node.start(t)
    const text = 'no lock in /var/lib/berofosd (ENOLCK): see that no second berofosd runs'
    assert.equal(textOf(node, 'other-program'), text)
    assert.ok(node.lines.includes(`warning ${text}`))
    node.lock = { is: 'held', release: () => Promise.resolve() }
    await node.clock.advance(5000)
    assert.equal(textOf(node, 'other-program'), undefined)
  })

  it('a lock whose first try hangs is not tried again before that has answered', async t => {
    const node = new VirtualNode(config)
    let answer = (_: Locking) => {}
    node.slowLock = new Promise<Locking>(resolve => {
      answer = resolve
    })
    await node.start(t)
    const tries = node.lockTries
    await node.clock.advance(60_000)
    assert.equal(node.lockTries, tries)
    assert.match(textOf(node, 'other-program') ?? '', /^no lock in .* \(no answer in 2s\)/)
    answer({ is: 'held', release: () => Promise.resolve() })
    await node.clock.advance(0)
    assert.equal(textOf(node, 'other-program'), undefined)
    assert.ok(node.lines.includes('info /var/lib/berofosd is locked now'))
  })

  it('a master that stood still for a while is a notice for a day, and changes nothing', async t => {
    const node = new VirtualNode(`${config}[check.ping]\ntype = ping\ninterval = 5m\nfall = 5\n`)
    await node.start(t)
    await node.clock.advance(20 * 300_000)
    node.dead.add('10.34.1.10')
    await node.clock.advance(3 * 300_000)
    node.dead.clear()
    await node.clock.advance(2 * 300_000)
    const { role, findings } = node.status
    assert.deepEqual([role, findings.map(({ severity }) => severity)], ['master', ['notice']])
    assert.match(
      textOf(node, 'master-stood-still') ?? '',
      /^the master answered nothing for \d+m at .*, and then again/,
    )
    await node.clock.advance(86_400_000)
    assert.equal(textOf(node, 'master-stood-still'), undefined)
  })

  it('lines that the log has lost are a finding until they are made up for', async t => {
    const node = new VirtualNode(config)
    await node.start(t)
    node.logOptions?.lossChanged?.('syslog', 3)
    assert.match(textOf(node, 'log-lost') ?? '', /^3 .*: see that the syslog of \[log\] syslog runs$/)
    node.logOptions?.lossChanged?.('syslog', 0)
    assert.equal(textOf(node, 'log-lost'), undefined)
  })
})

describe('A syslog on the network', () => {
  it('that lines do not reach is a finding until they do', async t => {
    const node = new VirtualNode(config)
    await node.start(t)
    node.logOptions?.awayChanged?.('log lines do not reach 10.34.1.9 port 514: connection refused')
    assert.equal(
      textOf(node, 'log-lost'),
      'log lines do not reach 10.34.1.9 port 514: connection refused: see that the syslog of [log] syslog runs',
    )
    node.logOptions?.awayChanged?.(null)
    assert.equal(textOf(node, 'log-lost'), undefined)
  })
})

describe('A decision that fails', () => {
  it('is a finding with its cause and cure until the daemon is restarted', async t => {
    const node = new VirtualNode(config)
    await node.start(t)
    const senseless = { kind: 'nothing that happens' } as unknown as Event
    node.daemon.assembly.loop.post(senseless)
    await node.clock.advance(5000)
    const text = textOf(node, 'decision-failed')
    assert.match(text ?? '', /^a decision failed: .+: see the log, then 'systemctl restart berofosd'$/)
    assert.match(node.lines.join('\n'), /^error internal error: /m)
  })
})

describe('A start that finds another daemon', () => {
  const places = { stateDirectory: '/s', controlSocket: '/c' }
  const world = (locks: Locking[]) => ({
    clock: new FakeClock(),
    lock: () => Promise.resolve(locks.shift() ?? ({ is: 'taken' } as const)),
    isServed: () => Promise.resolve(false),
  })

  it('waits until that has gone, and gives the lock back', async () => {
    let released = 0
    const held: Locking = { is: 'held', release: async () => void released++ }
    const doors = world([{ is: 'taken' }, held])
    const gone = outlast(places, doors, { ms: 60_000, signal: new AbortController().signal })
    await doors.clock.advance(2000)
    await gone
    assert.equal(released, 1)
  })

  it('waits no longer than it may, and not when it is to stop', async () => {
    const doors = world([])
    const late = outlast(places, doors, { ms: 3000, signal: new AbortController().signal })
    await doors.clock.advance(3000)
    await late
    await outlast(places, doors, { ms: 3000, signal: AbortSignal.abort() })
  })
})
