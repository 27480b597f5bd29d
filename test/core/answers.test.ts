import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Event } from '../../src/core/events.ts'
import type { Settings } from '../../src/core/settings.ts'
import { Policy, reloaded, teachesNothing } from '../helpers/policy.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const { hooks, failback } = someSettings()
const asking = someSettings({ failback: { ...failback, stableForMs: 0, readyCommand: 'r' } })
const policy = (settings: Settings = someSettings()) => new Policy(settings)

describe('The answer of ready_command', () => {
  it('counts for the latest question alone, and once', () => {
    const node = policy(asking).start('slave').probe('answered', 2)
    assert.deepEqual(node.state.readiness, { is: 'asking', since: node.now.mono, question: 1, detail: '' })
    teachesNothing(node, { kind: 'readyAnswered', question: 0, ready: true, detail: 'late' })
    const since = node.now.mono - 10
    node.post({ kind: 'readyAnswered', question: 1, ready: false, detail: '2 calls' })
    const againAt = node.now.mono + 10_000
    assert.deepEqual(node.state.readiness, { is: 'no', since, againAt, detail: '2 calls' })
    teachesNothing(node, { kind: 'readyAnswered', question: 1, ready: true, detail: 'twice' })
  })

  it('lets the lines go back', () => {
    const node = policy(asking).start('slave').probe('answered', 3)
    node.post({ kind: 'readyAnswered', question: 1, ready: true, detail: '' })
    assert.deepEqual(node.lines, [
      'failback: lines to the master: the master has been up for 0s, check ping: 3 answers in a row',
    ])
  })

  it('is out of date when the window has closed', () => {
    const node = policy({ ...asking, failback: { ...asking.failback, policy: 'window' } }).start('slave')
    node.post({ kind: 'windowChecked', forMs: 60_000 }).probe('answered', 2)
    node.post({ kind: 'readyAnswered', question: 1, ready: false, detail: '' })
    assert.equal(node.state.readiness.is, 'no')
    assert.deepEqual(node.post({ kind: 'windowChecked', forMs: 0 }).state.readiness, { is: 'unasked' })
  })

  it('is out of date when the master falters, and the time that was waited still counts', () => {
    const node = policy({ ...asking, hooks: { ...hooks, before_master: 'm' } }).start('slave')
    const since = node.probe('answered', 2).now.mono
    node.post({ kind: 'readyAnswered', question: 1, ready: true, detail: '' })
    assert.deepEqual(node.state.readiness, { is: 'yes', since })
    node.probe('failed')
    const { readiness } = node.state
    assert.ok(readiness.is === 'no' && readiness.since === since && readiness.againAt === node.now.mono)
  })

  it('counts the time since the first question, and what was said to it, however often it is asked', () => {
    const node = policy(asking).start('slave').probe('answered', 2)
    const since = node.now.mono
    node.post({ kind: 'readyAnswered', question: 1, ready: false, detail: 'SAID' })
    node.post({ kind: 'probed', check: 'ping', result: { outcome: 'answered', ms: 1, detail: '' } }, 1500)
    for (let second = 0; second < 9; second++)
      node.post({ kind: 'probed', check: 'ping', result: { outcome: 'answered', ms: 1, detail: '' } }, 1000)
    assert.deepEqual(node.state.readiness, { is: 'asking', since, question: 2, detail: 'SAID' })
  })
})

