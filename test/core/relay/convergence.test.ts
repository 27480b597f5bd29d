import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { failed } from '../../../src/core/relay/relay-outcome.ts'
import { isContested, isInSync, isToldOnly, remindersOf } from '../../../src/core/relay/relay-state.ts'
import type { Mode } from '../../../src/core/role.ts'
import { Hand, settled } from '../../helpers/relay-hand.ts'

describe('A relay that a move orders elsewhere', () => {
  const moving = () => settled(1).want(0, true)

  it('is told at once, without a reading', () => {
    assert.deepEqual(moving().next, { kind: 'write', keyword: 'mode', mode: 0 })
  })

  it('is told at once when it could never be read', () => {
    const write = { kind: 'write', keyword: 'mode', mode: 0 }
    assert.deepEqual(new Hand().want(0, true).next, write)
    assert.deepEqual(new Hand().want(1).fails('refused').want(0, true).next, write)
  })

  it('is told when it was read there in the run before, or before it failed', () => {
    const write = { kind: 'write', keyword: 'mode', mode: 0 }
    assert.deepEqual(new Hand({ mode: 0, sent: null }).want(0, true).next, write)
    assert.deepEqual(settled(0).fails().want(0, true).next, write)
  })

  it('is only read when it is there already', () => {
    const hand = settled(0).want(0, true)
    assert.deepEqual(hand.next, { kind: 'read', afterMs: 0 })
    assert.deepEqual([hand.reads(0).next, hand.lines], [{ kind: 'rest' }, []])
  })

  it('is confirmed only once it was read back: two requests', () => {
    const hand = moving().writes()
    assert.deepEqual([hand.next, isInSync(hand.relay)], [{ kind: 'read', afterMs: 0 }, false])
    assert.deepEqual([hand.reads(0).next, isInSync(hand.relay)], [{ kind: 'rest' }, true])
  })

  it('has one line for a change that was read back, with the time it took', () => {
    const hand = moving().writes().reads(0).begins().reads(0)
    assert.deepEqual(hand.lines, ['notice: switched fos1 to mode=0 (A--D) in 40 ms'])
  })

  it('has its line when there was no reading before', () => {
    const hand = new Hand().want(0, true).writes().reads(0)
    assert.deepEqual(hand.lines, ['notice: switched fos1 to mode=0 (A--D) in 40 ms'])
  })

  it('is read back twice more when it changes late, and never written twice without a pause', () => {
    const hand = moving().writes().reads(1)
    assert.deepEqual(hand.next, { kind: 'read', afterMs: 100 })
    assert.deepEqual(hand.reads(1).next, { kind: 'read', afterMs: 300 })
    assert.deepEqual(hand.reads(1).next, { kind: 'retry' })
    assert.deepEqual(hand.lines, ['error: fos1: took mode=0 but still reads mode=1'])
    assert.deepEqual(hand.begins().next, { kind: 'write', keyword: 'mode', mode: 0 })
  })

  it('that changes after an error has its line all the same', () => {
    const hand = moving().writes().reads(1).reads(1).reads(1).begins().writes().reads(0)
    assert.deepEqual(hand.lines.slice(1), [
      'notice: switched fos1 to mode=0 (A--D) in 120 ms',
      'info: fos1: works again',
    ])
  })

  it('whose write was not answered but taken counts as switched', () => {
    const hand = moving().writes('timeout').reads(0)
    assert.match(hand.lines.join('\n'), /^notice: switched fos1 to mode=0/)
  })

  it('that refused the write is read once, and the refusal is what is said', () => {
    const hand = moving().writes('login').reads(1)
    assert.deepEqual(hand.next, { kind: 'retry' })
    assert.deepEqual(hand.lines, ['error: fos1: no answer to the write (login)'])
  })

  it('that refused the write and is there all the same is confirmed', () => {
    const hand = moving().writes('login').reads(0)
    assert.deepEqual([hand.next, isInSync(hand.relay)], [{ kind: 'rest' }, true])
  })

  it('that could not be reached is told again after a pause, without a reading', () => {
    const hand = moving().writes('unreachable', false)
    assert.deepEqual(hand.next, { kind: 'retry' })
    assert.deepEqual(hand.begins().next, { kind: 'write', keyword: 'mode', mode: 0 })
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
    const hand = moving().writes().reads(0).want(1, true).writes().reads(1)
    assert.deepEqual(
      hand.lines.filter(line => line.includes('switched')).map(line => line.replace(/ in .*/, '')),
      ['notice: switched fos1 to mode=0 (A--D)', 'notice: switched fos1 to mode=1 (A--B)'],
    )
  })

  it('and back before it could be read has a line: it may have gone', () => {
    const hand = moving().writes('timeout').want(1, true).writes().reads(1)
    assert.deepEqual(hand.lines, ['notice: switched fos1 to mode=1 (A--B) in 40 ms'])
  })

  it('and back after a reading that showed nothing has none', () => {
    const hand = moving().writes().reads(1).reads(1).reads(1).want(1, true).writes().reads(1)
    assert.doesNotMatch(hand.lines.join(), /switched/)
  })

  it('and is found where it was told to go before has its line, which is no drift', () => {
    const hand = moving().writes('timeout').want(1, true).writes('timeout').reads(0).reads(1)
    assert.deepEqual(
      hand.lines.map(line => line.replace(/ in .*/, '')),
      ['notice: switched fos1 to mode=0 (A--D)', 'notice: switched fos1 to mode=1 (A--B)'],
    )
  })

  it('and back before it could be read is told again: nobody knows whether it went', () => {
    const hand = moving().writes().want(1, true)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'mode', mode: 1 })
  })
})

