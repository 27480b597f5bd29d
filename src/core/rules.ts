import { followTrip, isTripNew, isTripOfPinned, undoTrip } from './bypass.ts'
import { upEvidence } from './check-lines.ts'
import { adoptFoundRole, askForRole, mustAskForRole } from './discovery.ts'
import { type Draft, emit, log, set } from './draft.ts'
import { firstHold, hasAgreed, isFailbackWanted, isStable, mustAskReady } from './failback.ts'
import { failOver } from './failover.ts'
import { checkIsolation, endIsolation, isCheckDue } from './isolation.ts'
import { askBeforeMaster, cancelByHook, cancelFailback, cancelFailover, takeRole } from './moving.ts'
import { endOverride, endPause, force, isOver } from './operator.ts'
import { isAutomatic, isDeciding, phaseOf, phaseTable } from './phases.ts'
import { isBack } from './proven.ts'
import { isFailoverNotStarted, isMasterLost, type Situation } from './situation.ts'
import type { State } from './state.ts'

/**
 * What the daemon does by itself. Each rule has its whole guard, by named predicates: it never relies on an earlier rule
 * having been evaluated. Answers to questions (isolation check, ready_command) are deleted by core/expiry.ts before the
 * rules run, once they no longer apply.
 * A rule that fires changes the facts, and the rules are evaluated again until none fires. So the outcome depends on what is
 * known, never on the order in which it became known.
 */
export interface Rule {
  /** Stands in the debug log and on the arrows of docs/state-machine.md. */
  readonly id: string
  /** When it fires, and why it does what it does: one sentence. */
  readonly why: string
  readonly when: (situation: Situation) => boolean
  readonly act: (draft: Draft) => void
  /** The role after this rule; absent: unchanged. */
  readonly to?: 'master' | 'slave' | 'either'
}

/** Rules that only a passed moment triggers: evaluated before the event is applied, and not again with the other rules. */
export const timeRules: readonly Rule[] = [
  {
    id: 'end-pause',
    why: 'the time of a pause is over: decide again',
    when: ({ state, now }) => isOver(state.pause, now.mono),
    act: draft => endPause(draft, 'its time is over'),
  },
  {
    id: 'end-override',
    why: 'the time of an override is over: automatic failover is on again',
    when: ({ state, now }) => isOver(state.override, now.mono),
    act: draft => endOverride(draft, 'its time is over'),
  },
  {
    id: 'close-window',
    why: 'the failback window is over',
    when: ({ state, now }) => state.windowUntil !== null && now.mono >= state.windowUntil,
    act: draft => set(draft, { windowUntil: null }),
  },
]

