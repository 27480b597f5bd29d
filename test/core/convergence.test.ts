import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isConfirmed } from '../../src/core/convergence.ts'
import type { Mode } from '../../src/core/role.ts'
import { Hand, settled } from '../helpers/relay-hand.ts'

describe('A relay on its way to the wanted mode', () => {
  it('is written only when it differs', () => {
    assert.deepEqual(new Hand().want(1).reads(1).next, { kind: 'rest' })
    assert.deepEqual(new Hand().want(0, true).reads(1).next, { kind: 'write', keyword: 'mode', mode: 0 })
  })

  it('is confirmed only once it was read back', () => {
    const hand = settled(1).want(0, true).reads(1).writes()
    assert.equal(isConfirmed(hand.relay), false)
    assert.equal(isConfirmed(hand.reads(0).relay), true)
  })

  it('has one line for a change that was read back, with the time it took', () => {
    const hand = settled(1).want(0, true).reads(1).writes().reads(0).reads(0)
    assert.deepEqual(hand.lines, ['notice: switched fos1 to mode=0 (A--D) in 60 ms'])
  })

  it('says nothing when a move finds it there already', () => {
    assert.deepEqual(settled(0).want(0, true).reads(0).lines, [])
  })

  it('is read back twice more when it changes late, and never written twice without a pause', () => {
    const hand = settled(1).want(0, true).reads(1).writes().reads(1)
    assert.deepEqual(hand.next, { kind: 'read', afterMs: 100 })
    assert.deepEqual(hand.reads(1).next, { kind: 'read', afterMs: 300 })
    assert.deepEqual(hand.reads(1).next, { kind: 'retry' })
    assert.deepEqual(hand.lines, ['error: fos1: took mode=0 but still reads mode=1'])
  })

  it('that changes after an error has its line all the same', () => {
    const hand = settled(1).want(0, true).reads(1).writes().reads(1).reads(1).reads(1).reads(0)
    assert.deepEqual(hand.lines.slice(1), [
      'notice: switched fos1 to mode=0 (A--D) in 120 ms',
      'info: fos1: answers again',
    ])
  })

  it('whose write was not answered but taken counts as switched', () => {
    const hand = settled(1).want(0, true).reads(1).fails().reads(0)
    assert.match(hand.lines.join('\n'), /switched fos1 to mode=0/)
  })

  it('says each kind of error once, until it was well again', () => {
    const hand = settled(1).fails().fails().fails('login').fails().fails('login')
    assert.deepEqual(hand.lines, ['error: fos1: no answer (timeout)', 'error: fos1: no answer (login)'])
  })

  it('that was switched by a run which was killed has its line in the next', () => {
    const hand = new Hand({ mode: 1, sent: 0 }).want(0).reads(0)
    assert.deepEqual(hand.lines, ['notice: switched fos1 to mode=0 (A--D)'])
  })

  it('that turns round in the middle has a line for each real change', () => {
    const hand = settled(1).want(0, true).reads(1).fails().want(1, true).reads(0).writes().reads(1)
    assert.deepEqual(
      hand.lines.filter(line => line.includes('switched')).map(line => line.replace(/ in .*/, '')),
      ['notice: switched fos1 to mode=0 (A--D)', 'notice: switched fos1 to mode=1 (A--B)'],
    )
  })
})

describe('A relay that is only watched', () => {
  it('is never written', () => {
    const hand = settled(1).want(null).reads(0)
    assert.deepEqual(hand.next, { kind: 'rest' })
    assert.deepEqual(hand.reads(1, 1).next, { kind: 'rest' })
  })

  it('has a line for each change, and none without', () => {
    const hand = settled(1).want(null).reads(1).reads(0).reads(0).reads(1)
    assert.deepEqual(hand.lines, [
      'warning: drift: fos1 reads mode=0 (A--D), nothing is driven now',
      'warning: drift: fos1 reads mode=1 (A--B), nothing is driven now',
    ])
  })

  it('is not said to drift twice when it is held again', () => {
    const hand = settled(1).want(null).reads(0).want(1).reads(0).writes().reads(1)
    assert.deepEqual(
      hand.lines.map(line => line.slice(0, 30)),
      ['warning: drift: fos1 reads mod', 'warning: drift: fos1 reads mod', 'notice: switched fos1 to mode='],
    )
  })
})

