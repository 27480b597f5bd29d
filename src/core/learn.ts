import { logResult } from './check-lines.ts'
import type { Event, EventKind } from './events.ts'
import { leastCallOffMs, readyAgainMs } from './failback.ts'
import { onlyOf } from './failed-hooks.ts'
import {
  callOffByHook,
  endHook,
  endStage,
  hookOf,
  isDriving,
  isHooked,
  sayDone,
  takeUpMove,
} from './moving.ts'
import { expire, learnOperator, stateLost } from './operator.ts'
import { checkTarget, haveSpoken, isProven, type Proven, withProven } from './proven.ts'
import { type Checks, checkState, countResult, isFailing, isStale, masterVerdict } from './rise-fall.ts'
import type { Verdict } from './role.ts'
import { isCutOff } from './role-table.ts'
import { hookNames } from './settings.ts'
import type { Survey } from './state.ts'
import { fromStored, type StoredState } from './stored-state.ts'
import { ask, change, type Learner, say, type Turn } from './turn.ts'

/** What each event teaches. Only facts change here; what follows from them is the role table's. */
const learners: { readonly [K in EventKind]: Learner<K> } = {
  ...learnOperator,

  started(turn, { stored, secondary, lost, sameBoot = false }) {
    change(turn, stored ? fromStored(stored, turn.now, sameBoot) : { roleSinceWall: turn.now.wall })
    if (lost !== undefined) learnLoss(turn, lost)
    change(turn, { secondary })
    change(turn, { proven: provenAtStart(turn, stored, lost) })
    // A time that was over before this start is over now, not at the first probe.
    expire(turn)
    const { move } = turn.state
    // The answer of a before_master that was cut off is lost, so the failback is called off by the table.
    if (move?.stage === 'asking') change(turn, { move: { ...move, stage: 'agreed' } })
    else takeUpMove(turn)
    adopt(turn)
  },

  reloaded(turn, { changed, secondary, windowForMs }) {
    change(turn, { secondary, windowUntil: untilOf(turn, windowForMs), survey: askedAnew(turn) })
    const names = new Set(turn.settings.checks.map(c => c.name))
    const kept = Object.entries(turn.state.checks).filter(([n]) => names.has(n) && !changed.includes(n))
    learnVerdict(turn, Object.fromEntries(kept))
    const { hooks } = turn.settings
    const configured = hookNames.filter(name => hooks[name] !== null)
    change(turn, { failedHooks: onlyOf(configured, turn.state.failedHooks) })
    adopt(turn)
  },

  probed(turn, { check: name, result }) {
    const check = turn.settings.checks.find(c => c.name === name)
    if (!check) return
    const before = checkState(turn.state.checks, name)
    const proven = isProven(turn.state.proven, check)
    const after = countResult(before, check, result, turn.now, proven)
    // What nobody watched was not without a break.
    if (check.required && isStale(before, check, turn.now)) change(turn, { upSince: null })
    if (after.verdict === 'up') change(turn, { proven: withProven(turn.state.proven, check) })
    logResult(turn, check, { before, after, proven })
    learnVerdict(turn, { ...turn.state.checks, [name]: after })
    const answers = result.outcome === 'answered' && !isFailing(turn.settings.checks, turn.state.checks)
    if (answers && isCutOff(turn.state)) endIsolation(turn, 'the master answers again')
  },

  surveyed(turn, { question, answering }) {
    const { survey } = turn.state
    if (!('question' in survey) || survey.question !== question) return
    if (survey.is === 'asked' && answering !== null)
      change(turn, { survey: { is: 'answered', by: answering } })
    else if (answering !== null) endIsolation(turn, `${answering} answers again`)
    else {
      const againAt = turn.now.mono + turn.settings.relays.retryMs
      if (survey.is === 'asked')
        say(
          turn,
          'warning',
          'isolated: the master is down and no relay or witness answers: the fault is here, nothing is switched',
        )
      change(turn, { survey: { is: 'silent', againAt } })
    }
  },

  adopted(turn, { role }) {
    if (turn.state.adopting)
      change(turn, { adopting: false, role: role ?? 'master', roleSinceWall: turn.now.wall })
  },

  begun(turn, { move: id }) {
    const { move } = turn.state
    if (move?.id === id && !move.begun) change(turn, { move: { ...move, begun: true } })
  },

  settled(turn, { move: id, all, tally }) {
    const { move } = turn.state
    if (move?.id !== id || !isDriving(move)) return
    const moved = all ? { ...move, begun: true, arrived: true } : move
    change(turn, { move: moved })
    if (move.stage === 'driving' && tally) sayDone(turn, move, tally)
    if (move.stage === 'driving' || (move.stage === 'arriving' && all)) endStage(turn, moved)
  },

  hookEnded(turn, { move: id, hook, ok, detail }) {
    const { move } = turn.state
    const isOurs = move?.id === id && hookOf(move) === hook && isHooked(move)
    if (!isOurs) {
      if (!ok) say(turn, 'warning', `hook ${hook}: ${detail}`)
      return
    }
    if (move.stage !== 'asking' || ok) return endHook(turn, move, ok ? null : detail)
    const pauseMs = Math.max(turn.settings.failback.stableForMs, leastCallOffMs)
    change(turn, { move: { ...move, stage: 'agreed' }, calledOffUntil: turn.now.mono + pauseMs })
    callOffByHook(turn, detail)
  },

  readyAnswered(turn, { question, ready, detail }) {
    const { readiness } = turn.state
    if (readiness.is !== 'asking' || readiness.question !== question) return
    const { since } = readiness
    if (ready) change(turn, { readiness: { is: 'yes', since } })
    else change(turn, { readiness: { is: 'no', since, againAt: turn.now.mono + readyAgainMs, detail } })
  },

  windowOpened(turn, { forMs }) {
    change(turn, { windowUntil: untilOf(turn, forMs) })
  },

  saving(turn, { problem }) {
    change(turn, { unsaved: problem !== null })
  },

  secondaryChanged(turn, { present }) {
    change(turn, { secondary: present })
  },

  woken() {},
}

