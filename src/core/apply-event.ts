import { answersUdp, tripped } from './bypass.ts'
import { logResult } from './check-lines.ts'
import { discovered, discoveryAtStart, firstRoleText } from './discovery.ts'
import { type Draft, type EventHandler, emit, log, set } from './draft.ts'
import type { Event, EventKind } from './events.ts'
import { leastPauseAfterRefusalMs, readyAgainMs } from './failback.ts'
import { onlyOf } from './failed-hooks.ts'
import { afterReload, heardOfMaster, isolationChecked } from './isolation.ts'
import { endHook, endStage, hookOf, isDriving, isHooked, logDone, takeUpMove } from './moving.ts'
import { logOrders, operatorHandlers, stateLost } from './operator.ts'
import { checkTarget, decidingChecks, haveSpoken, isProven, type Proven, withProven } from './proven.ts'
import {
  type CheckStates,
  checkState,
  countResult,
  hasFailedLast,
  isStale,
  masterVerdict,
} from './rise-fall.ts'
import type { Verdict } from './role.ts'
import { applyRules, timeRules } from './rules.ts'
import { hookNames } from './settings.ts'
import { fromStored, type StoredState } from './stored-state.ts'

/** How each event changes the facts. What follows from them is decided by the rules. */
const handlers: { readonly [K in EventKind]: EventHandler<K> } = {
  ...operatorHandlers,
  tripped,
  answersUdp,
  isolationChecked,

  started(draft, { stored, secondary, lost, sameBoot = false }) {
    set(draft, stored ? fromStored(stored, draft.now, sameBoot) : { roleSinceWall: draft.now.wall })
    if (lost !== undefined) setLoss(draft, lost)
    set(draft, { secondary })
    set(draft, { proven: provenAtStart(draft, stored, lost) })
    // A time that was over before this start is over now, not at the first probe.
    applyRules(draft, timeRules)
    logOrders(draft)
    const { move } = draft.state
    // The answer of a before_master that was cut off is lost, so the failback is cancelled by a rule.
    if (move?.stage === 'asking') set(draft, { move: { ...move, stage: 'agreed' } })
    else takeUpMove(draft)
    set(draft, { discovery: discoveryAtStart(stored, sameBoot) })
    askAgainForRole(draft)
  },

  reloaded(draft, { changed, secondary, windowForMs }) {
    set(draft, { secondary, windowUntil: windowEndOf(draft, windowForMs), isolation: afterReload(draft) })
    const names = new Set(draft.settings.checks.map(c => c.name))
    const kept = Object.entries(draft.state.checks).filter(([n]) => names.has(n) && !changed.includes(n))
    setVerdict(draft, Object.fromEntries(kept))
    const { hooks } = draft.settings
    const configured = hookNames.filter(name => hooks[name] !== null)
    set(draft, { failedHooks: onlyOf(configured, draft.state.failedHooks) })
    askAgainForRole(draft)
  },

  probed(draft, { check: name, result }) {
    const check = draft.settings.checks.find(c => c.name === name)
    if (!check) return
    const before = checkState(draft.state.checks, name)
    const proven = isProven(draft.state.proven, check)
    const after = countResult(before, check, result, draft.now, proven)
    // What nobody watched was not without a break.
    if (check.required && isStale(before, check, draft.now)) set(draft, { upSince: null })
    if (after.verdict === 'up') set(draft, { proven: withProven(draft.state.proven, check) })
    logResult(draft, check, { before, after, proven })
    setVerdict(draft, { ...draft.state.checks, [name]: after })
    heardOfMaster(draft, check, result)
  },

  roleDiscovered(draft, { role, agreed = null }) {
    set(draft, { discovery: discovered(draft.state, agreed) })
    if (!draft.state.roleUnknown) return
    set(draft, { roleUnknown: false, role: role ?? 'master', roleSinceWall: draft.now.wall })
    log(draft, 'info', firstRoleText(role))
  },

  moveBegun(draft, { move: id }) {
    const { move } = draft.state
    if (move?.id === id && !move.begun) set(draft, { move: { ...move, begun: true } })
  },

  relaysTried(draft, { move: id, all, tally }) {
    const { move } = draft.state
    if (move?.id !== id || !isDriving(move)) return
    const moved = all ? { ...move, begun: true, arrived: true } : move
    set(draft, { move: moved })
    if (move.stage === 'driving' && tally) logDone(draft, move, tally)
    if (move.stage === 'driving' || (move.stage === 'arriving' && all)) endStage(draft, moved)
  },

  hookEnded(draft, { move: id, hook, ok, detail }) {
    const { move } = draft.state
    const isOurs = move?.id === id && hookOf(move) === hook && isHooked(move)
    if (!isOurs) {
      if (!ok) log(draft, 'warning', `hook ${hook}: ${detail}`)
      return
    }
    if (move.stage !== 'asking' || ok) return endHook(draft, move, ok ? null : detail)
    const pauseMs = Math.max(draft.settings.failback.stableForMs, leastPauseAfterRefusalMs)
    set(draft, {
      move: { ...move, stage: 'agreed', hookRefusal: detail },
      noFailbackUntil: draft.now.mono + pauseMs,
    })
  },

  readyAnswered(draft, { question, ready, detail }) {
    const { readiness } = draft.state
    if (readiness.is !== 'asking' || readiness.question !== question) return
    const { since } = readiness
    if (ready) set(draft, { readiness: { is: 'yes', since } })
    else set(draft, { readiness: { is: 'no', since, againAt: draft.now.mono + readyAgainMs, detail } })
  },

  windowChecked(draft, { forMs }) {
    set(draft, { windowUntil: windowEndOf(draft, forMs) })
  },

  saving(draft, { problem }) {
    set(draft, { unsaved: problem !== null })
  },

  secondaryChanged(draft, { present }) {
    set(draft, { secondary: present })
  },

  woken() {},
}

