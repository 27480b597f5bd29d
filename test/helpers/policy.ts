import assert from 'node:assert/strict'
import { decide } from '../../src/core/decide.ts'
import type { Effect } from '../../src/core/effects.ts'
import type { Event } from '../../src/core/events.ts'
import { type Note, notesOf } from '../../src/core/notes.ts'
import { checkTarget } from '../../src/core/proven.ts'
import type { ProbeResult } from '../../src/core/role.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { parseStored } from './stored.ts'

/** The policy, told one event after the other by hand. Each takes 10 ms unless told else. */
export class Policy {
  state: State = initialState
  effects: readonly Effect[] = []
  /** Of the latest event. */
  notes: readonly Note[] = []
  now = { mono: 5000, wall: 1e12 }

  constructor(public settings: Settings) {}

  post(given: Event | ((settings: Settings) => Event), afterMs = 10): this {
    const event = typeof given === 'function' ? given(this.settings) : given
    this.now = { mono: this.now.mono + afterMs, wall: this.now.wall + afterMs }
    const before = this.state
    const { state, effects } = decide(this.settings, before, event, this.now)
    this.notes = notesOf({ settings: this.settings, before, event, after: state, now: this.now })
    this.state = state
    this.effects = effects
    return this
  }

  /** Started without a stored role, which the relays then tell. Every check was up once before. */
  start(role: 'master' | 'slave' | null = 'master'): this {
    this.startUnproven(role)
    this.state = { ...this.state, proven: this.settings.checks.map(checkTarget) }
    return this
  }

  /** The very first start: no check has ever been up. */
  startUnproven(role: 'master' | 'slave' | null = 'master'): this {
    return this.post({ kind: 'started', stored: null, secondary: true }).post({
      kind: 'roleDiscovered',
      role,
    })
  }

  /** The daemon is killed, and started again a second later with what it has stored. */
  restart(): this {
    const stored = parseStored(JSON.parse(JSON.stringify(toStored(this.state, this.now))))
    this.state = initialState
    return this.post({ kind: 'started', stored, secondary: true }, 1000)
  }

  wait(ms: number): this {
    return this.post({ kind: 'woken' }, ms)
  }

  probe(outcome: ProbeResult['outcome'], times = 1, check = 'ping'): this {
    const result = { outcome, ms: 0, detail: outcome }
    for (let i = 0; i < times; i++) this.post({ kind: 'probed', check, result })
    return this
  }

  /** Down, with a relay that answers: the lines go to the slave. */
  failOver(): this {
    return this.probe('failed', 3).isolationChecked('fos1')
  }

  /** The answer to the latest isolation check. */
  isolationChecked(answering: string | null, silentMs = 0): this {
    return this.post({ kind: 'isolationChecked', question: this.state.questions, answering, silentMs })
  }

  /** Every relay was told of the latest move, and read back. */
  moved(): this {
    const move = this.state.moves
    return this.post({ kind: 'moveBegun', move }).post({ kind: 'relaysTried', move, all: true })
  }

  /** Log lines of the latest event. */
  get lines(): string[] {
    return this.effects.flatMap(effect => (effect.kind === 'log' ? [effect.text] : []))
  }

  get kinds(): string[] {
    return this.effects.map(({ kind }) => kind)
  }
}

/** The files of the node are read again; these checks are others. */
export function reloaded(...changed: string[]): (settings: Settings) => Event {
  return settings => ({ kind: 'reloaded', settings, changed, secondary: true, windowForMs: 0 })
}

/** Nothing is known after the event that was not known before. */
export function teachesNothing(node: Policy, event: Event): void {
  // That nothing was decided until now is no news.
  const known = ({ lastInactiveAt: _, ...rest }: State) => rest
  const before = known(node.state)
  assert.deepEqual(known(node.post(event).state), before)
}
