import { durationText } from './duration.ts'
import { hasBeforeMaster } from './moving.ts'
import { allAnswering } from './rise-fall.ts'
import type { Moment } from './role.ts'
import type { Settings } from './settings.ts'
import type { Readiness, State } from './state.ts'

/** When the lines may go back. Failing back cuts calls and is never urgent. */

/** ready_command is asked again after this long. */
export const readyAgainMs = 10_000
/** No new try sooner than this after before_master called a failback off, even with `stable_for = 0s`. */
export const leastCallOffMs = 10_000

/** The lines are at the slave and the master is up. */
export function returning(state: State): boolean {
  return state.role === 'slave' && state.verdict === 'up'
}

/** The master has been up for long enough without a break, and answers right now. */
export function isStable(settings: Settings, state: State, now: Moment): boolean {
  const stable = state.upSince !== null && now.mono - state.upSince >= settings.failback.stableForMs
  return stable && allAnswering(settings.checks, state.checks, now)
}

interface HoldRow {
  readonly name: string
  readonly holds: (settings: Settings, state: State, now: number) => boolean
  /** What `status` says it waits for. */
  readonly text: (settings: Settings, state: State) => string
}

/** What may hold a failback, in the order in which it is asked. */
export const holdTable: readonly HoldRow[] = [
  {
    name: 'moving',
    holds: (_, { move }) => move?.to === 'slave' && move.stage !== 'arriving',
    text: () => 'the move to the slave is not over',
  },
  {
    name: 'flapping',
    holds: (_, state) => state.flapping,
    text: ({ failback }) =>
      `${failback.flapLimit} failovers within ${durationText(failback.flapWindowMs)}: waits for 'berofosd resume'`,
  },
  {
    name: 'state lost',
    holds: (_, state) => state.loss !== null,
    text: (_, { loss }) => `the stored state was damaged (${loss?.what}): waits for 'berofosd resume'`,
  },
  {
    name: 'unsaved',
    holds: (_, state) => state.unsaved,
    text: () => "the state can't be saved: waits for the disk",
  },
  {
    name: 'called off',
    holds: (_, state, now) => state.calledOffUntil !== null && now < state.calledOffUntil,
    text: () => 'before_master called the failback off: waits to ask again',
  },
  {
    name: 'manual',
    holds: ({ failback }, state) => failback.policy === 'manual' && !state.approved,
    text: () => "policy = manual: waits for 'berofosd resume'",
  },
  {
    name: 'window',
    holds: ({ failback }, state) => failback.policy === 'window' && state.windowUntil === null,
    text: ({ failback }) => `waits for the window (${failback.window})`,
  },
  {
    name: 'ready',
    holds: (settings, state, now) => !isReady(settings, state.readiness, now),
    text: (_, { readiness }) =>
      `waits for ready_command${readiness.is === 'no' ? `: ${readiness.detail}` : ''}`,
  },
  {
    name: 'before_master',
    holds: settings => hasBeforeMaster(settings),
    text: () => 'before_master is running',
  },
]

export function firstHold(settings: Settings, state: State, now: number): HoldRow | undefined {
  return holdTable.find(row => row.holds(settings, state, now))
}

/** Whether something other than ready_command or before_master holds the failback. */
export function heldEarlier(settings: Settings, state: State, now: number): boolean {
  const hold = firstHold(settings, state, now)?.name
  return hold !== undefined && hold !== 'ready' && hold !== 'before_master'
}

/** Whether ready_command has to be run now. */
export function mustAskReady({ readiness }: State, now: number): boolean {
  return readiness.is === 'unasked' || (readiness.is === 'no' && now >= readiness.againAt)
}

function isReady({ failback }: Settings, readiness: Readiness, now: number): boolean {
  if (failback.readyCommand === null || readiness.is === 'yes') return true
  const since = readiness.is === 'unasked' ? null : readiness.since
  return failback.readyDeadlineMs > 0 && since !== null && now - since >= failback.readyDeadlineMs
}
