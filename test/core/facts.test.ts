import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { phaseTable } from '../../src/core/phases.ts'
import type { Settings } from '../../src/core/settings.ts'
import { mostFailovers, type Phase, phases } from '../../src/core/state.ts'
import { Policy, reloaded } from '../helpers/policy.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const { failback } = someSettings()
const policy = (settings: Settings = someSettings()) => new Policy(settings)
const where = (holds: (phase: Phase) => boolean) => phases.filter(holds)

describe('A phase', () => {
  it('drives relays when the role is settled', () => {
    assert.deepEqual(
      where(phase => phaseTable[phase].relays === 'enforce'),
      ['forced', 'steady', 'recovering', 'waiting'],
    )
  })

  it('is automatic unless somebody or something else says where the lines are', () => {
    assert.deepEqual(
      where(phase => !phaseTable[phase].automatic),
      ['unconfigured', 'passive', 'paused', 'forced'],
    )
  })
})

describe('The phase', () => {
  it('is one of ten words', () => {
    const words = 'unconfigured passive paused forced starting suspect isolated steady recovering waiting'
    assert.deepEqual(phases, words.split(' '))
  })
})

describe('A reload', () => {
  const two = someSettings({ checks: [pingCheck(), pingCheck({ name: 'sip' })] })
  const known = () => policy(two).start().probe('answered', 2).probe('answered', 2, 'sip')

  it('keeps what is known of checks that did not change', () => {
    const before = known()
    assert.deepEqual(before.post(reloaded()).state.checks, known().state.checks)
    assert.equal(before.state.verdict, 'up')
  })

  it('lets a check that changed start from zero, and asks for a new verdict', () => {
    const { checks, verdict, upSince } = known().post(reloaded('sip')).state
    assert.deepEqual([Object.keys(checks), verdict, upSince], [['ping'], 'unknown', null])
  })

  it('forgets a check that is gone, and judges by those that are left', () => {
    const node = known().probe('failed', 3, 'sip')
    assert.equal(node.state.verdict, 'down')
    node.settings = someSettings()
    const { checks, verdict } = node.post(reloaded()).state
    assert.deepEqual([Object.keys(checks), verdict], [['ping'], 'up'])
  })
})