export function applyEvent(draft: Draft, event: Event): void {
  const handle = handlers[event.kind] as EventHandler<EventKind>
  handle(draft, event)
}

function setLoss(draft: Draft, what: string): void {
  const loss = { atWall: draft.now.wall, what }
  set(draft, { loss })
  log(draft, 'warning', stateLost(loss))
}

function setVerdict(draft: Draft, checks: CheckStates): void {
  const verdict: Verdict = masterVerdict(draft.settings.checks, checks)
  const { upSince, checksHaveSpoken, proven, role, discovery } = draft.state
  // Lines at the slave stay there: what a start found elsewhere is put right at the first failure.
  const isSettled = role === 'slave' && discovery === 'none'
  const staysAtSlave =
    isSettled && hasFailedLast(decidingChecks(draft.settings.checks, { checks, proven }), checks)
  set(draft, {
    checks,
    verdict,
    checksHaveSpoken:
      checksHaveSpoken ||
      verdict !== 'unknown' ||
      staysAtSlave ||
      haveSpoken(draft.settings.checks, checks, proven),
    upSince: verdict === 'up' ? (upSince ?? draft.now.mono) : null,
  })
}

/** null: the window is closed. */
function windowEndOf({ now }: Draft, forMs: number): number | null {
  return forMs > 0 ? now.mono + forMs : null
}

/** Without a stored role the relays are asked for it, as soon as there are any. Those that were asked may be gone. */
function askAgainForRole(draft: Draft): void {
  const { roleUnknown, discovery } = draft.state
  if ((roleUnknown || discovery === 'asked') && draft.settings.devices !== null)
    emit(draft, { kind: 'discoverRole' })
}

/**
 * An older version remembered no proven checks: those of its state have decided until now, and go on. So do those of a
 * state that was lost. At a first start nothing is proven.
 */
function provenAtStart({ settings }: Draft, stored: StoredState | null, lost: string | undefined): Proven {
  const all = stored !== null || lost !== undefined ? settings.checks.map(checkTarget) : []
  return stored?.proven ?? all
}
