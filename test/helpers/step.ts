import type { Effect } from '../../src/core/effects.ts'
import type { Event } from '../../src/core/events.ts'
import type { Moment } from '../../src/core/role.ts'
import type { Settings } from '../../src/core/settings.ts'
import type { State } from '../../src/core/state.ts'
import type { InvariantName } from './invariant-table.ts'
import { type Observer, saidIn } from './observer.ts'

/** One step of the policy, and what an observer made of it. */
export interface Step {
  readonly settings: Settings
  readonly before: State
  readonly event: Event
  readonly after: State
  readonly effects: readonly Effect[]
  readonly now: Moment
  /** Ids of the rules that fired. */
  readonly rules: readonly string[]
  readonly wakeAt: number | null
  /** The observer with the event, but not yet with what the policy made of it. */
  readonly heard: Observer
  /** The observer after the step. */
  readonly knows: Observer
}

export interface Invariant {
  readonly name: InvariantName
  readonly holds: (step: Step) => boolean
}

/** Whether the step logs a line that begins so. */
export function says({ effects }: Step, start: string): boolean {
  return saidIn(effects, start)
}
