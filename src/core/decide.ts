import { applyEvent } from './apply-event.ts'
import { type Draft, emit, log, set } from './draft.ts'
import type { Effect } from './effects.ts'
import type { Event } from './events.ts'
import { dropStaleAnswers, wakeAt } from './expiry.ts'
import { newHold } from './failback.ts'
import { isBeforeRelays, isDriving } from './moving.ts'
import { phaseOf, phaseTable } from './phases.ts'
import type { Moment, Role } from './role.ts'
import { applyRules, timeRules } from './rules.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'
import { storedDiffers } from './stored-state.ts'

export interface Decision {
  readonly state: State
  readonly effects: readonly Effect[]
  /** Ids of the rules that fired, in their order (rules.ts). */
  readonly rules: readonly string[]
  /** When to come back with `woken`, on the monotonic clock; null: no need to. */
  readonly wakeAt: number | null
}

/**
 * The one decision: what is known and what happened → what is known now and what to do. Pure; time is an input.
 * @param windowOpensWall as in `Situation`: only told, decides nothing
 */
export function decide(
  present: Settings,
  before: State,
  event: Event,
  now: Moment,
  windowOpensWall: number | null = null,
): Decision {
  const settings = event.kind === 'reloaded' ? event.settings : present
  const draft: Draft = { settings, now, windowOpensWall, state: before, effects: [], fired: [] }
  if (!phaseTable[before.phase].automatic) set(draft, { lastInactiveAt: now.mono })
  applyRules(draft, timeRules)
  applyEvent(draft, event)
  dropStaleAnswers(draft)
  applyRules(draft)
  set(draft, { phase: phaseOf(draft) })
  logPhase(draft, before)
  logHeld(draft, before)
  if (storedDiffers(before, draft.state)) saveFirst(draft)
  directRelays(draft, targetOf(before))
  const { state, effects, fired } = draft
  return { state, effects, rules: fired, wakeAt: wakeAt(settings, state, now.mono) }
}

/**
 * If the daemon is killed right after it told a relay, the relay has moved; and a hook may bring the daemon down. Both
 * come after the save.
 */
function saveFirst({ effects }: Draft): void {
  const hook = effects.findIndex(({ kind }) => kind === 'runHook')
  effects.splice(hook < 0 ? effects.length : hook, 0, { kind: 'save' })
}

/** What the relays are told: the role to enforce, and the move that is waiting for them; null: only observe. */
export interface Target {
  readonly role: Role
  readonly move: number | null
}

export function targetOf({ phase, role, move }: State): Target | null {
  const driving = isDriving(move) ? move.id : null
  if (isBeforeRelays(move)) return null
  // A failover that a crash interrupted goes on at once, unless no line has moved. A failback waits: the master may be
  // dead by now.
  const goesOn = phase === 'starting' && role === 'slave' && move?.begun === true
  const enforces = goesOn || phaseTable[phase].relays === 'enforce'
  return enforces ? { role, move: driving } : null
}

function directRelays(draft: Draft, before: Target | null): void {
  const target = targetOf(draft.state)
  if (!target) {
    if (before) emit(draft, { kind: 'observe' })
    return
  }
  const news = before?.role !== target.role || (target.move !== null && target.move !== before.move)
  if (news) emit(draft, { kind: 'enforce', ...target })
}

function logHeld(draft: Draft, before: State): void {
  const { settings, state, now } = draft
  const hold = newHold(settings, before, state, now.mono)
  if (!hold) return
  log(draft, 'notice', `held: the master is up, the lines stay at the slave: ${hold.text(draft)}`)
}

function logPhase(draft: Draft, { phase }: State): void {
  if (draft.state.phase === phase) return
  const over = phaseTable[phase].left
  if (over && draft.state.phase !== 'unconfigured') log(draft, over.severity, over.text)
  const line = phaseTable[draft.state.phase].entered?.(draft.settings)
  if (line) log(draft, line.severity, line.text)
}
