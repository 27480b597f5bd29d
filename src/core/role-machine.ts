import type { Effect } from './effects.ts'
import type { Event } from './events.ts'
import { firstHold, heldEarlier, isStable, returning } from './failback.ts'
import { learn } from './learn.ts'
import { isBeforeRelays, isDriving } from './moving.ts'
import { expire } from './operator.ts'
import { phaseTable } from './phases.ts'
import type { Moment, Role } from './role.ts'
import { isCutOff, isLost, mayDecide, type Row, roleTable } from './role-table.ts'
import { isMasterless, passiveLine, unconfiguredLine } from './secondary.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'
import { storedDiffers } from './stored-state.ts'
import { ask, change, say, type Turn } from './turn.ts'
import { wakeAt } from './wake.ts'

export interface Decision {
  readonly state: State
  readonly effects: readonly Effect[]
  /** When to come back with `woken`, on the monotonic clock; null: no need to. */
  readonly wakeAt: number | null
}

/** The one decision: what is known and what happened → what is known now and what to do. Pure; time is an input. */
export function decide(settings: Settings, before: State, event: Event, now: Moment): Decision {
  const turn: Turn = { settings, now, state: before, effects: [] }
  if (!phaseTable[before.phase].automatic) change(turn, { heldUntil: now.mono })
  expire(turn)
  learn(turn, event)
  forget(turn)
  change(turn, { phase: settle(turn) })
  sayPhase(turn, before)
  sayHeld(turn, before)
  if (storedDiffers(before, turn.state)) saveFirst(turn)
  directRelays(turn, targetOf(before))
  return { state: turn.state, effects: turn.effects, wakeAt: wakeAt(settings, turn.state, now.mono) }
}

/**
 * Asks the table until a row has nothing more to do; the last row always holds. A table that never came to rest, which
 * no reachable state has, would end in a RangeError, and that the event loop survives.
 */
function settle(turn: Turn): State['phase'] {
  const row = roleTable.find(r => r.when(turn)) as Row
  if (!row.act) return row.phase
  row.act(turn)
  return settle(turn)
}

/**
 * A relay moves faster than a killed daemon could say that it was told to, and a hook may bring the daemon down: both
 * come after the save.
 */
function saveFirst({ effects }: Turn): void {
  const hook = effects.findIndex(({ kind }) => kind === 'runHook')
  effects.splice(hook < 0 ? effects.length : hook, 0, { kind: 'save' })
}

/** What was asked and answered counts only while its question stands: not after a pause, not for the next outage. */
function forget(turn: Turn): void {
  const { state, settings, now } = turn
  // The next master may be another one: until there is a verdict on it no relay is driven.
  if (isMasterless(settings)) change(turn, { judged: false })
  const deciding = mayDecide(settings, state)
  // What can't be asked any more is no answer: this node stays cut off until somebody gives one.
  const wanted = deciding && (isCutOff(state) || isLost(settings, state))
  if (!wanted) change(turn, { survey: { is: 'none' } })
  if (!deciding || !returning(state)) change(turn, { calledOffUntil: null })
  if (!deciding || !returning(state) || heldEarlier(settings, state, now.mono))
    change(turn, { readiness: { is: 'unasked' } })
  else if (state.readiness.is === 'yes' && !isStable(settings, state, now))
    askAgain(turn, state.readiness.since)
  if (!returning(state)) change(turn, { approved: false })
}

/** A yes from before the master faltered is out of date; the time that was waited still counts. */
function askAgain(turn: Turn, since: number): void {
  const { mono } = turn.now
  change(turn, { readiness: { is: 'no', since, againAt: mono, detail: 'to be asked again' } })
}

/** What the relays are told: the role to hold, and the move that is waiting for them; null: watch only. */
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
  const holds = goesOn || phaseTable[phase].relays === 'hold'
  return holds ? { role, move: driving } : null
}

function directRelays(turn: Turn, before: Target | null): void {
  const target = targetOf(turn.state)
  if (!target) {
    if (before) ask(turn, { kind: 'watch' })
    return
  }
  const news = before?.role !== target.role || (target.move !== null && target.move !== before.move)
  if (news) ask(turn, { kind: 'hold', ...target })
}

/** Holds that end by themselves within moments. */
const passing = ['moving', 'before_master']

/** What holds the failback, once for each thing that does. */
function sayHeld(turn: Turn, before: State): void {
  const { settings, state, now } = turn
  const hold = heldBy(settings, state, now.mono)
  // What ends by time alone ends at this very moment.
  if (!hold || hold.name === heldBy(settings, before, now.mono - 1)?.name) return
  say(turn, 'notice', `held: the master is up, the lines stay at the slave: ${hold.text(settings, state)}`)
}

function heldBy(settings: Settings, state: State, mono: number) {
  const hold = state.phase === 'waiting' ? firstHold(settings, state, mono) : undefined
  return hold && passing.includes(hold.name) ? undefined : hold
}

function sayPhase(turn: Turn, { phase }: State): void {
  if (turn.state.phase === phase) return
  if (turn.state.phase === 'unconfigured') say(turn, 'info', unconfiguredLine(turn.settings))
  if (turn.state.phase === 'passive') {
    const { severity, text } = passiveLine(turn.settings)
    say(turn, severity, text)
  }
}
