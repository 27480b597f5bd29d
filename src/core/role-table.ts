import { durationText, longestDurationMs } from './duration.ts'
import { downEvidence, upEvidence } from './evidence.ts'
import { firstHold, heldEarlier, isStable, mustAskReady, returning } from './failback.ts'
import { askBeforeMaster, callOffFailback, callOffMove, takeRole } from './moving.ts'
import { deciding, isBack } from './proven.ts'
import { isFailing, mayBeWell } from './rise-fall.ts'
import type { Settings } from './settings.ts'
import { mostFailovers, type Override, type Phase, type State, type Survey } from './state.ts'
import { ask, change, say, type Turn } from './turn.ts'

/**
 * The whole failover policy. Facts are asked from the top; the first row whose `when` holds gives the phase. A row
 * with an `act` moves something on, and the table is asked again. So no order of events can be forgotten: the
 * answer depends on what is known, never on how it became known.
 */
export interface Row {
  readonly phase: Phase
  /** What has to be the case; also the sentence in docs/state-machine.md. */
  readonly comment: string
  readonly when: (turn: Turn) => boolean
  readonly act?: (turn: Turn) => void
}

export const roleTable: readonly Row[] = [
  {
    phase: 'waiting',
    comment: 'before_master agreed, but the lines may no longer go back: the slave hooks undo it',
    when: turn => turn.state.move?.stage === 'agreed' && whyNot(turn) !== null,
    act: turn => callOffFailback(turn, whyNot(turn) as string),
  },
  {
    phase: 'waiting',
    comment:
      'before_master is running; the master is down, or an operator paused or pinned the slave: end it, the slave hooks undo it',
    when: ({ state }) => state.move?.stage === 'asking' && mustNotGoOn(state),
    act: turn => callOffFailback(turn, whyNot(turn) as string),
  },
  {
    phase: 'unconfigured',
    comment: 'there is no bnfos.conf, or no master is named',
    when: ({ settings }) => settings.devices === null,
  },
  { phase: 'passive', comment: 'this node is not the secondary', when: ({ state }) => !state.secondary },
  { phase: 'paused', comment: 'an operator paused', when: ({ state }) => state.pause !== null },
  {
    phase: 'forced',
    comment: 'an operator wants the other role: take it',
    when: ({ state }) => state.override !== null && state.override.role !== state.role,
    act: turn => {
      const override = turn.state.override as Override
      const { role, by } = override
      const reason = override.reason || 'by an operator'
      const who = by === undefined ? '' : ` (by ${by})`
      say(turn, 'notice', `forced: lines to the ${role}: ${reason}${who}`)
      takeRole(turn, role, 'forced', reason, by)
    },
  },
  { phase: 'forced', comment: 'an operator pinned the role', when: ({ state }) => state.override !== null },
  {
    phase: 'starting',
    comment: 'no role is stored: most relays tell it',
    when: ({ state }) => state.adopting,
  },
  { phase: 'starting', comment: 'no verdict on the master yet', when: ({ state }) => !state.judged },
  {
    phase: 'steady',
    comment: 'the lines were to move to the slave, none has, and the master is up: call it off',
    when: ({ settings, state }) => isUnbegun(state) && isBack(settings.checks, state),
    act: turn => callOffMove(turn, upEvidence(turn.settings, turn.state, turn.now.mono)),
  },
  {
    phase: 'suspect',
    comment:
      'the lines were to move to the slave, none has, and the master may be well: wait for its verdict',
    when: ({ settings, state }) =>
      isUnbegun(state) && mayBeWell(deciding(settings.checks, state), state.checks),
  },
  {
    phase: 'suspect',
    comment: 'the master is down: ask relays and witnesses first',
    when: ({ settings, state }) => isLost(settings, state) && state.survey.is === 'none',
    act: turn => survey(turn, 'asked'),
  },
  {
    phase: 'suspect',
    comment: 'relays and witnesses are being asked',
    when: ({ state }) => state.survey.is === 'asked',
  },
  {
    phase: 'steady',
    comment: 'the master is down and this node is not cut off: fail over',
    when: ({ state }) => state.survey.is === 'answered',
    act: failOver,
  },
  {
    phase: 'isolated',
    comment: 'not a relay and not a witness answers: ask again after a pause',
    when: ({ state, now }) => state.survey.is === 'silent' && now.mono >= state.survey.againAt,
    act: turn => survey(turn, 'asked-again'),
  },
  {
    phase: 'isolated',
    comment: 'not a relay and not a witness answers',
    when: ({ state }) => isCutOff(state),
  },
  {
    phase: 'suspect',
    comment: 'the master was down while nothing was decided: one more failure is waited for',
    when: ({ settings, state }) => state.role === 'master' && isFailing(settings.checks, state.checks),
  },
  {
    phase: 'steady',
    comment: 'the lines are at the master, which is not down, or answers again',
    when: ({ state }) => state.role === 'master',
  },
  {
    phase: 'steady',
    comment: 'the lines are at the slave, the master is not up',
    when: ({ state }) => !returning(state),
  },
  {
    phase: 'steady',
    comment: 'before_master agreed: fail back',
    when: ({ state }) => state.move?.stage === 'agreed',
    act: failBack,
  },
  {
    phase: 'recovering',
    comment: 'the master is up, not yet for stable_for',
    when: ({ settings, state, now }) => !isStable(settings, state, now),
  },
  {
    phase: 'waiting',
    comment: 'nothing else holds the failback: ask ready_command',
    when: turn => holdIs(turn, 'ready') && mustAskReady(turn.state, turn.now.mono),
    act: turn => {
      const { readiness, questions } = turn.state
      const since = readiness.is === 'no' ? readiness.since : turn.now.mono
      const question = questions + 1
      change(turn, { questions: question, readiness: { is: 'asking', since, question } })
      ask(turn, { kind: 'askReady', question })
    },
  },
  {
    phase: 'waiting',
    comment: 'nothing else holds the failback: ask before_master',
    when: turn => holdIs(turn, 'before_master') && turn.state.move?.stage !== 'asking',
    act: turn => askBeforeMaster(turn, upEvidence(turn.settings, turn.state, turn.now.mono)),
  },
  {
    phase: 'waiting',
    comment: 'the failback is held: see the table of holds',
    when: turn => holdIs(turn, null),
  },
  { phase: 'steady', comment: 'nothing holds the failback: fail back', when: () => true, act: failBack },
]