export function learn(turn: Turn, event: Event): void {
  const learner = learners[event.kind] as Learner<EventKind>
  learner(turn, event)
}

function learnLoss(turn: Turn, what: string): void {
  const loss = { atWall: turn.now.wall, what }
  change(turn, { loss })
  say(turn, 'warning', stateLost(loss))
}

function learnVerdict(turn: Turn, checks: Checks): void {
  const verdict: Verdict = masterVerdict(turn.settings.checks, checks)
  const { upSince, judged, proven } = turn.state
  change(turn, {
    checks,
    verdict,
    judged: judged || verdict !== 'unknown' || haveSpoken(turn.settings.checks, checks, proven),
    upSince: verdict === 'up' ? (upSince ?? turn.now.mono) : null,
  })
}

/** Something answers again: what was counted while this node was cut off says nothing, so counting starts from zero. */
function endIsolation(turn: Turn, why: string): void {
  say(turn, 'warning', `isolated: over, ${why}; the checks start from zero`)
  change(turn, { judged: false, survey: { is: 'none' } })
  learnVerdict(turn, {})
}

function untilOf({ now }: Turn, forMs: number): number | null {
  return forMs > 0 ? now.mono + forMs : null
}

/** Whom a survey asked may be gone with the reload: whoever is there now is asked. */
function askedAnew({ state, now }: Turn): Survey {
  const { survey } = state
  if (survey.is === 'asked') return { is: 'none' }
  return survey.is === 'asked-again' ? { is: 'silent', againAt: now.mono } : survey
}

/** Without a stored role the relays are asked for it, as soon as there are any. */
function adopt(turn: Turn): void {
  if (turn.state.adopting && turn.settings.devices !== null) ask(turn, { kind: 'adopt' })
}

/**
 * An older version remembered no proven checks: those of its state have decided until now, and go on. So do those of a
 * state that was lost. At a first start nothing is proven.
 */
function provenAtStart({ settings }: Turn, stored: StoredState | null, lost: string | undefined): Proven {
  const all = stored !== null || lost !== undefined ? settings.checks.map(checkTarget) : []
  return stored?.proven ?? all
}