export const rules: readonly Rule[] = [
  {
    id: 'accept-refusal',
    why: 'before_master exited non-zero: the lines stay at the slave, whose hooks undo what before_master did',
    when: ({ state }) => state.move?.hookRefusal !== undefined,
    act: draft => cancelByHook(draft, draft.state.move?.hookRefusal ?? ''),
  },
  {
    id: 'cancel-failback',
    why: 'a failback is under way and must not continue: the lines stay at the slave, whose hooks undo it',
    when: situation =>
      isUnwanted(situation.state) ||
      (hasAgreed(situation.state) && reasonAgainstFailback(situation) !== null),
    act: draft => cancelFailback(draft, reasonAgainstFailback(draft) as string),
  },
  {
    id: 'end-isolation',
    why: 'something answers again after the isolation: discard what was counted during it, and start all checks from zero',
    when: ({ state }) => state.isolation.is === 'over',
    act: endIsolation,
  },
  {
    id: 'adopt-found-role',
    why: 'started anew within one boot, and every relay that answers, at least half of them, is at the other role: somebody has switched them while no daemon ran, adopt that role',
    when: ({ state }) => state.discovery === 'found-master' || state.discovery === 'found-slave',
    act: adoptFoundRole,
    to: 'either',
  },
  {
    id: 'follow-trip',
    why: 'a device has switched its lines to the PBX without an order: the role changes to the PBX, and the lines return as after a failover',
    when: isTripNew,
    act: followTrip,
    to: 'slave',
  },
  {
    id: 'undo-trip',
    why: 'a device has bypassed lines that are forced to the server: switch them back, once the server is stable or an operator forces it again',
    when: isTripOfPinned,
    act: undoTrip,
    to: 'master',
  },
  {
    id: 'force',
    why: 'an operator wants the other role: change to it',
    when: situation =>
      phaseOf(situation) === 'forced' && situation.state.override?.role !== situation.state.role,
    act: force,
    to: 'either',
  },
  {
    id: 'ask-role',
    why: 'started anew within one boot: ask whether the relays are still at the stored role',
    when: situation =>
      isAutomatic(situation) && !situation.state.roleUnknown && mustAskForRole(situation.state),
    act: askForRole,
  },
  {
    id: 'cancel-failover',
    why: 'a failover is decided, no relay was told yet, and the master is up again: cancel it',
    when: situation =>
      isDeciding(situation) &&
      isFailoverNotStarted(situation.state) &&
      isBack(situation.settings.checks, situation.state),
    act: draft => cancelFailover(draft, upEvidence(draft.settings, draft.state, draft.now.mono)),
    to: 'master',
  },
  {
    id: 'check-isolation',
    why: 'the master is down: ask relays and witnesses whether this node is cut off',
    when: situation =>
      isDeciding(situation) && isMasterLost(situation) && situation.state.isolation.is === 'none',
    act: draft => checkIsolation(draft, 'asked'),
  },
  {
    id: 'failover',
    why: 'the master is down, and a relay or witness answers, so this node is not cut off: fail over. An answer that took long is not enough: one more failure and a second check decide. In front of a PBX nobody is asked',
    when: situation =>
      isDeciding(situation) && isMasterLost(situation) && situation.state.isolation.is === 'answered',
    act: failOver,
    to: 'slave',
  },
  {
    id: 'check-again',
    why: 'no relay and no witness answered: ask them again after a pause',
    when: situation => isDeciding(situation) && isCheckDue(situation),
    act: draft => checkIsolation(draft, 'asked-again'),
  },
  {
    id: 'ask-ready',
    why: 'the master is stable and nothing else holds the failback: ask ready_command',
    when: situation =>
      mayReturn(situation) &&
      holdOf(situation) === 'ready' &&
      mustAskReady(situation.state, situation.now.mono),
    act: askReady,
  },
  {
    id: 'ask-before-master',
    why: 'the master is stable and nothing else holds the failback: ask before_master',
    when: situation =>
      mayReturn(situation) &&
      holdOf(situation) === 'before_master' &&
      situation.state.move?.stage !== 'asking',
    act: draft => askBeforeMaster(draft, upEvidence(draft.settings, draft.state, draft.now.mono)),
  },
  {
    id: 'failback',
    why: 'the master is stable and nothing holds the failback: fail back',
    when: situation => mayReturn(situation) && holdOf(situation) === undefined,
    act: failBack,
    to: 'master',
  },
]

/** Upper limit of rules in one decision: more would be an endless loop. */
const mostFired = 20

/** Fires one rule after the other until none holds. @throws RangeError when they do not come to rest, which is a bug */
export function applyRules(draft: Draft, candidates: readonly Rule[] = rules): void {
  const most = draft.fired.length + mostFired
  for (let rule = firstOf(candidates, draft); rule; rule = firstOf(candidates, draft)) {
    if (draft.fired.length >= most) throw new RangeError(`rules without end: ${draft.fired.join(', ')}`)
    draft.fired.push(rule.id)
    rule.act(draft)
  }
}

function firstOf(candidates: readonly Rule[], situation: Situation): Rule | undefined {
  return candidates.find(rule => rule.when(situation))
}

/** before_master is running, but the failback is no longer wanted: it is cancelled without waiting for its end. */
function isUnwanted({ move, pause, override, verdict }: State): boolean {
  return move?.stage === 'asking' && (pause !== null || override?.role === 'slave' || verdict === 'down')
}

function reasonAgainstFailback(situation: Situation): string | null {
  return phaseTable[phaseOf(situation)].endsFailback(situation)
}

/** The lines may go back as soon as nothing holds them. */
function mayReturn(situation: Situation): boolean {
  const { settings, state, now } = situation
  return (
    isDeciding(situation) &&
    isFailbackWanted(state) &&
    isStable(settings, state, now) &&
    !isFailoverNotStarted(state)
  )
}

function holdOf({ settings, state, now }: Situation): string | undefined {
  return firstHold(settings, state, now.mono)?.name
}

function askReady(draft: Draft): void {
  const { readiness, questions } = draft.state
  const { since, detail } = readiness.is === 'no' ? readiness : { since: draft.now.mono, detail: '' }
  const question = questions + 1
  set(draft, { questions: question, readiness: { is: 'asking', since, question, detail } })
  emit(draft, { kind: 'askReady', question })
}

function failBack(draft: Draft): void {
  const reason = upEvidence(draft.settings, draft.state, draft.now.mono)
  log(draft, 'warning', `failback: lines to the master: ${reason}`)
  takeRole(draft, 'master', 'failback', reason)
}
