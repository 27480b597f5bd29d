import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { knownOf, remindersOf } from '../../../src/core/relay/relay-state.ts'
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

  it('that a run before gave in vain, as it had read, makes no later one a switch', () => {
    const hand = new Hand({ mode: 1, sent: 0, read: true }).want(1, true).writes().reads(1)
    assert.deepEqual([hand.lines, hand.next], [[], { kind: 'rest' }])
  })

  it('that a run before gave, which had not read since, may have been obeyed: the next one is a switch', () => {
    const hand = new Hand({ mode: 1, sent: 0 }).want(1, true).writes().reads(1)
    assert.match(hand.lines.join(), /^notice: switched fos1 to mode=1 /)
  })

  it('that is given in vain is saved as read since, and until the next write of it', () => {
    const hand = settled(1).want(0, true)
    const said: unknown[] = []
    const look = () => said.push(knownOf(hand.relay).read)
    look()
    hand.writes()
    look()
    hand.reads(1).reads(1).reads(1)
    look()
    hand.begins().reads(1)
    look()
    hand.writes('timeout', false)
    look()
    assert.deepEqual(said, [undefined, undefined, true, undefined, true])
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

describe('The time that a switch took, of orders that overtake each other,', () => {
  const times = (hand: Hand) =>
    hand.lines.flatMap(line => /switched fos1 to (.*) \(.*\)(.*)/.exec(line)?.slice(1) ?? [])

  it('counts from the order that the mode belongs to', () => {
    const hand = settled(1).want(0, true).writes().reads(1).reads(1).reads(1)
    hand.mono += 2000
    hand.want(1, true).writes().reads(0).reads(1)
    assert.deepEqual(times(hand), ['mode=0', ' in 2120 ms', 'mode=1', ' in 60 ms'])
  })

  it('is told of orders that are no moves, too', () => {
    const hand = settled(1).want(0, true).writes('timeout').want(1).reads(1).reads(0).writes().reads(1)
    assert.deepEqual(times(hand), ['mode=0', ' in 3040 ms', 'mode=1', ' in 40 ms'])
  })

  it('counts from the latest order where the same mode is ordered twice', () => {
    const hand = settled(1).want(0, true).writes()
    hand.mono += 5000
    hand.want(1, true).writes().want(0, true).writes().reads(0)
    assert.deepEqual(times(hand), ['mode=0', ' in 40 ms'])
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

  for (const [code, words] of [
    ['timeout', 'answers again'],
    ['unreachable', 'answers again'],
    ['refused', 'works again'],
    ['login', 'works again'],
    ['garbage', 'works again'],
    ['stuck', 'works again'],
  ] as const)
    it(`with ${code} ${words}: one that answered all the time does not answer again`, () => {
      assert.equal(settled(1).fails(code).reads(1).lines.at(-1), `info: fos1: ${words}`)
    })

  it('to be read back after it was told answers again', () => {
    const hand = settled(1).want(0, true).writes().fails('timeout').begins().writes().reads(0)
    assert.equal(hand.lines.at(-1), 'info: fos1: answers again')
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

describe('A relay that fails again and again and comes back each time', () => {
  const lapse = (hand: Hand) => hand.begins().fails().begins().reads(1)
  const lapsing = () => [1, 2, 3].reduce(lapse, settled(1))
  const often = /^error: fos1: fails again and again and comes back each time; .* only what lasts is said/

  it('has its lines three times, the last with one that it does so, and none after that', () => {
    const hand = lapsing()
    const lines = ['error: fos1: no answer (timeout)', 'info: fos1: answers again']
    assert.deepEqual(hand.lines.slice(0, 6), [...lines, ...lines, ...lines])
    assert.match(hand.lines[6] ?? '', often)
    for (let audit = 0; audit < 100; audit++) lapse(hand)
    assert.equal(hand.lines.length, 7)
  })

  it('is reported all the same when it stays away', () => {
    const hand = lapsing()
    hand.begins().fails().begins().fails().begins()
    assert.equal(hand.lines.length, 7)
    assert.equal(hand.fails().lines.at(-1), 'error: fos1: no answer (timeout)')
    assert.equal(hand.begins().reads(1).lines.at(-1), 'info: fos1: answers again')
  })

  it('is reported at once when a move waits for it', () => {
    assert.equal(
      lapsing().want(0, true).writes('timeout', false).lines.at(-1),
      'error: fos1: no answer to the write (timeout)',
    )
  })

  it('is one like any other after thirty good readings', () => {
    const hand = lapsing()
    for (let reading = 0; reading < 30; reading++) hand.begins().reads(1)
    assert.equal(hand.lines.at(-1), 'info: fos1: has not failed for 30 readings')
    assert.equal(hand.begins().fails().lines.at(-1), 'error: fos1: no answer (timeout)')
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
