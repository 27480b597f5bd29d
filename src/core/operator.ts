import { ageText, durationText } from './duration.ts'
import type { EventKind } from './events.ts'
import { failureText, onlyOf, undoCure, undoMissing } from './failed-hooks.ts'
import type { Loss, Pause, State } from './state.ts'
import { ask, change, type Learner, say, type Turn } from './turn.ts'

/** What operators and the calendar say: force, pause, resume, and the reminders of them. */
export const learnOperator: {
  readonly [K in 'forced' | 'pausedByOperator' | 'resumed' | 'reminded']: Learner<K>
} = {
  forced(turn, { role, forMs, reason, by = null }) {
    if (role === 'auto') return endOverride(turn, 'ended by an operator', by)
    // The latest word of an operator counts: forcing a role ends a pause.
    endPause(turn, 'ended by --force', by)
    const override = { role, until: untilOf(turn, forMs), reason, ...named(by), atWall: turn.now.wall }
    change(turn, { override, adopting: false })
    record(turn, 'override', `pinned to the ${role}${suffix(forMs, reason)}`, by)
    sayOverride(turn)
  },

  pausedByOperator(turn, { forMs, reason, by = null }) {
    const pause = { until: untilOf(turn, forMs), reason, ...named(by), atWall: turn.now.wall }
    change(turn, { pause })
    record(turn, 'pause', `paused${suffix(forMs, reason)}`, by)
    sayPause(turn)
  },

  resumed(turn, { by = null }) {
    const { flapping, loss, phase } = turn.state
    const manual = turn.settings.failback.policy === 'manual' && phase === 'waiting'
    endPause(turn, 'ended by an operator', by)
    endOverride(turn, 'ended by an operator', by)
    if (flapping) say(turn, 'warning', `flapping: hold ended by an operator${byText(by)}`)
    if (loss) say(turn, 'warning', `state lost: hold ended by an operator${byText(by)}`)
    if (flapping || manual || loss) record(turn, 'resume', 'the held failback may go on', by)
    change(turn, { flapping: false, loss: null, failovers: flapping ? [] : turn.state.failovers })
    // An operator who resumes has seen them.
    change(turn, { failedHooks: onlyOf([], turn.state.failedHooks) })
    if (manual) change(turn, { approved: true })
  },

  reminded(turn) {
    sayPause(turn)
    sayOverride(turn)
    if (turn.state.phase === 'isolated') say(turn, 'warning', 'isolated: still cut off, nothing is switched')
    for (const failed of undoMissing(turn.state)) say(turn, 'error', `${failureText(failed)}: ${undoCure}`)
    if (turn.state.flapping) say(turn, 'warning', "flapping: the failback is held until 'berofosd resume'")
    if (turn.state.loss) say(turn, 'warning', stateLost(turn.state.loss))
    ask(turn, { kind: 'remindRelays' })
  },
} satisfies { readonly [K in EventKind]?: Learner<K> }

/** What a start says of a loss, and reminders repeat. */
export function stateLost({ what }: Loss): string {
  return `state lost: the stored state was damaged (${what}): no failback until 'berofosd resume'`
}

/** Ends what was set for a time that is over. */
export function expire(turn: Turn): void {
  if (isOver(turn.state.pause, turn.now.mono)) endPause(turn, 'its time is over')
  if (isOver(turn.state.override, turn.now.mono)) endOverride(turn, 'its time is over')
  if (turn.state.windowUntil !== null && turn.now.mono >= turn.state.windowUntil)
    change(turn, { windowUntil: null })
}

function isOver(pause: Pause | null, now: number): boolean {
  return pause !== null && pause.until !== null && now >= pause.until
}

function endOverride(turn: Turn, why: string, by: string | null = null): void {
  if (!turn.state.override) return
  change(turn, { override: null })
  record(turn, 'override', why, by)
  say(turn, 'warning', `override: ${why}${byText(by)}: automatic failover is on again`)
}

function endPause(turn: Turn, why: string, by: string | null = null): void {
  if (!turn.state.pause) return
  change(turn, { pause: null })
  record(turn, 'pause', why, by)
  say(turn, 'warning', `paused: ${why}${byText(by)}: deciding again`)
}

function sayOverride(turn: Turn): void {
  const { override } = turn.state
  if (!override) return
  const text = `lines pinned to the ${override.role}${left(turn, override)}: automatic failover is OFF`
  say(turn, 'warning', `override: ${text}; end it with 'berofosd --force auto'`)
}

function sayPause(turn: Turn): void {
  const { pause } = turn.state
  if (!pause) return
  say(
    turn,
    'warning',
    `paused: deciding and switching nothing${left(turn, pause)}; end it with 'berofosd resume'`,
  )
}

/** ` for another 2h (REASON) (by NAME)`. */
function left({ now }: Turn, { until, reason, by }: Pause): string {
  const rest = until === null ? '' : ` for another ${ageText(until - now.mono)}`
  return rest + (reason ? ` (${reason})` : '') + byText(by ?? null)
}

/** ` (by NAME)`, where it is known. */
function byText(by: string | null): string {
  return by === null ? '' : ` (by ${by})`
}

function named(by: string | null): { readonly by?: string } {
  return by === null ? {} : { by }
}

function suffix(forMs: number | null, reason: string): string {
  return (forMs === null ? '' : ` for ${durationText(forMs)}`) + (reason ? `: ${reason}` : '')
}

function untilOf({ now }: Turn, forMs: number | null): number | null {
  return forMs === null ? null : now.mono + forMs
}

function record(turn: Turn, what: 'override' | 'pause' | 'resume', reason: string, by: string | null): void {
  const { role }: State = turn.state
  ask(turn, { kind: 'record', what, from: role, to: role, reason, ...named(by) })
}
