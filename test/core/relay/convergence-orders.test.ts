import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { remindersOf } from '../../../src/core/relay/relay-state.ts'
import { Hand, settled } from '../../helpers/relay-hand.ts'

describe('The order to a relay', () => {
  it('is written at once, however often the one before was read back', () => {
    const hand = settled(1).want(0, true).writes().reads(1).want(0, true)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'mode', mode: 0 })
  })

  it('that a move gave to a relay out of reach makes its difference no drift, even after a pause', () => {
    const hand = settled(1).want(0, true).writes('timeout', false).want(null).want(0)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'mode', mode: 0 })
    assert.deepEqual(hand.writes().reads(1).lines, ['error: fos1: no answer to the write (timeout)'])
  })

  it('that a move gave is fulfilled once: a difference after that is drift, even after a pause', () => {
    const hand = settled(1).want(0, true).writes().reads(0).want(null).reads(1).want(0).reads(1)
    assert.match(hand.lines.at(-1) ?? '', /^warning: drift: fos1 reads mode=1 .* correcting it/)
  })

  it('that a run began which was killed is no drift in the next', () => {
    const hand = new Hand({ mode: 1, sent: 0 }).want(0).reads(1)
    assert.deepEqual(hand.lines, [])
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'mode', mode: 0 })
  })

  it('that a run gave and saw fulfilled has no line in the next', () => {
    const hand = new Hand({ mode: 0, sent: 0 }).want(0).reads(0)
    assert.deepEqual([hand.lines, hand.next], [[], { kind: 'rest' }])
  })

  it('that a late device obeys only after the next one is no drift', () => {
    const given = settled(1).want(0, true).writes().reads(1).reads(1).reads(1)
    const hand = given.want(1, true).writes().reads(0)
    assert.match(hand.lines.at(-1) ?? '', /^notice: switched fos1 to mode=0 /)
    assert.match(hand.reads(1).lines.at(-2) ?? '', /^notice: switched fos1 to mode=1 /)
  })

  it('that a late device obeys is no excuse for a change after it was seen', () => {
    const given = settled(1).want(0, true).writes().reads(1).reads(1).reads(1)
    const hand = given.want(1, true).writes().reads(0).reads(1).reads(0)
    assert.match(hand.lines.at(-1) ?? '', /^warning: drift: fos1 reads mode=0 /)
  })

  it('that no move gave is read first: a start switches nothing that reads as wanted', () => {
    assert.deepEqual(new Hand().want(1).next, { kind: 'read', afterMs: 0 })
    assert.deepEqual(settled(1).fails().want(0).next, { kind: 'read', afterMs: 0 })
  })
})

describe('A try that failed', () => {
  it('to switch a relay is begun anew after a pause, with a write', () => {
    const hand = settled(1).want(0, true).writes()
    assert.deepEqual(hand.next, { kind: 'read', afterMs: 0 })
    assert.deepEqual(hand.reads(1).reads(1).reads(1).next, { kind: 'retry' })
    assert.deepEqual(hand.begins().next, { kind: 'write', keyword: 'mode', mode: 0 })
  })

  it('counts for the pauses from the move on: what failed before it makes none of its retries wait', () => {
    const before = settled(1).fails().fails().fails()
    assert.equal(before.want(0).relay.failures, 3)
    assert.equal(before.want(0, true).writes().fails().relay.failures, 1)
  })

  it('to turn a watchdog off is begun anew, and is no watchdog that stays on', () => {
    const write = { kind: 'write', keyword: 'wdog', mode: 0 }
    assert.deepEqual(new Hand().want(1).reads(1, 1).fails().reads(1, 1).next, write)
    assert.deepEqual(new Hand().want(1).fails().reads(1, 1).next, write)
    assert.deepEqual(new Hand().want(1).reads(1, 1).want(1).reads(1, 1).next, write)
  })
})

describe('The time that a switch took', () => {
  const took = (hand: Hand) =>
    / in (\d+) ms/.exec(hand.lines.findLast(l => l.includes('switched')) ?? '')?.[1]

  it('counts from the reading that showed the drift, not from a move long before', () => {
    const hand = settled(1).want(0, true).writes().reads(0)
    hand.mono += 50_000
    assert.equal(took(hand.reads(1).writes().reads(0)), '40')
  })

  it('is told in whole milliseconds', () => {
    const hand = settled(1).want(0, true).writes()
    hand.mono += 0.6
    assert.equal(took(hand.reads(0)), '41')
  })

  it('goes on counting when the same order comes again', () => {
    assert.equal(took(settled(1).reads(0).fails().want(1).reads(0).writes().reads(1)), '3060')
  })

  it('does not count a while in which the relay was only watched', () => {
    const hand = settled(1).reads(0).fails().want(null)
    hand.mono += 50_000
    assert.equal(took(hand.want(1).reads(0).writes().reads(1)), '40')
  })
})

describe('A relay that fails', () => {
  it('counts its failures in a row, which make the pauses longer', () => {
    const hand = new Hand().want(1).fails()
    assert.equal(hand.relay.failures, 1)
    assert.equal(hand.fails('login').relay.failures, 2)
    assert.equal(hand.reads(1).relay.failures, 0)
  })

  it('is reminded of by its latest error, and not once it is well', () => {
    const hand = settled(1)
    assert.equal(remindersOf(hand.relay, null)[0] ?? null, null)
    assert.deepEqual(remindersOf(hand.fails().fails('login').relay, null)[0] ?? null, {
      severity: 'error',
      text: 'fos1: no answer (login)',
    })
    assert.equal(remindersOf(hand.reads(1).relay, null)[0] ?? null, null)
  })

  it('again after it was well says so again', () => {
    const hand = settled(1).fails().reads(1).fails()
    assert.deepEqual(hand.lines, [
      'error: fos1: no answer (timeout)',
      'info: fos1: answers again',
      'error: fos1: no answer (timeout)',
    ])
  })
})

describe('A relay whose order turned round without a move', () => {
  const turned = () => settled(1).want(0, true).writes('timeout').want(1).reads(1)

  it('is watched for the mode that was sent before, which may still be taken', () => {
    const hand = turned()
    assert.deepEqual(hand.next, { kind: 'read', afterMs: 0 })
    hand.reads(0)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'mode', mode: 1 })
    assert.match(hand.lines.join(), /switched fos1 to mode=0/)
    assert.doesNotMatch(hand.lines.join(), /drift/)
  })

  it('counts as there when that mode does not show', () => {
    const hand = turned()
    assert.deepEqual(hand.reads(1).next, { kind: 'read', afterMs: 100 })
    assert.deepEqual(hand.reads(1).next, { kind: 'read', afterMs: 300 })
    assert.deepEqual(hand.reads(1).next, { kind: 'rest' })
    assert.deepEqual(hand.begins().reads(0).next, { kind: 'write', keyword: 'mode', mode: 1 })
  })

  it('is not watched for a mode whose request never left', () => {
    const hand = settled(1).want(0, true).writes('timeout', false).want(1).reads(1)
    assert.deepEqual(hand.next, { kind: 'rest' })
  })
})
