import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import {
  firstHold,
  holdTable,
  isFailbackWanted,
  isHeldBeforeCommands,
  isStable,
  mustAskReady,
} from '../../src/core/failback.ts'
import { type CheckState, uncheckedState } from '../../src/core/rise-fall.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type Move, type MoveStage, type Readiness, type State } from '../../src/core/state.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'

const now = 100_000
const answering: CheckState = {
  ...uncheckedState,
  verdict: 'up',
  streak: { outcome: 'answered', count: 9 },
  last: { result: { outcome: 'answered', ms: 1, detail: '' }, mono: now, wall: 0 },
}
const settings = someSettings({ checks: [pingCheck()] })
const failback = (changes: Partial<Settings['failback']>): Settings => ({
  ...settings,
  failback: { ...settings.failback, ...changes },
})
const up: State = {
  ...initialState,
  ...{ role: 'slave', verdict: 'up', upSince: now - 60_000, checks: { ping: answering } },
}

describe('The master is up for long enough', () => {
  const rows: readonly (readonly [title: string, state: Partial<State>, stable: boolean])[] = [
    ['when stable_for is over', {}, true],
    ['not a moment before', { upSince: now - 59_999 }, false],
    ['not when it was not up', { upSince: null }, false],
    ['not when it can not be asked', { checks: { ping: { ...answering, inconclusive: 1 } } }, false],
    [
      'not when it falters',
      { checks: { ping: { ...answering, streak: { outcome: 'failed', count: 1 } } } },
      false,
    ],
  ]
  for (const [title, state, stable] of rows)
    it(title, () => assert.equal(isStable(settings, { ...up, ...state }, { mono: now, wall: 0 }), stable))

  it('and lines are to go back when they are at the slave', () => {
    assert.equal(isFailbackWanted(up), true)
    assert.equal(isFailbackWanted({ ...up, role: 'master' }), false)
    assert.equal(isFailbackWanted({ ...up, verdict: 'unknown' }), false)
  })
})

describe('A failback is held', () => {
  const asking: Readiness = { is: 'asking', since: now - 1, question: 1, detail: '' }
  const no: Readiness = { is: 'no', since: now - 1, againAt: now + 1, detail: '' }
  const toSlave = (stage: MoveStage): Move => ({
    ...{ id: 1, to: 'slave', event: 'failover', reason: '', stage, cuts: 0, begun: true, arrived: false },
  })
  const rows: readonly (readonly [
    title: string,
    hold: string | undefined,
    state: Partial<State>,
    settings?: Settings,
  ])[] = [
    ['by nothing that is not configured', undefined, {}],
    ['while a hook of the move to the slave runs', 'moving', { move: toSlave('before') }],
    ['while its relays move', 'moving', { move: toSlave('driving') }],
    ['not for a relay that has not arrived', undefined, { move: toSlave('arriving') }],
    ['by the flap limit', 'flapping', { flapping: true }],
    ['by a state that was lost', 'state lost', { loss: { what: 'pause', atWall: 0 } }],
    ['by a state that is not saved', 'unsaved', { unsaved: true }],
    ['by a device that bypassed although kicked', 'unheard', { unheard: ['fos1'] }],
    ['not by one that bnfos.conf has no longer', undefined, { unheard: ['fos9'] }],
    ['for a while after before_master called one off', 'cancelled', { noFailbackUntil: now + 1 }],
    ['not when that while is over', undefined, { noFailbackUntil: now }],
    ['under policy manual', 'manual', {}, failback({ policy: 'manual' })],
    ['not when an operator allowed it', undefined, { approved: true }, failback({ policy: 'manual' })],
    ['outside the window', 'window', {}, failback({ policy: 'window' })],
    ['not inside', undefined, { windowUntil: now + 1 }, failback({ policy: 'window' })],
    ['until ready_command was asked', 'ready', {}, failback({ readyCommand: 'r' })],
    ['while it runs', 'ready', { readiness: asking }, failback({ readyCommand: 'r' })],
    ['while it says no', 'ready', { readiness: no }, failback({ readyCommand: 'r' })],
    [
      'not once it said yes',
      undefined,
      { readiness: { is: 'yes', since: 0 } },
      failback({ readyCommand: 'r' }),
    ],
    [
      'before the deadline of ready_command',
      'ready',
      { readiness: no },
      failback({ readyCommand: 'r', readyDeadlineMs: 2 }),
    ],
    [
      'not at its deadline, however short',
      undefined,
      { readiness: no },
      failback({ readyCommand: 'r', readyDeadlineMs: 1 }),
    ],
    [
      'not at its deadline although it still runs',
      undefined,
      { readiness: asking },
      failback({ readyCommand: 'r', readyDeadlineMs: 1 }),
    ],
    [
      'without end when there is no deadline',
      'ready',
      { readiness: { ...no, since: 0 } },
      failback({ readyCommand: 'r' }),
    ],
    [
      'by before_master',
      'before_master',
      {},
      { ...settings, hooks: { ...settings.hooks, before_master: 'b' } },
    ],
  ]
  for (const [title, hold, state, those = settings] of rows)
    it(title, () => {
      assert.equal(firstHold(those, { ...up, ...state }, now)?.name, hold)
      const earlier = hold !== undefined && !['ready', 'before_master'].includes(hold)
      assert.equal(isHeldBeforeCommands(those, { ...up, ...state }, now), earlier)
    })

  it('by nothing that stands in no row above', () => {
    const held = new Set(rows.map(([, hold]) => hold))
    assert.deepEqual(
      holdTable.map(({ name }) => name).filter(name => !held.has(name)),
      [],
    )
  })

  it('by nothing whose words have no cure in docs/operations.md', () => {
    const said = [...readFileSync('docs/operations.md', 'utf8').matchAll(/`(failback held: [^`]+)`/g)]
    const documented = said.map(([, words = '']) => words.split('…').map(part => part.trim()))
    for (const [, hold, state, those = settings] of rows) {
      const row = holdTable.find(({ name }) => name === hold)
      if (row === undefined) continue
      const moment = { mono: now, wall: 0 }
      const text = `failback held: ${row.text({ settings: those, state: { ...up, ...state }, now: moment })}`
      assert.ok(
        documented.some(parts => parts.every(part => text.includes(part))),
        text,
      )
    }
  })
})

describe('ready_command is asked', () => {
  const rows: readonly (readonly [title: string, readiness: Readiness, asks: boolean])[] = [
    ['at first', { is: 'unasked' }, true],
    ['not while it runs', { is: 'asking', since: 0, question: 1, detail: '' }, false],
    ['not at once when it said no', { is: 'no', since: 0, againAt: now + 1, detail: '' }, false],
    ['again after a while', { is: 'no', since: 0, againAt: now, detail: '' }, true],
    ['not when it said yes', { is: 'yes', since: 0 }, false],
  ]
  for (const [title, readiness, asks] of rows)
    it(title, () => assert.equal(mustAskReady({ ...up, readiness }, now), asks))
})