describe('A result', () => {
  const optional = someSettings({ checks: [pingCheck(), pingCheck({ name: 'web', required: false })] })
  const answered = (check: string) =>
    ({ kind: 'probed', check, result: { outcome: 'answered', ms: 1, detail: '' } }) as const

  it('of a check that is none teaches nothing', () => {
    const node = policy().start().probe('answered', 2)
    const before = node.state
    assert.deepEqual(node.probe('failed', 9, 'nobody').state, before)
    assert.deepEqual(node.lines, [])
  })

  it('that comes after a gap is a break in what was without one', () => {
    const node = policy().start().probe('answered', 2)
    assert.equal(node.post(answered('ping'), 3001).state.upSince, node.now.mono)
  })

  it('of a check that decides nothing is no break', () => {
    const node = policy(optional).start().probe('answered', 2)
    const since = node.state.upSince
    assert.equal(node.post(answered('web'), 3001).state.upSince, since)
  })

  it('of a probe that could not be made is said once, until none was for an hour', () => {
    const node = policy().start()
    assert.match(node.probe('inconclusive').lines.join(), /^check ping: can't check: inconclusive$/)
    assert.deepEqual(node.probe('inconclusive').lines, [])
    assert.deepEqual(node.probe('answered').probe('inconclusive').lines, [])
    node.post({ kind: 'woken' }, 3_599_980).probe('answered')
    assert.match(node.probe('inconclusive').lines.join(), /can't check/)
  })
})

describe('The failback window', () => {
  it('is open for as long as was told, and closed when told', () => {
    const node = policy().start().post({ kind: 'windowChecked', forMs: 1 })
    assert.equal(node.state.windowUntil, node.now.mono + 1)
    assert.equal(node.post({ kind: 'woken' }, 1).state.windowUntil, null)
    node.post({ kind: 'windowChecked', forMs: 60_000 })
    assert.equal(node.post({ kind: 'windowChecked', forMs: 0 }).state.windowUntil, null)
  })

  it('is open until its last moment', () => {
    const node = policy().start().post({ kind: 'windowChecked', forMs: 5000 })
    assert.notEqual(node.post({ kind: 'woken' }, 4999).state.windowUntil, null)
    assert.equal(node.post({ kind: 'woken' }, 1).state.windowUntil, null)
  })
})

describe('The role', () => {
  it('is known since the moment at which it changed', () => {
    const node = policy().start().failOver()
    assert.equal(node.state.roleSinceWall, node.now.wall)
    assert.equal(node.post({ kind: 'reminded' }).state.roleSinceWall, node.now.wall - 10)
  })

  it('changes for a reason that is cut when nobody could read it', () => {
    const node = policy().start()
    node.post({ kind: 'forced', role: 'slave', forMs: null, reason: `begin ${'x'.repeat(2000)}` })
    assert.equal(node.state.move?.reason.length, 1000)
    assert.match(node.state.move?.reason ?? '', /^begin /)
  })

  it('is held back once under policy manual for each resume', () => {
    const node = policy(someSettings({ failback: { ...failback, policy: 'manual', stableForMs: 0 } }))
    node.start('slave').probe('answered', 2)
    assert.equal(node.state.phase, 'waiting')
    assert.equal(node.post({ kind: 'resumed' }).state.role, 'master')
    node.failOver().moved().probe('answered', 2)
    assert.deepEqual([node.state.role, node.state.phase], ['slave', 'waiting'])
  })
})

describe('resume', () => {
  it('ends an override, and says so', () => {
    const node = policy().start().post({ kind: 'forced', role: 'slave', forMs: null, reason: '' })
    assert.equal(node.post({ kind: 'resumed' }).state.override, null)
    assert.match(node.lines.join(), /override: ended by an operator/)
  })

  it('ends the hold of the flap limit, and counting starts anew', () => {
    const node = policy(someSettings({ failback: { ...failback, flapLimit: 1 } }))
      .start()
      .failOver()
    assert.deepEqual([node.state.flapping, node.state.failovers.length], [true, 1])
    node.post({ kind: 'resumed' })
    assert.deepEqual([node.state.flapping, node.state.failovers], [false, []])
  })

  it('leaves failovers counted when they had not reached the limit', () => {
    const node = policy().start().failOver()
    assert.equal(node.post({ kind: 'resumed' }).state.failovers.length, 1)
  })
})

describe('The flap limit', () => {
  const hour = 3_600_000
  const limited = (flapLimit: number) => policy(someSettings({ failback: { ...failback, flapLimit } }))
  const again = (node: Policy, afterMs: number) => {
    node.post({ kind: 'forced', role: 'master', forMs: null, reason: '' })
    node.post({ kind: 'forced', role: 'auto', forMs: null, reason: '' }, afterMs)
    return node.failOver()
  }

  it('counts failovers within flap_window', () => {
    const node = limited(2).start().failOver()
    assert.equal(again(node, hour - 60).state.flapping, true)
    assert.match(node.lines.join('\n'), /^flapping: 2 failovers within 1h: no failback/m)
  })

  it('counts none that is as old as that', () => {
    // The failure three and the isolation check take 40 ms, the order of the override 10.
    assert.equal(again(limited(2).start().failOver(), hour - 51).state.flapping, true)
    assert.equal(again(limited(2).start().failOver(), hour - 50).state.flapping, false)
  })

  it('once reached stays so, and is said once', () => {
    const node = again(limited(2).start().failOver(), 10)
    assert.match(node.lines.join('\n'), /^flapping: /m)
    again(node, 2 * hour)
    assert.equal(node.state.flapping, true)
    assert.doesNotMatch(node.lines.join('\n'), /^flapping: /m)
  })

  it('is no limit when it is 0', () => {
    assert.equal(again(limited(0).start().failOver(), 10).state.flapping, false)
  })

  it('that a reload raises counts the failovers from before it', () => {
    const node = limited(0).start().failOver()
    again(node, 10)
    node.settings = someSettings({ failback: { ...failback, flapLimit: 3 } })
    assert.equal(again(node.post(reloaded()), 10).state.flapping, true)
  })

  it('of a window that a reload makes longer counts those before it', () => {
    const node = policy(someSettings({ failback: { ...failback, flapLimit: 3, flapWindowMs: 60_000 } }))
    node.start().failOver()
    again(again(node, 120_000), 10)
    assert.equal(node.state.flapping, false)
    node.settings = someSettings({ failback: { ...failback, flapLimit: 4, flapWindowMs: hour } })
    assert.equal(again(node.post(reloaded()), 10).state.flapping, true)
  })

  it('bounds what is remembered', () => {
    const node = limited(0).start().failOver()
    for (let i = 0; i < mostFailovers + 5; i++) again(node, 10)
    assert.equal(node.state.failovers.length, mostFailovers)
  })
})

describe('A reminder', () => {
  it('says what a pause is, and until when and why', () => {
    const node = policy().start().post({ kind: 'pausedByOperator', forMs: 5000, reason: 'upgrade' })
    assert.deepEqual(node.post({ kind: 'reminded' }, 1000).lines, [
      "paused: deciding and switching nothing until 01:46:45 (upgrade); end it with 'berofosd resume'",
    ])
  })

  it('says until when, however late it comes', () => {
    const node = policy().start().post({ kind: 'pausedByOperator', forMs: 5000, reason: '' })
    assert.match(node.post({ kind: 'reminded' }, 999.6).lines.join(), /until 01:46:45;/)
  })

  it('says nothing of what is normal, and has the relays repeat what is not', () => {
    const node = policy().start().probe('answered', 2).post({ kind: 'reminded' })
    assert.deepEqual([node.lines, node.kinds], [[], ['remindRelays']])
  })
})
