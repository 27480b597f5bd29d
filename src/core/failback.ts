import { durationText } from './duration.ts'
import { listText } from './list-text.ts'
import { hasBeforeMaster } from './moving.ts'
import { notAnswering } from './rise-fall.ts'
import type { Moment } from './role.ts'
import type { Settings } from './settings.ts'
import type { Situation } from './situation.ts'
import type { Readiness, State } from './state.ts'
import { dayAndTimeText, inText, momentText } from './time-text.ts'

/** When the lines may go back. Failing back cuts calls and is never urgent. */

/** ready_command is asked again after this long. */
export const readyAgainMs = 10_000
/** After before_master has refused a failback it is asked again no sooner than this, even with `stable_for = 0s`. */
export const leastPauseAfterRefusalMs = 10_000

/** The lines are at the slave and the master is up. */
export function isFailbackWanted(state: State): boolean {
  return state.role === 'slave' && state.verdict === 'up'
}

/** The master has been up for long enough without a break, and answers right now. */
export function isStable(settings: Settings, state: State, now: Moment): boolean {
  const stable = state.upSince !== null && now.mono - state.upSince >= settings.failback.stableForMs
  return stable && notAnswering(settings.checks, state.checks, now).length === 0
}

/** Configured devices that bypassed although they were kicked: after a failback they would do so again. */
export function unheardRelays({ devices }: Pick<Settings, 'devices'>, { unheard }: State): string[] {
  return unheard.filter(relay => devices?.some(({ name }) => name === relay) ?? false)
}

interface HoldRow {
  readonly name: string
  readonly holds: (settings: Settings, state: State, now: number) => boolean
  /** Known before the master is up: `next` then says `could return …; then …` instead of `would return …`. */
  readonly foreseen?: true
  /** What `status` says it waits for. */
  readonly text: (situation: Situation) => string
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
    foreseen: true,
    holds: (_, state) => state.flapping,
    text: ({ settings: { failback } }) =>
      `${failback.flapLimit} failovers within ${durationText(failback.flapWindowMs)}: waits for 'berofosd resume'`,
  },
  {
    name: 'state lost',
    foreseen: true,
    holds: (_, state) => state.loss !== null,
    text: ({ state: { loss } }) =>
      `the stored state was damaged (${loss?.what}): waits for 'berofosd resume'`,
  },
  {
    name: 'unsaved',
    foreseen: true,
    holds: (_, state) => state.unsaved,
    text: () => "the state can't be saved: waits for the disk",
  },
  {
    name: 'unheard',
    foreseen: true,
    holds: (settings, state) => unheardRelays(settings, state).length > 0,
    text: ({ settings, state }) => unheardText(unheardRelays(settings, state)),
  },
  {
    name: 'cancelled',
    holds: (_, state, now) => state.noFailbackUntil !== null && now < state.noFailbackUntil,
    text: ({ state: { noFailbackUntil }, now }) =>
      `before_master called the failback off: is asked again at ${momentText(noFailbackUntil ?? now.mono, now)}`,
  },
  {
    name: 'manual',
    foreseen: true,
    holds: ({ failback }, state) => failback.policy === 'manual' && !state.approved,
    text: () => "policy = manual: waits for 'berofosd resume'",
  },
  {
    name: 'window',
    foreseen: true,
    holds: ({ failback }, state) => failback.policy === 'window' && state.windowUntil === null,
    text: windowText,
  },
  {
    name: 'ready',
    holds: (settings, state, now) => !hasAgreed(state) && !isReady(settings, state.readiness, now),
    text: readyText,
  },
  {
    name: 'before_master',
    holds: (settings, state) => !hasAgreed(state) && hasBeforeMaster(settings),
    text: () => 'before_master is running',
  },
]

function unheardText(names: readonly string[]): string {
  const them = names.length === 1 ? 'it answers' : 'they answer'
  return `${listText(names)} bypassed although kicked, and would again: waits until ${them} on UDP port 50123, or for 'berofosd resume'`
}

export function firstHold(settings: Settings, state: State, now: number): HoldRow | undefined {
  return holdTable.find(row => row.holds(settings, state, now))
}

/** What will hold the failback once the master is up, as far as it is known now. */
export function foreseenHold(settings: Settings, state: State, now: number): HoldRow | undefined {
  return holdTable.find(row => row.foreseen && row.holds(settings, state, now))
}

/** `waits for the window, which opens today 02:00, in 46m`; where nobody has looked at the calendar, its expression. */
function windowText({ settings, now, windowOpensWall }: Situation): string {
  if (windowOpensWall == null) return `waits for the window (${settings.failback.window})`
  const opens = dayAndTimeText(windowOpensWall, now.wall)
  return `waits for the window, which opens ${opens}, ${inText(windowOpensWall - now.wall)}`
}

function readyText({ settings: { failback }, state: { readiness }, now }: Situation): string {
  const said = readiness.is === 'no' || readiness.is === 'asking' ? readiness.detail : ''
  const what = said === '' ? 'waits for ready_command' : `ready_command says: ${said}`
  if (failback.readyDeadlineMs === 0 || readiness.is === 'unasked') return what
  return `${what}; waits until ${momentText(readiness.since + failback.readyDeadlineMs, now)} at most`
}

/** Holds that end by themselves within moments. */
const passing = ['moving', 'before_master']

/** What people are told that a failback waits for. */
function heldBy(settings: Settings, state: State, now: number): HoldRow | undefined {
  const hold = state.phase === 'waiting' ? firstHold(settings, state, now) : undefined
  return hold && passing.includes(hold.name) ? undefined : hold
}

/** What holds the failback since the decision of `now`, once for each thing that does; undefined: nothing new. */
export function newHold(settings: Settings, before: State, after: State, now: number): HoldRow | undefined {
  const hold = heldBy(settings, after, now)
  // What ends by time alone ends at this very moment.
  return hold?.name === heldBy(settings, before, now - 1)?.name ? undefined : hold
}

/** before_master has agreed to this failback: nothing is asked again. */
export function hasAgreed({ move }: State): boolean {
  return move?.stage === 'agreed' && move.hookRefusal === undefined
}

/** Whether the failback is held by something else than the two commands that are asked last, ready_command and before_master. */
export function isHeldBeforeCommands(settings: Settings, state: State, now: number): boolean {
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