describe('The answer to an isolation check', () => {
  it('means nothing when none was asked', () => {
    teachesNothing(policy().start().probe('answered', 2), {
      kind: 'isolationChecked',
      question: 1,
      answering: null,
    })
    teachesNothing(policy().start().probe('answered', 2), {
      kind: 'isolationChecked',
      question: 1,
      answering: 'fos1',
    })
  })

  it('is void after a pause: it is asked anew', () => {
    const node = policy().start().probe('failed', 3)
    node.post({ kind: 'pausedByOperator', forMs: null, reason: '' })
    teachesNothing(node, { kind: 'isolationChecked', question: 1, answering: 'fos1' })
    node.post({ kind: 'resumed' }).probe('failed')
    assert.deepEqual([node.state.phase, node.kinds.includes('checkIsolation')], ['suspect', true])
    teachesNothing(node, { kind: 'isolationChecked', question: 1, answering: 'fos1' })
  })

  it('of relays that a reload let go of counts for nothing: those that are there now are asked at the next failure', () => {
    const node = policy().start().probe('failed', 3).post(reloaded())
    assert.deepEqual([node.state.phase, node.kinds.includes('checkIsolation')], ['suspect', false])
    teachesNothing(node, { kind: 'isolationChecked', question: 1, answering: null })
    node.wait(1000).probe('failed')
    assert.deepEqual([node.state.phase, node.kinds.includes('checkIsolation')], ['suspect', true])
    node.isolationChecked(null).post({ kind: 'woken' }, 1000).post(reloaded())
    assert.deepEqual([node.state.phase, node.kinds.includes('checkIsolation')], ['isolated', true])
    teachesNothing(node, { kind: 'isolationChecked', question: 3, answering: 'fos1' })
  })

  it('that comes late decides nothing: a probe that was begun since then does', () => {
    const node = policy().start().probe('failed', 3).isolationChecked('fos1', 501)
    const result = { outcome: 'failed', ms: 1000, detail: '' } as const
    const failed = { kind: 'probed', check: 'ping', result } as const
    node.post(failed, 999)
    assert.deepEqual([node.state.role, node.kinds], ['master', []])
    node.post(failed, 1)
    assert.deepEqual([node.state.role, node.kinds], ['master', ['checkIsolation']])
    node.isolationChecked('fos1', 500)
    assert.equal(node.state.role, 'slave')
  })

  it('is the later the sooner the check is probed: a quarter of a probe, 40 ms at least and 500 at most', () => {
    const rows = [
      [9000, 500],
      [1000, 250],
      [100, 40],
    ] as const
    for (const [ms, promptMs] of rows) {
      const check = { ...pingCheck({ fall: 3, rise: 2 }), intervalMs: ms, timeoutMs: ms }
      const roles = [promptMs, promptMs + 1].map(
        silentMs =>
          policy(someSettings({ checks: [check] }))
            .start()
            .probe('failed', 3)
            .isolationChecked('fos1', silentMs).state.role,
      )
      assert.deepEqual(roles, ['slave', 'master'])
    }
  })

  it('that comes late a second time counts: where everybody is slow, lines move all the same', () => {
    const node = policy().start().probe('failed', 3).isolationChecked('fos1', 3000)
    node.wait(1000).probe('failed').isolationChecked('fos1', 3000)
    assert.equal(node.state.role, 'slave')
  })

  it('that comes late is forgotten as soon as the master answers: it needs all its failures again', () => {
    const node = policy().start().probe('failed', 3).isolationChecked('fos1', 501)
    node.probe('answered').wait(1000).probe('failed', 2)
    assert.deepEqual([node.state.role, node.kinds], ['master', []])
  })

  it('means nothing twice', () => {
    const node = policy().start().probe('failed', 3).isolationChecked(null)
    teachesNothing(node, { kind: 'isolationChecked', question: 1, answering: null })
    teachesNothing(node, { kind: 'isolationChecked', question: 1, answering: 'fos1' })
  })

  it('that nothing answers is said once, and asked again after a pause', () => {
    const node = policy().start().probe('failed', 3).isolationChecked(null)
    assert.equal(node.lines.length, 1)
    assert.deepEqual(node.state.isolation, { is: 'silent', againAt: node.now.mono + 1000 })
    node.post({ kind: 'woken' }, 1000)
    assert.deepEqual(node.state.isolation, { is: 'asked-again', question: 2 })
    assert.deepEqual(node.isolationChecked(null).lines, [])
    assert.equal(node.state.phase, 'isolated')
  })

  it('ends an isolation, and the checks start from zero', () => {
    const node = policy().start().probe('failed', 3).isolationChecked(null)
    node.post({ kind: 'woken' }, 1000).isolationChecked('fos2')
    const { isolation, checks, checksHaveSpoken, verdict } = node.state
    assert.deepEqual(
      { isolation, checks, checksHaveSpoken, verdict },
      {
        ...{ isolation: { is: 'none' }, checks: {}, checksHaveSpoken: false, verdict: 'unknown' },
      },
    )
  })

  for (const [title, wait] of [
    ['while the next is awaited', 0],
    ['while it is being asked again', 1000],
  ] as const)
    it(`is not needed when the master answers, ${title}`, () => {
      const node = policy().start().probe('failed', 3).isolationChecked(null)
      node.post({ kind: 'woken' }, wait).probe('answered')
      assert.deepEqual([node.state.phase, node.state.isolation], ['starting', { is: 'none' }])
      assert.match(node.lines.join(), /isolated: over, the master answers again/)
    })

  it('is still needed when a probe could not be made: that is no answer', () => {
    const node = policy().start().probe('failed', 3).isolationChecked(null).probe('inconclusive', 9)
    assert.equal(node.state.phase, 'isolated')
    assert.deepEqual(
      node.lines.filter(line => line.startsWith('isolated')),
      [],
    )
    node.isolationChecked('fos1')
    assert.equal(node.state.phase, 'isolated', 'nobody was asked meanwhile')
  })

  it('is not needed when there is no berofos any more', () => {
    const node = policy().start().probe('failed', 3).isolationChecked(null)
    node.settings = someSettings({ devices: null })
    assert.deepEqual(node.post(reloaded()).state.isolation, { is: 'none' })
  })

  it('is still needed when another check fails on', () => {
    const two = someSettings({ checks: [pingCheck(), pingCheck({ name: 'sip' })] })
    const node = policy(two).start().probe('failed', 3).probe('failed', 3, 'sip').isolationChecked(null)
    assert.equal(node.probe('answered', 1, 'sip').state.phase, 'isolated')
    assert.equal(node.probe('answered').state.phase, 'starting')
  })
})

