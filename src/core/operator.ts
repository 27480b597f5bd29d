import { undoTripsAtOnce } from './bypass.ts'
import { adoptedText } from './discovery.ts'
import { type Draft, type EventHandler, emit, log, set } from './draft.ts'
import { durationText } from './duration.ts'
import type { EventKind } from './events.ts'
import { failedHooksOf, failureText, onlyOf, undoCure, undoMissing } from './failed-hooks.ts'
import { takeRole } from './moving.ts'
import type { Settings } from './settings.ts'
import { siteWords } from './site-words.ts'
import type { Loss, Override, Pause, State } from './state.ts'
import { timeText, wallAt } from './time-text.ts'

/** What operators and the calendar say: force, pause, resume, and the reminders of them. */
export const operatorHandlers: {
  readonly [K in 'forced' | 'pausedByOperator' | 'resumed' | 'reminded']: EventHandler<K>
} = {
  forced(draft, { role, forMs, reason, by = null }) {
    if (role === 'auto') return endOverride(draft, 'ended by an operator', by)
    // The latest word of an operator counts: forcing a role ends a pause.
    endPause(draft, 'ended by --force', by)
    const until = untilOf(draft, forMs)
    const { mono: orderedAt, wall: atWall } = draft.now
    const override = { role, until, reason, ...named(by), atWall, orderedAt }
    set(draft, { override, roleUnknown: false })
    if (role === 'master') undoTripsAtOnce(draft)
    record(draft, 'override', `pinned to the ${role}${suffix(forMs, reason)}`, by)
    logOverride(draft)
  },

  pausedByOperator(draft, { forMs, reason, by = null }) {
    const pause = { until: untilOf(draft, forMs), reason, ...named(by), atWall: draft.now.wall }
    set(draft, { pause })
    record(draft, 'pause', `paused${suffix(forMs, reason)}`, by)
    logPause(draft)
  },

  resumed(draft, { by = null }) {
    const { flapping, loss, phase, unheard } = draft.state
    const manual = draft.settings.failback.policy === 'manual' && phase === 'waiting'
    endPause(draft, 'ended by an operator', by)
    endOverride(draft, 'ended by an operator', by)
    if (flapping) log(draft, 'warning', `flapping: hold ended by an operator${byText(by)}`)
    if (loss) log(draft, 'warning', `state lost: hold ended by an operator${byText(by)}`)
    if (flapping || manual || loss || unheard.length > 0)
      record(draft, 'resume', 'the held failback may go on', by)
    set(draft, { flapping: false, loss: null, failovers: flapping ? [] : draft.state.failovers })
    if (unheard.length > 0) set(draft, { unheard: [] })
    // An operator who resumes has seen them.
    set(draft, { failedHooks: onlyOf([], draft.state.failedHooks), adopted: null })
    if (manual) set(draft, { approved: true })
  },

  reminded(draft) {
    logOrders(draft)
    if (draft.state.phase === 'isolated')
      log(draft, 'warning', 'isolated: still cut off, nothing is switched')
    for (const failed of undoMissing(draft.state)) log(draft, 'error', `${failureText(failed)}: ${undoCure}`)
    if (draft.state.flapping) log(draft, 'warning', "flapping: the failback is held until 'berofosd resume'")
    if (draft.state.loss) log(draft, 'warning', stateLost(draft.state.loss))
    if (draft.state.adopted) log(draft, 'warning', `adopted: ${adoptedText(draft.state.adopted)}`)
    emit(draft, { kind: 'remindRelays' })
  },
} satisfies { readonly [K in EventKind]?: EventHandler<K> }

/** What a start says of a loss, and reminders repeat. */
export function stateLost({ what }: Loss): string {
  return `state lost: the stored state was damaged (${what}): no failback until 'berofosd resume'`
}

export function isOver(pause: Pause | null, now: number): boolean {
  return pause !== null && pause.until !== null && now >= pause.until
}

/** The override wants the other role: takes it. */
export function force(draft: Draft): void {
  const override = draft.state.override as Override
  const { role, by } = override
  const reason = override.reason || 'by an operator'
  const who = by === undefined ? '' : ` (by ${by})`
  log(draft, 'warning', `forced: lines to the ${role}: ${reason}${who}`)
  takeRole(draft, role, 'forced', reason, by)
}

export function endOverride(draft: Draft, why: string, by: string | null = null): void {
  if (!draft.state.override) return
  set(draft, { override: null })
  record(draft, 'override', why, by)
  log(draft, 'warning', `override: ${why}${byText(by)}: automatic failover is on again`)
}

export function endPause(draft: Draft, why: string, by: string | null = null): void {
  if (!draft.state.pause) return
  set(draft, { pause: null })
  record(draft, 'pause', why, by)
  log(draft, 'warning', `paused: ${why}${byText(by)}: deciding again`)
}

/** The pause and the override that are in force, for a start and for reminders. */
export function logOrders(draft: Draft): void {
  logPause(draft)
  logOverride(draft)
}

/** What an operator's order has ended, a clause each: `the override to the slave (works) (by alice)`. */
export function endedBy(facts: BeforeAfter, { site }: Settings): string[] {
  const { before, after } = facts
  const { override, pause } = before
  const { role } = siteWords(site.kind)
  return [
    ...when(pause !== null && pause !== after.pause, `the pause${detailsOf(pause)}`),
    ...when(
      override !== null && override !== after.override,
      `the override to the ${override && role[override.role]}${detailsOf(override)}`,
    ),
    ...when(before.flapping && !after.flapping, 'the hold after too many failovers'),
    ...when(before.loss !== null && after.loss === null, 'the hold after a loss of the stored state'),
    ...when(!before.approved && after.approved, 'the wait of policy = manual, for one failback'),
    ...when(
      before.adopted !== null && after.adopted === null,
      'the notice that the role was taken from the relays',
    ),
    ...failedHooksOf(before)
      .filter(({ hook }) => after.failedHooks[hook] === undefined)
      .map(({ hook }) => `the notice that ${hook} failed`),
  ]
}

/** The facts right before an order and right after it. */
interface BeforeAfter {
  readonly before: State
  readonly after: State
}

function logOverride(draft: Draft): void {
  const { override } = draft.state
  if (!override) return
  const text = `lines pinned to the ${override.role}${left(draft, override)}: automatic failover is OFF`
  log(draft, 'warning', `override: ${text}; end it with 'berofosd --force auto'`)
}

function logPause(draft: Draft): void {
  const { pause } = draft.state
  if (!pause) return
  log(
    draft,
    'warning',
    `paused: deciding and switching nothing${left(draft, pause)}; end it with 'berofosd resume'`,
  )
}

/** ` until 14:00:00 (REASON) (by NAME)`. */
function left({ now }: Draft, { until, reason, by }: Pause): string {
  const rest = until === null ? '' : ` until ${timeText(wallAt(until, now), now.wall)}`
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

function untilOf({ now }: Draft, forMs: number | null): number | null {
  return forMs === null ? null : now.mono + forMs
}

function record(
  draft: Draft,
  what: 'override' | 'pause' | 'resume',
  reason: string,
  by: string | null,
): void {
  const { role }: State = draft.state
  emit(draft, { kind: 'record', what, from: role, to: role, reason, ...named(by) })
}

function detailsOf(pause: Pause | null): string {
  const { reason = '', by } = pause ?? {}
  return (reason === '' ? '' : ` (${reason})`) + (by === undefined ? '' : ` (by ${by})`)
}

function when(holds: boolean, text: string): string[] {
  return holds ? [text] : []
}
