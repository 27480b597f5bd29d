import type { MoveTally } from './events.ts'
import { afterRun, failureText } from './failed-hooks.ts'
import { otherRole, type Role } from './role.ts'
import type { HookName, Settings } from './settings.ts'
import type { Move, MoveEvent, MoveStage, State } from './state.ts'
import { ask, change, say, type Turn } from './turn.ts'

/**
 * A change of role as it goes along: the hook before, the relays, the hook after.
 * Each stage is stored, so that a restart takes the move up where it was.
 */

/** The role changes, now. A move that was under way gives way to this one. */
export function takeRole(turn: Turn, to: Role, event: MoveEvent, reason: string, by?: string): void {
  const from = turn.state.role
  const agreed = turn.state.move?.stage === 'agreed' && to === 'master'
  if (to !== from) {
    change(turn, { role: to, roleSinceWall: turn.now.wall })
    ask(turn, { kind: 'record', what: event, from, to, reason, ...(by !== undefined && { by }) })
  }
  begin(turn, { to, event, reason }, agreed ? 'driving' : 'before')
}

/** before_master is asked whether the lines may go back; the role stays until it agrees. */
export function askBeforeMaster(turn: Turn, reason: string): void {
  begin(turn, { to: 'master', event: 'failback', reason }, 'asking')
}

/** A move's reason is stored and logged: sixty checks down are no reason for sixty lines. */
const longestReason = 1000

function begin(turn: Turn, move: Pick<Move, 'to' | 'event' | 'reason'>, stage: MoveStage): void {
  const id = turn.state.moves + 1
  if (turn.state.move && isHooked(turn.state.move)) ask(turn, { kind: 'endHook' })
  const reason = move.reason.slice(0, longestReason)
  change(turn, { moves: id, move: { ...move, reason, id, stage, cuts: 0, begun: false, arrived: false } })
  enterStage(turn)
}

/**
 * What a start does with a stored move. The hook of its stage may have half run, and is run again; one that was cut off
 * twice may be what ends the daemon, and has failed.
 */
export function takeUpMove(turn: Turn): void {
  const { move } = turn.state
  if (!move || !isHooked(move)) return
  const again = { ...move, cuts: move.cuts + 1 }
  change(turn, { move: again })
  const runsAgain = turn.settings.hooks[hookOf(move)] === null || again.cuts < mostCuts
  if (runsAgain) enterStage(turn)
  else endHook(turn, again, 'cut off twice, the daemon ended while it ran')
}

const mostCuts = 2

/** Runs the hook of the present stage, or goes on when there is none. */
function enterStage(turn: Turn): void {
  const { move } = turn.state
  if (!move || !isHooked(move)) return
  const hook = hookOf(move)
  if (turn.settings.hooks[hook] === null) {
    endStage(turn, move)
    return
  }
  const from = otherRole(move.to)
  ask(turn, {
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
export function endHook(turn: Turn, move: Move, failure: string | null): void {
  const hook = hookOf(move)
  const failed = failure === null ? null : { event: move.event, detail: failure, atWall: turn.now.wall }
  if (failed !== null)
    say(turn, move.event === 'called-off' ? 'error' : 'warning', failureText({ hook, ...failed }))
  change(turn, { failedHooks: afterRun(turn.state.failedHooks, hook, failed) })
  endStage(turn, move)
}

/** The present stage of the move under way is over. */
export function endStage(turn: Turn, move: Move): void {
  const stage = nextStage(move)
  change(turn, { move: stage && { ...move, stage, cuts: 0 } })
  enterStage(turn)
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

/** Once for each move: `failover done: 3 of 4 relays in 0.35 s; open: fos3`. A move that was called off moves no relay. */
export function sayDone(turn: Turn, { event }: Move, { total, open, tookMs }: MoveTally): void {
  if (event === 'called-off') return
  const missing = open.length === 0 ? '' : `; open: ${open.join(', ')}`
  const there = `${total - open.length} of ${total} relays`
  const text = `${event} done: ${there} in ${(tookMs / 1000).toFixed(2)} s${missing}`
  ask(turn, { kind: 'log', severity: 'notice', text, afterRelays: true })
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
export function callOffFailback(turn: Turn, why: string): void {
  callOff(turn, `: ${why}`, why)
}

/** before_master itself says no, or has come to a bad end. What it did until then is undone all the same. */
export function callOffByHook(turn: Turn, detail: string): void {
  callOff(turn, ` by before_master: ${detail}`, `before_master: ${detail}`)
}

function callOff(turn: Turn, how: string, reason: string): void {
  const { before_slave, after_slave } = turn.settings.hooks
  const undone = before_slave !== null || after_slave !== null ? "; the slave's hooks run again" : ''
  say(turn, 'warning', `failback called off${how}${undone}`)
  takeRole(turn, 'slave', 'called-off', reason)
}

/**
 * The lines were to move to the slave, and the master is up before any of them has: they stay. What before_slave
 * started on this node is stopped by the master's own hooks. No relay moves, so nothing has to be waited for.
 */
export function callOffMove(turn: Turn, why: string): void {
  say(turn, 'warning', `called off: lines stay at the master, none has moved: ${why}`)
  takeRole(turn, 'master', 'called-off', why)
}