describe('That a relay was told of the move', () => {
  const told = (move: number): Event => ({ kind: 'moveBegun', move })

  it('is known of the move under way, and saved once', () => {
    const node = policy().start().failOver()
    teachesNothing(node, told(0))
    assert.equal(node.post(told(1)).state.move?.begun, true)
    assert.ok(node.kinds.includes('save'))
    assert.deepEqual(node.post(told(1)).kinds, [])
  })

  it('means nothing when there is none', () => {
    teachesNothing(policy().start(), told(0))
  })
})

describe('The role that relays read', () => {
  it('is taken when none was stored, and once', () => {
    const node = policy().start('slave')
    assert.deepEqual([node.state.role, node.state.roleSinceWall], ['slave', node.now.wall])
    teachesNothing(node, { kind: 'roleDiscovered', role: 'master' })
  })

  it('does not count once an operator pinned one', () => {
    const node = policy().post({ kind: 'started', stored: null, secondary: true })
    node.post({ kind: 'forced', role: 'slave', forMs: null, reason: '' })
    teachesNothing(node, { kind: 'roleDiscovered', role: 'master' })
  })

  it("is the master's when none could be read", () => {
    assert.equal(policy().start(null).state.role, 'master')
  })

  it('is asked for by a reload that brings relays, and only then', () => {
    const without = { ...someSettings(), devices: null }
    const node = policy(without).post({ kind: 'started', stored: null, secondary: true })
    assert.ok(!node.kinds.includes('discoverRole'))
    assert.ok(!node.post(reloaded()).kinds.includes('discoverRole'))
    node.settings = someSettings()
    assert.ok(node.post(reloaded()).kinds.includes('discoverRole'))
    node.post({ kind: 'roleDiscovered', role: 'slave' })
    assert.ok(!node.post(reloaded()).kinds.includes('discoverRole'))
  })
})
