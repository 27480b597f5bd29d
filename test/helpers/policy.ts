import assert from 'node:assert/strict'
import type { Effect } from '../../src/core/effects.ts'
import type { Event } from '../../src/core/events.ts'
import { checkTarget } from '../../src/core/proven.ts'
import type { ProbeResult } from '../../src/core/role.ts'
import { decide } from '../../src/core/role-machine.ts'
import type { Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { parseStored } from './stored.ts'

/** The policy, told one event after the other by hand. Each takes 10 ms unless told else. */
export class Policy {
  state: State = initialState
  effects: readonly Effect[] = []
  now = { mono: 5000, wall: 1e12 }

  constructor(public settings: Settings) {}

  post(event: Event, afterMs = 10): this {
    this.now = { mono: this.now.mono + afterMs, wall: this.now.wall + afterMs }
    const { state, effects } = decide(this.settings, this.state, event, this.now)
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
    return this.post({ kind: 'started', stored: null, secondary: true }).post({ kind: 'adopted', role })
  }

  /** The daemon is killed, and started again a second later with what it has stored. */
  restart(): this {
    const stored = parseStored(JSON.parse(JSON.stringify(toStored(this.state, this.now))))
    this.state = initialState
    return this.post({ kind: 'started', stored, secondary: true }, 1000)
  }

  probe(outcome: ProbeResult['outcome'], times = 1, check = 'ping'): this {
    const result = { outcome, ms: 1, detail: outcome }
    for (let i = 0; i < times; i++) this.post({ kind: 'probed', check, result })
    return this
  }

  /** Down, with a relay that answers: the lines go to the slave. */
  failOver(): this {
    return this.probe('failed', 3).surveyed('fos1')
  }

  /** The answer to the latest survey. */
  surveyed(answering: string | null): this {
    return this.post({ kind: 'surveyed', question: this.state.questions, answering })
  }

  /** Every relay was told of the latest move, and read back. */
  moved(): this {
    const move = this.state.moves
    return this.post({ kind: 'begun', move }).post({ kind: 'settled', move, all: true })
  }

  /** Log lines of the latest event. */
  get lines(): string[] {
    return this.effects.flatMap(effect => (effect.kind === 'log' ? [effect.text] : []))
  }

  get kinds(): string[] {
    return this.effects.map(({ kind }) => kind)
  }
}

/** The same node with the same files again, but for these checks. */
export function reloaded(...changed: string[]): Event {
  return { kind: 'reloaded', changed, secondary: true, windowForMs: 0 }
}

/** Nothing is known after the event that was not known before. */
export function teachesNothing(node: Policy, event: Event): void {
  // That nothing was decided until now is no news.
  const known = ({ heldUntil: _, ...rest }: State) => rest
  const before = known(node.state)
  assert.deepEqual(known(node.post(event).state), before)
}
