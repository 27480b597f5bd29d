import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isToldFirst, letGoTexts, mayKick, stopText } from '../../src/core/bypass.ts'
import type { Effect } from '../../src/core/effects.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { Policy } from '../helpers/policy.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const settings = someSettings({
  site: { kind: 'bypass', kickMs: 5000, watchdogMs: 60_000 },
  checks: [pingCheck({ fall: 3, rise: 2 })],
})
const kicks = (node: Policy) => mayKick(node.settings, node.state)
const logged = ({ effects }: Policy) =>
  effects.flatMap((effect: Effect) => (effect.kind === 'log' ? [`${effect.severity} ${effect.text}`] : []))
const up = () => new Policy(settings).start().probe('answered', 2)
const trip = (node: Policy, relay = 'fos1', soundAt: number | null = node.now.mono) =>
  node.post({ kind: 'tripped', relay, trips: true, soundAt })

describe('one server in front of a PBX', () => {
  test('a server that is down loses the lines at once: nobody is asked first', () => {
    const node = up().probe('failed', 3)
    assert.equal(node.state.role, 'slave')
    assert.ok(!node.effects.some(({ kind }) => kind === 'checkIsolation'))
  })
  test('kicks end with the verdict, and come again with the lines', () => {
    const node = up()
    assert.equal(kicks(node), true)
    node.probe('failed', 3)
    assert.equal(kicks(node), false)
    node.moved().probe('answered', 2)
    assert.equal(kicks(node), false, 'the lines are still at the PBX')
  })
  test('a pause kicks, whatever the verdict', () => {
    const node = up().post({ kind: 'pausedByOperator', forMs: null, reason: '' }).probe('failed', 3)
    assert.equal(kicks(node), true)
  })
  test('a reload that takes a kicked device out of bnfos.conf says what becomes of its lines', () => {
    const [fos1, fos2] = settings.devices ?? []
    const told = (node: Policy) =>
      letGoTexts(settings, { ...settings, devices: fos1 ? [fos1] : [] }, node.state)
    assert.deepEqual(told(up()), [
      `fos2: nobody kicks its watchdog from now on: it bypasses its lines within 1m; 'bnfos --set wdog=0 -h ${fos2?.host}' leaves them where they are`,
    ])
    assert.deepEqual(told(up().probe('failed', 3)), [])
    assert.equal(letGoTexts(settings, { ...settings, devices: null }, up().state).length, 2)
  })
  test('who stops it is told that the devices bypass, unless they have done so', () => {
    const node = up()
    const bypass = 'nobody kicks from now on: the devices bypass the lines within 1m'
    assert.equal(stopText(node.settings, node.state), bypass)
    node.probe('failed', 3)
    assert.equal(stopText(node.settings, node.state), 'the relays stay as they are')
    assert.equal(
      stopText({ ...node.settings, site: { kind: 'pair' } }, up().state),
      'the relays stay as they are',
    )
  })
  test('nobody kicks before the role is known', () => {
    const node = new Policy(settings)
    assert.equal(kicks(node), false)
  })
  test('a trip is told and taken over by the role, and no hook of a failback is skipped for it', () => {
    const node = trip(up())
    assert.equal(node.state.role, 'slave')
    assert.ok(
      logged(node).includes('error watchdog: fos1 tripped: lines bypassed to the PBX'),
      logged(node).join('\n'),
    )
    assert.ok(node.state.move?.begun, 'the lines have moved: nothing calls that off')
  })
  test('each device that trips is told of once', () => {
    const node = trip(up())
    assert.equal(logged(trip(node, 'fos2')).length, 1)
    assert.deepEqual(logged(trip(node, 'fos2')), [])
  })
  test('a trip after the lines were bypassed on purpose is no news', () => {
    const node = up().probe('failed', 3).moved()
    assert.deepEqual(logged(trip(node)), [])
  })
  test('after a trip the server has to be up for stable_for anew', () => {
    const node = up().probe('answered', 200)
    const before = node.now.mono
    trip(node)
    assert.ok((node.state.upSince ?? 0) > before)
  })
  test('trips count for the flap limit', () => {
    let node = up()
    for (let n = 0; n < 3; n++) {
      node = trip(node)
      node.state = { ...node.state, role: 'master', move: null, tripped: [] }
    }
    assert.equal(node.state.flapping, true)
  })
  test('a trip during a pause is told and decides nothing', () => {
    const node = trip(up().post({ kind: 'pausedByOperator', forMs: null, reason: '' }))
    assert.equal(node.state.role, 'master')
    assert.equal(logged(node).length, 1)
  })
  test('the role follows a trip of a pause as soon as that ends', () => {
    const node = trip(up().post({ kind: 'pausedByOperator', forMs: null, reason: '' }))
    node.post({ kind: 'resumed' })
    assert.equal(node.state.role, 'slave')
  })

  test('a trip is no less one when a failover was called off before a device could be told', () => {
    const node = up().probe('failed', 3).probe('answered', 2)
    assert.equal(node.state.move?.event, 'called-off')
    assert.equal(trip(node).state.role, 'slave')
  })
  test('a trip is no less one while another device is still on its way back to the server', () => {
    const node = up().probe('failed', 3).moved().probe('answered', 6002)
    assert.equal(node.state.move?.to, 'master')
    assert.equal(trip(node).state.role, 'master', 'what the move is about to undo is no trip')
    node.post({ kind: 'relaysTried', move: node.state.moves, all: false })
    assert.equal(trip(node).state.role, 'slave')
  })
  test('a failover that was called off drives nothing before it is read', () => {
    const node = up().probe('failed', 3)
    assert.equal(isToldFirst(node.settings, node.state), true)
    node.probe('answered', 2)
    assert.equal(isToldFirst(node.settings, node.state), false)
  })

  describe('whose lines are pinned to it', () => {
    const pin = (node: Policy) =>
      node.post({ kind: 'forced', role: 'master', forMs: null, reason: '', by: null })
    test('gets them again after a trip once it is stable', () => {
      const node = trip(pin(up()))
      assert.deepEqual([node.state.role, node.state.move], ['master', null])
      node.probe('answered', 60_000 / 10)
      assert.equal(node.state.move?.event, 'forced')
      assert.deepEqual(node.state.tripped, [])
    })
    test('gets them no more after a trip while it is down: they would come and go', () => {
      const node = trip(pin(up()).probe('failed', 3)).probe('failed', 20)
      assert.deepEqual([node.state.role, node.state.move], ['master', null])
    })
    test('gets them at once, down or not, when it is forced anew', () => {
      const node = pin(trip(pin(up()).probe('failed', 3)))
      assert.equal(node.state.move?.to, 'master')
    })
    test('gets them at once from a device that had tripped before, unread when it was forced', () => {
      const node = trip(pin(up()), 'fos1', null)
      assert.equal(node.state.move?.to, 'master')
    })
    test('waits after a start for what trips then: that order was given in the run before', () => {
      const node = pin(up())
      const stored = toStored(node.state, node.now)
      trip(node.post({ kind: 'started', stored, secondary: true }), 'fos1', null)
      assert.deepEqual([node.state.phase, node.state.move], ['forced', null])
    })
    test('gets them no more than the flap limit allows', () => {
      const node = pin(up())
      for (let n = 0; n < 4; n++) trip(node.moved()).probe('answered', 6000).moved()
      assert.equal(node.state.flapping, true)
      assert.equal(node.state.tripped.length, 1)
    })
  })
})
