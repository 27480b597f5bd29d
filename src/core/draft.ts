import type { Effect } from './effects.ts'
import type { EventKind, EventPayloads } from './events.ts'
import type { Severity } from './role.ts'
import type { Situation } from './situation.ts'
import type { State } from './state.ts'

/** One decision in the making: what is known by now, what is to be done, and the rules that fired. */
export interface Draft extends Situation {
  state: State
  readonly effects: Effect[]
  /** Ids of the rules that fired, in their order. */
  readonly fired: string[]
}

export function set(draft: Draft, part: Partial<State>): void {
  draft.state = { ...draft.state, ...part }
}

export function emit(draft: Draft, effect: Effect): void {
  draft.effects.push(effect)
}

export function log(draft: Draft, severity: Severity, text: string): void {
  emit(draft, { kind: 'log', severity, text })
}

/** Applies one kind of event to the facts. */
export type EventHandler<K extends EventKind> = (draft: Draft, payload: EventPayloads[K]) => void
