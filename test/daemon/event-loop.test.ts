import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Effect } from '../../src/core/effects.ts'
import type { Event } from '../../src/core/events.ts'
import { initialState } from '../../src/core/state.ts'
import { EventLoop } from '../../src/daemon/event-loop.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { someSettings } from '../helpers/settings.ts'

const start: Event = { kind: 'started', stored: null, secondary: true }
const healthy: Event = { kind: 'probed', check: 'ping', result: { outcome: 'answered', ms: 1, detail: '' } }

/** An event that no decision can take: reading its kind throws. */
const senseless: Event = {
  get kind(): never {
    throw new Error('a bug')
  },
}

function open(run: (effect: Effect) => void = () => {}, trace?: (text: string) => void) {
  const complaints: string[] = []
  const settings = someSettings()
  const atDebug = { ...settings, log: { ...settings.log, level: 'debug' as const } }
  const complain = (error: unknown) => complaints.push(String(error))
  return { loop: new EventLoop(atDebug, new FakeClock(), run, complain, trace), complaints }
}

describe('a decision that fails', () => {
  it('keeps the state, is complained about, and the next event is decided', () => {
    const { loop, complaints } = open()
    loop.post(start)
    const before = loop.state
    loop.post(senseless)
    assert.equal(loop.state, before)
    assert.deepEqual([loop.isSound, complaints], [false, ['Error: a bug']])
    loop.post(healthy)
    assert.notEqual(loop.state, before)
    assert.equal(loop.isSound, true)
  })

  it('of a check is not made good by others until a result of that check is decided', () => {
    const { loop } = open()
    loop.post(start)
    loop.post({
      ...{ kind: 'probed', check: 'sip' },
      get result(): never {
        throw new Error('a bug')
      },
    } as Event)
    loop.post(healthy)
    assert.equal(loop.decidesAll, false, 'nobody knows what has become of telephony')
    loop.post({ ...healthy, check: 'sip' })
    assert.equal(loop.decidesAll, true)
  })

  it('is not forgotten after the next one that succeeds', () => {
    const { loop } = open()
    loop.post(senseless)
    loop.post(start)
    assert.equal(loop.problem, 'a bug')
  })
})

describe('an effect that fails', () => {
  it('keeps neither the state nor the effects after it from coming about', () => {
    const ran: string[] = []
    const { loop, complaints } = open(effect => {
      ran.push(effect.kind)
      if (ran.length === 1) throw new Error('no such runner')
    })
    loop.post(start)
    assert.ok(ran.length > 1, ran.join())
    assert.deepEqual([complaints, loop.problem], [['Error: no such runner'], 'no such runner'])
    assert.notEqual(loop.state, initialState)
  })
})

it('a debug line that can not be written keeps no effect from running', () => {
  const ran: string[] = []
  const { loop } = open(
    effect => ran.push(effect.kind),
    () => {
      throw new Error('no log')
    },
  )
  loop.post(start)
  assert.ok(ran.length > 0)
})

it('a listener that fails does not keep the next from being told', () => {
  const { loop, complaints } = open()
  let heard = 0
  loop.onDecision(() => {
    throw new Error('deaf')
  })
  loop.onDecision(() => heard++)
  loop.post(start)
  assert.deepEqual([heard, complaints], [1, ['Error: deaf']])
})
