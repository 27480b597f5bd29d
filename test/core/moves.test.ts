import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Event } from '../../src/core/events.ts'
import type { Settings } from '../../src/core/settings.ts'
import { Policy, teachesNothing } from '../helpers/policy.ts'
import { someSettings } from '../helpers/settings.ts'

const { hooks, failback } = someSettings()
const hooked = someSettings({ hooks: { ...hooks, before_slave: 'b', after_slave: 'a', before_master: 'm' } })
const asking = someSettings({ failback: { ...failback, stableForMs: 0, readyCommand: 'r' } })
const policy = (settings: Settings = someSettings()) => new Policy(settings)

const ended = (move: number, hook: 'before_slave' | 'after_slave' | 'before_master', ok = true): Event => ({
  ...{ kind: 'hookEnded', move, hook, ok, detail: 'exit' },
})
const settled = (move: number, all = true): Event => ({ kind: 'settled', move, all })

describe('The end of a hook', () => {
  const before = () => policy(hooked).start().failOver()

  it('counts once, for the hook and the move that it is of', () => {
    const node = before()
    assert.deepEqual([node.state.move?.stage, node.state.move?.id], ['before', 1])
    teachesNothing(node, ended(0, 'before_slave'))
    teachesNothing(node, ended(1, 'after_slave'))
    assert.equal(node.post(ended(1, 'before_slave')).state.move?.stage, 'driving')
    teachesNothing(node, ended(1, 'before_slave'))
  })

  it('means nothing when there is no move', () => {
    teachesNothing(policy(hooked).start(), ended(0, 'before_slave'))
  })

  it('that went wrong is said, and holds up no failover', () => {
    const node = before().post(ended(1, 'before_slave', false))
    assert.equal(node.state.move?.stage, 'driving')
    assert.deepEqual(node.lines, ['hook before_slave: exit'])
  })

  it('that comes too late is said when it went wrong', () => {
    assert.deepEqual(before().post(ended(0, 'before_master', false)).lines, ['hook before_master: exit'])
  })

  it('of before_master that calls the failback off is said once, as that', () => {
    const node = policy({ ...hooked, failback: { ...failback, stableForMs: 0 } })
      .start('slave')
      .probe('answered', 2)
    assert.equal(node.state.move?.stage, 'asking')
    node.post(ended(1, 'before_master', false))
    assert.deepEqual(node.lines, ['failback called off by before_master: exit'])
    assert.deepEqual([node.state.move, node.state.calledOffUntil], [null, node.now.mono + 10_000])
  })

  it('of before_master makes ready_command be asked anew', () => {
    const both = { ...asking, hooks: { ...hooks, before_master: 'm' } }
    const node = policy(both).start('slave').probe('answered', 2)
    node.post({ kind: 'readyAnswered', question: 1, ready: true, detail: '' })
    node.post(ended(node.state.moves, 'before_master', false))
    assert.deepEqual(node.state.readiness, { is: 'unasked' })
  })
})

describe('A failback that before_master agreed to too late', () => {
  it('has the relays report the end of the move that undoes it', () => {
    const only = { ...someSettings(), hooks: { ...hooks, before_master: 'm' } }
    const node = policy({ ...only, failback: { ...failback, stableForMs: 0 } })
      .start('slave')
      .probe('answered', 2)
    node.probe('failed', 3).post(ended(1, 'before_master'))
    assert.deepEqual(node.effects.at(-1), { kind: 'hold', role: 'slave', move: 2 })
    assert.equal(node.post(settled(2)).state.move, null)
  })
})

describe('before_master agrees', () => {
  const only = { ...someSettings(), hooks: { ...hooks, before_master: 'm' } }
  const agreed = ended(1, 'before_master')

  it('in vain when the master does not answer any more', () => {
    const node = policy({ ...only, failback: { ...failback, stableForMs: 0 } })
      .start('slave')
      .probe('answered', 2)
    node.probe('failed').post(agreed)
    assert.deepEqual(node.lines, [
      "failback called off: the master was not up all the while; the slave's hooks run again",
    ])
  })

  it('in vain when the window has closed meanwhile', () => {
    const node = policy({ ...only, failback: { ...failback, stableForMs: 0, policy: 'window' } })
    node.start('slave').post({ kind: 'windowOpened', forMs: 60_000 }).probe('answered', 2)
    assert.equal(node.state.move?.stage, 'asking')
    node.post({ kind: 'windowOpened', forMs: 0 }).post(agreed)
    assert.deepEqual(node.lines, ["failback called off: it is held again; the slave's hooks run again"])
  })
})

describe('A forced failback', () => {
  it('runs before_master first, and goes on whatever it says', () => {
    const node = policy(hooked).start('slave')
    node.post({ kind: 'forced', role: 'master', forMs: null, reason: '' })
    assert.deepEqual([node.state.role, node.state.move?.stage], ['master', 'before'])
    assert.ok(!node.kinds.includes('hold'))
    node.post(ended(1, 'before_master', false))
    assert.ok(node.kinds.includes('hold'))
  })
})

describe('That relays have settled', () => {
  const driving = () => policy(hooked).start().failOver().post(ended(1, 'before_slave'))

  it('counts for the move under way alone', () => {
    teachesNothing(driving(), settled(0))
    assert.equal(driving().post(settled(1)).state.move?.stage, 'after')
  })

  it('means nothing before they were told', () => {
    teachesNothing(policy(hooked).start().failOver(), settled(1))
  })

  it('all of them, ends the move with its last hook', () => {
    assert.equal(driving().post(settled(1)).post(ended(1, 'after_slave')).state.move, null)
  })

  it('but one, leaves the move open after its last hook until that one arrives', () => {
    const node = driving().post(settled(1, false)).post(ended(1, 'after_slave'))
    assert.equal(node.state.move?.stage, 'arriving')
    teachesNothing(node, settled(1, false))
    assert.equal(node.post(settled(1)).state.move, null)
  })

  it('the last one while the hook after runs, does not end that hook', () => {
    const node = driving().post(settled(1, false)).post(settled(1))
    assert.deepEqual([node.state.move?.stage, node.state.move?.arrived], ['after', true])
    assert.equal(node.post(ended(1, 'after_slave')).state.move, null)
  })
})
