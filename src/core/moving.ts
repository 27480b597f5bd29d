import { type Draft, emit, log, set } from './draft.ts'
import type { MoveTally } from './events.ts'
import { afterRun, failureText } from './failed-hooks.ts'
import { otherRole, type Role } from './role.ts'
import type { HookName, Settings } from './settings.ts'
import type { Move, MoveEvent, MoveStage, State } from './state.ts'

/**
 * A change of role as it goes along: the hook before, the relays, the hook after.
 * Each stage is stored, so that a restart takes the move up where it was.
 */

/** The role changes, now. A move that was under way gives way to this one. */
export function takeRole(draft: Draft, to: Role, event: MoveEvent, reason: string, by?: string): void {
  const from = draft.state.role
  if (to === 'master') set(draft, { tripped: [], ...(draft.state.unheard.length > 0 && { unheard: [] }) })
  const agreed = draft.state.move?.stage === 'agreed' && to === 'master'
  if (to !== from) {
    set(draft, { role: to, roleSinceWall: draft.now.wall, adopted: null })
    emit(draft, { kind: 'record', what: event, from, to, reason, ...(by !== undefined && { by }) })
  }
  begin(draft, { to, event, reason }, agreed ? 'driving' : 'before')
}

/** before_master is asked whether the lines may go back; the role stays until it agrees. */
export function askBeforeMaster(draft: Draft, reason: string): void {
  begin(draft, { to: 'master', event: 'failback', reason }, 'asking')
}

/** A move's reason is stored and logged: sixty checks down are no reason for sixty lines. */
const longestReason = 1000

function begin(draft: Draft, move: Pick<Move, 'to' | 'event' | 'reason'>, stage: MoveStage): void {
  const id = draft.state.moves + 1
  if (draft.state.move && isHooked(draft.state.move)) emit(draft, { kind: 'endHook' })
  const reason = move.reason.slice(0, longestReason)
  set(draft, { moves: id, move: { ...move, reason, id, stage, cuts: 0, begun: false, arrived: false } })
  enterStage(draft)
}

/**
 * What a start does with a stored move. The hook of its stage may have half run, and is run again; one that was cut off
 * twice may be what ends the daemon, and has failed.
 */
export function takeUpMove(draft: Draft): void {
  const { move } = draft.state
  if (!move || !isHooked(move)) return
  const again = { ...move, cuts: move.cuts + 1 }
  set(draft, { move: again })
  const runsAgain = draft.settings.hooks[hookOf(move)] === null || again.cuts < mostCuts
  if (runsAgain) enterStage(draft)
  else endHook(draft, again, 'cut off twice, the daemon ended while it ran')
}

const mostCuts = 2

/** Runs the hook of the present stage, or goes on when there is none. */
function enterStage(draft: Draft): void {
  const { move } = draft.state
  if (!move || !isHooked(move)) return
  const hook = hookOf(move)
  if (draft.settings.hooks[hook] === null) {
    endStage(draft, move)
    return
  }
  const from = otherRole(move.to)
  emit(draft, {
    kind: 'runHook',
    hook,
    move: move.id,
    event: move.event,
    from,
    to: move.to,
    reason: move.reason,
  })
}

/** The hook of the present stage has ended; `failure` null: well. Either way the move goes on. */
export function endHook(draft: Draft, move: Move, failure: string | null): void {
  const hook = hookOf(move)
  const failed = failure === null ? null : { event: move.event, detail: failure, atWall: draft.now.wall }
  if (failed !== null)
    log(draft, move.event === 'called-off' ? 'error' : 'warning', failureText({ hook, ...failed }))
  set(draft, { failedHooks: afterRun(draft.state.failedHooks, hook, failed) })
  endStage(draft, move)
}

/** The present stage of the move under way is over. */
export function endStage(draft: Draft, move: Move): void {
  const stage = nextStage(move)
  set(draft, { move: stage && { ...move, stage, cuts: 0 } })
  enterStage(draft)
}

function nextStage({ stage, event, arrived }: Move): MoveStage | null {
  if (stage === 'after' && arrived) return null
  // No relay moves for it, so its second hook waits for none: not even while nothing may be driven.
  if (stage === 'before' && event === 'called-off') return 'after'
  return stageAfter[stage]
}

const stageAfter: Readonly<Record<MoveStage, MoveStage | null>> = {
  asking: 'agreed',
  agreed: 'driving',
  before: 'driving',
  driving: 'after',
  after: 'arriving',
  arriving: null,
}

/** Once for each move: `failover done: 3 of 4 relays in 0.35 s; open: fos3`. A cancelled move moves no relay. */
export function logDone(draft: Draft, { event }: Move, tally: MoveTally): void {
  if (event === 'called-off') return
  const text = `${event} done: ${arrivedText(tally)}`
  emit(draft, { kind: 'log', severity: 'notice', text, afterRelays: true })
}

/** `3 of 4 relays in 0.35 s; open: fos3`. */
export function arrivedText({ total, open, tookMs }: MoveTally): string {
  const missing = open.length === 0 ? '' : `; open: ${open.join(', ')}`
  return `${total - open.length} of ${total} relays in ${(tookMs / 1000).toFixed(2)} s${missing}`
}

/** A hook of this move is running. */
export function isHooked({ stage }: Move): boolean {
  return stage === 'asking' || stage === 'before' || stage === 'after'
}

/** The relays are told of this move: what differs is no drift, and a restart drives it at once. */
export function isDriving<M extends Pick<Move, 'stage' | 'event'>>(move: M | null): move is M {
  if (move === null) return false
  return move.event === 'called-off' || ['driving', 'after', 'arriving'].includes(move.stage)
}

/** The relays wait for the first hook of this move. */
export function isBeforeRelays(move: State['move']): boolean {
  return move?.stage === 'before' && move.event !== 'called-off'
}

export function hasBeforeMaster(settings: Settings): boolean {
  return settings.hooks.before_master !== null
}

export function hookOf(move: Move): HookName {
  return `${move.stage === 'after' ? 'after' : 'before'}_${move.to}`
}

/**
 * A failback ends before the role changed although before_master has begun: what that hook stopped on this node is
 * started again by the slave's own hooks. No relay moves.
 */
export function cancelFailback(draft: Draft, why: string): void {
  cancel(draft, `: ${why}`, why)
}

/** before_master itself says no, or has come to a bad end. What it did until then is undone all the same. */
export function cancelByHook(draft: Draft, detail: string): void {
  cancel(draft, ` by before_master: ${detail}`, `before_master: ${detail}`)
}

function cancel(draft: Draft, how: string, reason: string): void {
  const { before_slave, after_slave } = draft.settings.hooks
  const undone = before_slave !== null || after_slave !== null ? "; the slave's hooks run again" : ''
  log(draft, 'warning', `failback called off${how}${undone}`)
  takeRole(draft, 'slave', 'called-off', reason)
}

/**
 * The lines were to move to the slave, and the master is up before any of them has: they stay. What before_slave
 * started on this node is stopped by the master's own hooks. No relay moves, so nothing has to be waited for.
 */
export function cancelFailover(draft: Draft, why: string): void {
  log(draft, 'warning', `called off: lines stay at the master, none has moved: ${why}`)
  takeRole(draft, 'master', 'called-off', why)
}