/** Whether verdicts may change the role at all. */
export function mayDecide(settings: Settings, state: State): boolean {
  return settings.devices !== null && state.secondary && state.pause === null && state.override === null
}

/**
 * The lines are at a master that is down and keeps failing. Only then is there a survey (role-machine.ts, forget).
 * After a pause and its like a check has to fail once more: its last result may be older than the master's recovery.
 */
export function isLost({ checks }: Settings, state: State): boolean {
  return state.role === 'master' && isFailing(checks, state.checks, state.heldUntil)
}

/** Nobody answered the latest survey: the fault is on this side. */
export function isCutOff({ survey }: State): boolean {
  return survey.is === 'silent' || survey.is === 'asked-again'
}

/** The lines are to move to the slave, and nothing has happened to any of them yet. */
function isUnbegun({ move }: State): boolean {
  return move !== null && move.to === 'slave' && move.event !== 'called-off' && !move.begun
}

function survey(turn: Turn, is: 'asked' | 'asked-again'): void {
  const question = turn.state.questions + 1
  change(turn, { questions: question, survey: { is, question } })
  ask(turn, { kind: 'survey', question })
}

function holdIs({ settings, state, now }: Turn, name: string | null): boolean {
  const hold = firstHold(settings, state, now.mono)
  return name === null ? hold !== undefined : hold?.name === name
}

function failOver(turn: Turn): void {
  const { state, settings, now } = turn
  const { flapLimit, flapWindowMs } = settings.failback
  const { by } = state.survey as Extract<Survey, { is: 'answered' }>
  const reason = `${downEvidence(settings, state)} (${by} answers)`
  say(turn, 'notice', `failover: lines to the slave: ${reason}`)
  const failovers = withFailover(state.failovers, now.mono)
  const recent = failovers.filter(at => now.mono - at < flapWindowMs).length
  const flapping = state.flapping || (flapLimit > 0 && recent >= Math.min(flapLimit, mostFailovers))
  if (flapping && !state.flapping)
    say(
      turn,
      'warning',
      `flapping: ${recent} failovers within ${durationText(flapWindowMs)}: no failback until 'berofosd resume'`,
    )
  change(turn, { failovers, flapping, survey: { is: 'none' } })
  takeRole(turn, 'slave', 'failover', reason)
}

/** No more than the flap limit asks for today would be too few: a reload may raise the limit or the window. */
function withFailover(failovers: readonly number[], mono: number): number[] {
  return [...failovers.filter(at => mono - at < longestDurationMs), mono].slice(-mostFailovers)
}

function failBack(turn: Turn): void {
  const reason = upEvidence(turn.settings, turn.state, turn.now.mono)
  say(turn, 'notice', `failback: lines to the master: ${reason}`)
  takeRole(turn, 'master', 'failback', reason)
}

/** A failback that is being prepared has become pointless, or an operator wants none: its hook is not waited for. */
function mustNotGoOn({ pause, override, verdict }: State): boolean {
  return pause !== null || override?.role === 'slave' || verdict === 'down'
}

/** Why a failback that before_master agreed to can't go on; null: it can. */
function whyNot({ state, settings, now }: Turn): string | null {
  if (settings.idleFor !== undefined) return 'no master is named'
  if (settings.devices === null) return 'bnfos.conf is gone'
  if (!state.secondary) return 'this node is no longer the secondary'
  if (state.pause) return 'an operator paused'
  if (state.override) return 'an operator pinned the slave'
  if (!state.judged) return 'the daemon was restarted meanwhile'
  if (!returning(state)) return `the master is ${state.verdict}`
  if (!isStable(settings, state, now)) return 'the master was not up all the while'
  return heldEarlier(settings, state, now.mono) ? 'it is held again' : null
}
