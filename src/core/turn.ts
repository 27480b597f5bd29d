import type { Effect } from './effects.ts'
import type { EventKind, EventPayloads } from './events.ts'
import type { Moment, Severity } from './role.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'

/** One decision in the making: values in, values out, collected while the rows of the tables speak. */
export interface Turn {
  readonly settings: Settings
  readonly now: Moment
  state: State
  readonly effects: Effect[]
}

export function change(turn: Turn, part: Partial<State>): void {
  turn.state = { ...turn.state, ...part }
}

export function ask(turn: Turn, effect: Effect): void {
  turn.effects.push(effect)
}

export function say(turn: Turn, severity: Severity, text: string): void {
  ask(turn, { kind: 'log', severity, text })
}

/** What one kind of event teaches. */
export type Learner<K extends EventKind> = (turn: Turn, payload: EventPayloads[K]) => void
