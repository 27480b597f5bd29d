import { otherRole, type Role } from './role.ts'
import type { HookName, Settings } from './settings.ts'
import type { Move, MoveEvent, MoveStage } from './state.ts'
import { ask, change, say, type Turn } from './turn.ts'

/**
 * A change of role as it goes along: the hook before, the relays, the hook after.
 * Each stage is stored, so that a restart takes the move up where it was.
 */

/** The role changes, now. A move that was under way gives way to this one. */
export function takeRole(turn: Turn, to: Role, event: MoveEvent, reason: string): void {
  const from = turn.state.role
  const agreed = turn.state.move?.stage === 'agreed' && to === 'master'
  if (to !== from) {
    change(turn, { role: to, roleSinceWall: turn.now.wall })
    ask(turn, { kind: 'record', what: event, from, to, reason })
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
  change(turn, { moves: id, move: { ...move, reason, id, stage, begun: false, arrived: false } })
  enterStage(turn)
}

/** Runs the hook of the present stage, or goes on when there is none. Also what a restart does with a stored move. */
export function enterStage(turn: Turn): void {
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

/** The present stage of the move under way is over. */
export function endStage(turn: Turn, move: Move): void {
  const stage = move.stage === 'after' && move.arrived ? null : stageAfter[move.stage]
  change(turn, { move: stage && { ...move, stage } })
  enterStage(turn)
}

const stageAfter: Readonly<Record<MoveStage, MoveStage | null>> = {
  asking: 'agreed',
  agreed: 'driving',
  before: 'driving',
  driving: 'after',
  after: 'arriving',
  arriving: null,
}

/** A hook of this move is running. */
export function isHooked({ stage }: Move): boolean {
  return stage === 'asking' || stage === 'before' || stage === 'after'
}

/** The relays are told of this move: what differs is no drift, and a restart drives it at once. */
export function isDriving<M extends Pick<Move, 'stage'>>(move: M | null): move is M {
  return move !== null && ['driving', 'after', 'arriving'].includes(move.stage)
}

export function hasBeforeMaster(settings: Settings): boolean {
  return settings.hooks.before_master !== null
}

export function hookOf(move: Move): HookName {
  return `${move.stage === 'after' ? 'after' : 'before'}_${move.to}`
}

/**
 * A failback ends before the role changed although before_master has run: what that hook stopped on this node is
 * started again by the slave's own hooks. No relay moves.
 */
export function callOffFailback(turn: Turn, why: string): void {
  say(turn, 'warning', `failback called off: ${why}; the slave's hooks run again`)
  takeRole(turn, 'slave', 'called-off', why)
}

/**
 * The lines were to move to the slave, and the master is up before any of them has: they stay. What before_slave
 * started on this node is stopped by the master's own hooks. No relay moves, so nothing has to be waited for.
 */
export function callOffMove(turn: Turn, why: string): void {
  say(turn, 'warning', `called off: lines stay at the master, none has moved: ${why}`)
  takeRole(turn, 'master', 'called-off', why)
}