describe('A relay that drifts', () => {
  const drift = (hand: Hand) => hand.reads(0).writes().reads(1)

  it('is put right at once, with a warning and a line for the switch back', () => {
    const hand = drift(settled(1))
    assert.deepEqual(hand.lines, [
      'warning: drift: fos1 reads mode=0 (A--D), wanted mode=1: putting it right',
      'notice: switched fos1 to mode=1 (A--B) in 40 ms',
    ])
  })

  it('three times in ten minutes is an error, since something else is switching it', () => {
    const hand = drift(drift(settled(1)))
    assert.equal(hand.lines.filter(line => line.startsWith('error')).length, 0)
    drift(hand)
    assert.equal(hand.lines.filter(line => line.startsWith('error: fos1: drifted 3 times')).length, 1)
  })

  it('three times in a longer time is none', () => {
    for (const [ms, tooOften] of [
      [599_999, true],
      [600_000, false],
    ] as const) {
      const hand = settled(1)
      const first = hand.mono + 20
      drift(drift(hand))
      hand.mono = first + ms - 20
      assert.equal(/drifted/.test(drift(hand).lines.join()), tooOften, `after ${ms} ms`)
    }
  })

  it('is said how often it drifted, and a fourth time again', () => {
    const hand = drift(drift(drift(drift(settled(1)))))
    assert.deepEqual(
      hand.lines.filter(line => line.startsWith('error')),
      Array(2).fill(
        'error: fos1: drifted 3 times in 10 minutes: something else is switching it, find out what',
      ),
    )
  })

  it('to where it is wanted has a line too', () => {
    const hand = settled(1).want(0, true).reads(1)
    hand.relay = { ...hand.relay, sent: null }
    assert.match(hand.reads(0).lines.join(), /drift: fos1 reads mode=0 .*another hand/)
  })
})

describe("A relay's watchdog", () => {
  it('is turned off and read back', () => {
    const hand = new Hand().want(1).reads(1, 1)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'wdog', mode: 0 })
    assert.deepEqual(hand.writes().reads(1, 0).next, { kind: 'rest' })
    assert.deepEqual(hand.lines, ['warning: fos1: its watchdog was on and is being turned off'])
  })

  it('that somebody turns on again is turned off again', () => {
    const hand = new Hand().want(1).reads(1, 1).writes().reads(1, 0).reads(1, 1)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'wdog', mode: 0 })
    assert.equal(hand.lines.length, 2)
  })

  it('that has tripped has a line of its own, once, and is turned off like any that is on', () => {
    const hand = new Hand().want(1).reads(1, 2)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'wdog', mode: 0 })
    assert.deepEqual(hand.writes().reads(1, 2).next, { kind: 'retry' })
    assert.deepEqual(hand.reads(1, 2).writes().reads(1, 0).next, { kind: 'rest' })
    assert.deepEqual(hand.lines, [
      'error: watchdog: fos1 tripped: the device has moved the lines by itself',
      'warning: fos1: its watchdog was on and is being turned off',
      'error: fos1: took wdog=0 but its watchdog is still on',
      'info: fos1: answers again',
    ])
  })

  it('that trips once more has its line once more', () => {
    const hand = new Hand().want(null).reads(1, 2).reads(1, 0).reads(1, 2)
    assert.equal(hand.lines.filter(line => line.startsWith('error: watchdog: fos1 tripped')).length, 2)
  })

  it('that stays on is an error, said once, and tried again', () => {
    const hand = new Hand().want(1).reads(1, 1).writes().reads(1, 1)
    assert.deepEqual(hand.next, { kind: 'retry' })
    hand.reads(1, 1).writes().reads(1, 1)
    assert.equal(hand.lines.length, 2)
  })
})

describe('Whatever happens to a relay', () => {
  const anyStep = fc.oneof(
    fc.record({
      kind: fc.constant('order' as const),
      mode: fc.constantFrom(0, 1, null),
      moved: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('hand' as const), mode: fc.constantFrom(0, 1) }),
    fc.record({
      kind: fc.constant('take' as const),
      how: fc.constantFrom('works', 'ignored', 'lost', 'silent'),
    }),
  )

  it('each change that two readings show has exactly one line, and nothing is written unasked', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), steps => {
        const hand = new Hand()
        let device: Mode = 1
        let shown: Mode | null = null
        for (const step of steps) {
          if (step.kind === 'order') hand.want(step.mode as Mode | null, step.moved)
          else if (step.kind === 'hand') device = step.mode as Mode
          else if (hand.next.kind === 'write') {
            const { mode } = hand.next
            // As the relay loop does: an order that came meanwhile makes the write void.
            if (hand.relay.wanted !== mode) hand.next = { kind: 'read', afterMs: 0 }
            else if (step.how === 'works' || step.how === 'silent') device = mode
            if (hand.next.kind === 'write')
              step.how === 'works' || step.how === 'ignored' ? hand.writes() : hand.fails()
          } else if (step.how === 'silent') hand.fails()
          else {
            const before = hand.lines.length
            hand.reads(device)
            const said = hand.lines.slice(before).filter(l => /switched|drift: /.test(l)).length
            const changed = shown !== null && shown !== device
            if (changed) assert.equal(said, 1, `${hand.lines.slice(before)}`)
            else assert.ok(!hand.lines.slice(before).some(l => l.includes('switched')))
            shown = device
          }
        }
      }),
      { numRuns: 3000 },
    )
  })
})