describe('A relay that takes only every second connection', () => {
  it('is read once more after a write, so that the reading is not always the one that it closes', () => {
    const hand = settled(1).want(0, true).writes().isClosed()
    assert.deepEqual([hand.next, hand.lines], [{ kind: 'read', afterMs: 100 }, []])
    assert.match(hand.reads(0).lines.join(), /^notice: switched fos1 to mode=0 \(A--D\) in \d+ ms$/)
    assert.deepEqual(hand.next, { kind: 'rest' })
  })

  it('and closes that one too is told and not confirmed', () => {
    const hand = settled(1).want(0, true).writes().isClosed().isClosed()
    assert.deepEqual(hand.next, { kind: 'retry' })
    assert.deepEqual(hand.lines, ["error: fos1: was told mode=0 and can't be read back: closed"])
  })

  it('is read but once where no write was before it', () => {
    assert.deepEqual(settled(1).begins().isClosed().next, { kind: 'retry' })
  })
})

describe('A relay that takes the mode and can not be read back', () => {
  const told = () => settled(1).want(0, true).writes().fails('refused')

  it('is told and not confirmed, with one line that says so', () => {
    const hand = told()
    assert.deepEqual([isToldOnly(hand.relay), isInSync(hand.relay)], [true, false])
    assert.deepEqual(hand.lines, ["error: fos1: was told mode=0 and can't be read back: no answer (refused)"])
  })

  it('is asked and told again at each retry, and says nothing more', () => {
    const hand = told()
    for (let tries = 0; tries < 3; tries++) {
      assert.deepEqual(hand.begins().next, { kind: 'read', afterMs: 0 })
      assert.deepEqual(hand.fails('refused').next, { kind: 'write', keyword: 'mode', mode: 0 })
      assert.deepEqual(hand.writes().fails('refused').next, { kind: 'retry' })
    }
    assert.equal(hand.lines.length, 1)
  })

  it('is not told again once it reads as told: each write may be what makes it unreadable', () => {
    const hand = told().begins().reads(0)
    assert.deepEqual([hand.next, isInSync(hand.relay)], [{ kind: 'rest' }, true])
  })

  it('is told at once when a move orders it again', () => {
    assert.deepEqual(told().want(0, true).next, { kind: 'write', keyword: 'mode', mode: 0 })
  })

  it('stays told while it can not be reached at all', () => {
    assert.equal(isToldOnly(told().begins().writes('unreachable', false).relay), true)
  })

  it('is not told any more once it was read, or ordered elsewhere, or only watched', () => {
    assert.equal(isToldOnly(told().begins().writes().reads(0).relay), false)
    assert.equal(isToldOnly(told().want(1, true).relay), false)
    assert.equal(isToldOnly(told().want(null).relay), false)
  })

  it('was not told when it refused to be', () => {
    const hand = settled(1).want(0, true).writes('login').fails('login')
    assert.equal(isToldOnly(hand.relay), false)
    assert.deepEqual(hand.lines, ['error: fos1: no answer to the write (login)'])
  })

  it('is told again when no move but a drift was the reason', () => {
    const hand = settled(1).reads(0).writes().fails().begins().fails()
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'mode', mode: 1 })
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
      'warning: drift: fos1 reads mode=0 (A--D), it is not driven now',
      'warning: drift: fos1 reads mode=1 (A--B), it is not driven now',
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
      'warning: drift: fos1 reads mode=0 (A--D), wanted mode=1: correcting it',
      'notice: switched fos1 to mode=1 (A--B) in 40 ms',
    ])
  })

  const errors = (hand: Hand) => hand.lines.filter(line => line.startsWith('error'))

  it('three times in ten minutes is an error, since something else is switching it', () => {
    const hand = drift(drift(settled(1)))
    assert.deepEqual([errors(hand), isContested(hand.relay)], [[], false])
    drift(hand)
    assert.match(errors(hand).join(), /^error: fos1: drifted 3 times in 10 minutes/)
    assert.equal(isContested(hand.relay), true)
    assert.match((remindersOf(hand.relay, null)[0] ?? null)?.text ?? '', /^fos1: drifted 3 times/)
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

  describe('again and again', () => {
    const contested = () => drift(drift(drift(settled(1))))

    it('is put right after 1, 2, 4 … minutes, at most 32', () => {
      const hand = contested()
      const waits = [1, 2, 4, 8, 16, 32, 32].map(minutes => {
        const { next } = hand.begins().reads(0)
        assert.deepEqual(next, { kind: 'rest', atMostMs: minutes * 60_000 })
        assert.match(hand.lines.at(-1) ?? '', new RegExp(`: waiting ${minutes}m before it is corrected$`))
        assert.equal(hand.after(minutes * 60_000 - 40).reads(0).next.kind, 'rest')
        assert.equal(hand.after(0).reads(0).next.kind, 'write')
        hand.writes().reads(1)
        return minutes
      })
      assert.equal(hand.lines.filter(line => line.startsWith('warning: drift: ')).length, 3 + waits.length)
      assert.equal(errors(hand).length, 1)
    })

    it('is told at once what a move orders, and what an operator asks for', () => {
      const write = { kind: 'write', keyword: 'mode', mode: 1 }
      assert.deepEqual(contested().begins().reads(0).audits().reads(0).next, write)
      assert.deepEqual(contested().begins().reads(0).want(1, true).next, write)
      const elsewhere = contested().begins().reads(0).want(0, true)
      assert.deepEqual(elsewhere.reads(0).next, { kind: 'rest' })
      assert.deepEqual(elsewhere.want(1, true).next, write)
    })

    it('has its watchdog turned off while it waits', () => {
      const hand = contested().begins().reads(0, 1)
      assert.deepEqual(hand.next, { kind: 'write', keyword: 'wdog', mode: 0 })
      assert.equal(hand.writesWatchdog().reads(0, 0).next.kind, 'rest')
    })

    it('rests when somebody has put it right', () => {
      assert.deepEqual(contested().begins().reads(0).begins().reads(1).next, { kind: 'rest' })
    })

    it('waits no longer when it goes back and comes again meanwhile', () => {
      const hand = contested().begins().reads(0)
      const waitsUntil = hand.mono + 60_000
      for (let times = 0; times < 6; times++) hand.begins().reads(1).begins().reads(0)
      assert.deepEqual(hand.next, { kind: 'rest', atMostMs: waitsUntil - hand.mono })
      assert.match(hand.lines.at(-1) ?? '', /drift: .*: waiting 1m before it is corrected$/)
      hand.mono = waitsUntil
      assert.equal(hand.begins().reads(1).begins().reads(0).next.kind, 'write')
      assert.deepEqual(hand.writes().reads(1).begins().reads(0).next, { kind: 'rest', atMostMs: 120_000 })
    })

    it('is over once nothing has switched it for ten minutes, and starts anew then', () => {
      const hand = contested()
      const right = hand.mono
      hand.mono = right + 599_999 - 20
      assert.equal(isContested(hand.begins().reads(1).relay), true)
      hand.mono = right + 600_000 - 20
      assert.equal(isContested(hand.begins().reads(1).relay), false)
      assert.equal(hand.lines.at(-1), 'info: fos1: nothing else has switched it for 10 minutes')
      assert.equal(hand.begins().reads(0).next.kind, 'write')
      assert.equal(errors(hand).length, 1)
    })
  })

  it('to where it is wanted has a line too', () => {
    const hand = settled(1).want(0).want(1)
    assert.match(hand.want(0).reads(0).lines.join(), /drift: fos1 reads mode=0 .*another hand/)
  })

  it('is said once, although the write that puts it right never leaves', () => {
    const hand = settled(1).reads(0).writes('unreachable', false).begins().reads(0)
    assert.equal(hand.lines.filter(line => line.startsWith('warning: drift')).length, 1)
  })
})

describe("A relay's watchdog", () => {
  it('is turned off and read back', () => {
    const hand = new Hand().want(1).reads(1, 1)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'wdog', mode: 0 })
    assert.deepEqual(hand.writesWatchdog().reads(1, 0).next, { kind: 'rest' })
    assert.deepEqual(hand.lines, ['warning: fos1: its watchdog was on and is being turned off'])
  })

  it('that somebody turns on again is turned off again', () => {
    const hand = new Hand().want(1).reads(1, 1).writesWatchdog().reads(1, 0).reads(1, 1)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'wdog', mode: 0 })
    assert.equal(hand.lines.length, 2)
  })

  it('that has tripped has a line of its own, once, and is turned off like any that is on', () => {
    const hand = new Hand().want(1).reads(1, 2)
    assert.deepEqual(hand.next, { kind: 'write', keyword: 'wdog', mode: 0 })
    assert.deepEqual(hand.writesWatchdog().reads(1, 2).next, { kind: 'retry' })
    assert.deepEqual(hand.reads(1, 2).writesWatchdog().reads(1, 0).next, { kind: 'rest' })
    assert.deepEqual(hand.lines, [
      'error: watchdog: fos1 tripped: the device has moved the lines by itself',
      'warning: fos1: its watchdog was on and is being turned off',
      'error: fos1: took wdog=0 but its watchdog is still on',
      'info: fos1: works again',
    ])
  })

  it('that trips once more has its line once more', () => {
    const hand = new Hand().want(null).reads(1, 2).reads(1, 0).reads(1, 2)
    assert.equal(hand.lines.filter(line => line.startsWith('error: watchdog: fos1 tripped')).length, 2)
  })

  it('that stays on is an error, said once, and tried again', () => {
    const hand = new Hand().want(1).reads(1, 1).writesWatchdog().reads(1, 1)
    assert.deepEqual(hand.next, { kind: 'retry' })
    hand.begins().reads(1, 1).writesWatchdog().reads(1, 1)
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
      how: fc.constantFrom('works', 'ignored', 'lost', 'silent', 'unsent'),
    }),
  )

  it('each change that two readings show has exactly one line, and nothing is written unasked', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), steps => {
        const hand = new Hand()
        let device: Mode = 1
        let shown: Mode | null = null
        const told = new Set<Mode>()
        for (const step of steps) {
          if (step.kind === 'order') hand.want(step.mode as Mode | null, step.moved)
          else if (step.kind === 'hand') device = step.mode as Mode
          else if (hand.next.kind === 'write') {
            const { mode } = hand.next
            assert.equal(hand.relay.wanted, mode)
            if (step.how === 'works' || step.how === 'silent') device = mode
            if (step.how !== 'unsent') told.add(mode)
            if (step.how === 'works' || step.how === 'ignored') hand.writes()
            else hand.writes('timeout', step.how !== 'unsent')
          } else if (hand.next.kind !== 'read') hand.begins()
          else if (step.how === 'silent') hand.fails()
          else {
            const before = hand.lines.length
            hand.reads(device)
            const said = hand.lines.slice(before).filter(l => /switched|drift: /.test(l)).length
            const changed = shown !== null && shown !== device
            if (changed) assert.equal(said, 1, `${hand.lines.slice(before)}`)
            // There and back since the last reading, or never read: it may have been switched.
            else if (told.size < 2 && (shown !== null || !told.has(device)))
              assert.ok(!hand.lines.slice(before).some(l => l.includes('switched')))
            shown = device
            told.clear()
          }
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('What is advised for a relay that refuses the connection', () => {
  const cause = {
    where: 'W',
    clause: 'refuses the connection',
    cure: 'is this its address?',
    cureKnown: 'look at its power',
  }
  const refusing = { code: 'unreachable', text: `W ${cause.clause}: ${cause.cure}`, cause }

  it('is to look at its address when it never answered there', () => {
    assert.deepEqual(
      failed(new Hand().want(1).relay, refusing).lines.map(({ text }) => text),
      ['fos1: W refuses the connection: is this its address?'],
    )
  })

  it('is something else once it has answered there', () => {
    assert.deepEqual(
      failed(settled(1).relay, refusing).lines.map(({ text }) => text),
      ['fos1: W refuses the connection: look at its power'],
    )
  })
})
