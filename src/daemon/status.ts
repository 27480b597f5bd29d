import { nextText } from '../core/next-text.ts'
import { phaseTable } from '../core/phases.ts'
import { checkState, neededInARow } from '../core/rise-fall.ts'
import { type Mode, type Moment, modeFor, type Role, type Verdict, type Watchdog } from '../core/role.ts'
import type { CheckSettings, Settings } from '../core/settings.ts'
import type { Pause, Phase, State } from '../core/state.ts'
import type { Relay } from '../relays/relay.ts'

/** `status --json`, as the contract names it. Times are ISO 8601 UTC. */
export interface Status {
  readonly version: string
  readonly pid: number
  readonly now: string
  readonly role: Role
  readonly since: string
  readonly phase: Phase
  readonly automatic: boolean
  readonly override: (StatusPause & { readonly role: Role }) | null
  readonly paused: StatusPause | null
  readonly isolated: boolean
  readonly next: string
  readonly master: {
    readonly host: string
    readonly verdict: Verdict
    readonly checks: readonly StatusCheck[]
  }
  readonly relays: readonly StatusRelay[]
}
export interface StatusPause {
  readonly since: string
  readonly until: string | null
  readonly reason: string
}
export interface StatusCheck {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly verdict: Verdict
  /** Results of the latest kind in a row, and how many of that kind decide. */
  readonly streak: number
  readonly needed: number
  readonly last: {
    readonly ok: boolean
    readonly ms: number
    readonly at: string
    readonly detail: string
  } | null
}
export interface StatusRelay {
  readonly name: string
  readonly host: string | null
  readonly port: number
  /** What the role wants; while nothing is driven a relay may stay elsewhere. */
  readonly wanted: Mode
  /** As last read in this run; null: not yet. */
  readonly actual: Mode | null
  readonly confirmed: boolean
  /** 2: on and tripped. */
  readonly wdog: Watchdog | null
  readonly at: string | null
  readonly error: string | null
  readonly lastSwitch: string | null
}

export interface StatusSources {
  readonly version: string
  readonly settings: Settings
  readonly state: State
  readonly relays: readonly Relay[]
  readonly lastSwitch: (relay: string) => number | null
  readonly now: Moment
}

export function statusOf(sources: StatusSources): Status {
  const { version, settings, state, relays, now } = sources
  const pause = state.pause && pauseOf(state.pause, now)
  return {
    version,
    pid: process.pid,
    now: iso(now.wall),
    role: state.role,
    since: iso(state.roleSinceWall),
    phase: state.phase,
    automatic: phaseTable[state.phase].automatic,
    override: state.override && { ...pauseOf(state.override, now), role: state.override.role },
    paused: pause,
    isolated: state.phase === 'isolated',
    next: nextText(settings, state, now),
    master: {
      host: settings.master.host,
      verdict: state.verdict,
      checks: settings.checks.map(check => checkOf(check, state)),
    },
    relays: relays.map(relay => relayOf(relay, sources)),
  }
}

/** The present state in one line, from what was asked already. */
export function statusLine({ role, phase, automatic, relays }: Status): string {
  const confirmed = relays.filter(r => r.confirmed).length
  return headline(role, phase, automatic, confirmed, relays.length)
}

/** The same from what is at hand: said at each decision, so it may not cost a whole status. */
export function headlineOf(state: State, relays: readonly Relay[]): string {
  const { role, phase } = state
  const confirmed = relays.filter(relay => isAt(relay, state)).length
  return headline(role, phase, phaseTable[phase].automatic, confirmed, relays.length)
}

function headline(role: Role, phase: Phase, automatic: boolean, confirmed: number, all: number): string {
  const failover = automatic ? 'automatic failover on' : 'automatic failover OFF'
  return `lines at the ${role}, ${phase}, ${confirmed} of ${all} relays confirmed, ${failover}`
}

/** Read in this run at what the role wants, and nothing failed since. */
function isAt({ settings, state: relay }: Relay, { role }: State): boolean {
  const read = relay.actualWall !== null && relay.actual === modeFor(role, settings.invert)
  return read && relay.error === null
}

function checkOf(check: CheckSettings, { checks }: State): StatusCheck {
  const { verdict, streak, last } = checkState(checks, check.name)
  return {
    name: check.name,
    type: check.type,
    required: check.required,
    verdict,
    streak: streak.count,
    needed: neededInARow(streak.outcome, check),
    last: last && {
      ok: last.result.outcome === 'answered',
      ms: Math.round(last.result.ms * 10) / 10,
      at: iso(last.wall),
      detail: last.result.detail,
    },
  }
}

function relayOf(each: Relay, { state, lastSwitch }: StatusSources): StatusRelay {
  const { settings, state: relay } = each
  const switchedAt = lastSwitch(settings.name)
  const wanted = modeFor(state.role, settings.invert)
  const actual = relay.actualWall === null ? null : relay.actual
  return {
    name: settings.name,
    host: settings.host,
    port: settings.port,
    wanted,
    actual,
    confirmed: isAt(each, state),
    wdog: relay.wdog,
    at: relay.actualWall === null ? null : iso(relay.actualWall),
    error: relay.error?.text ?? null,
    lastSwitch: switchedAt === null ? null : iso(switchedAt),
  }
}

function pauseOf({ until, reason, atWall }: Pause, now: Moment): StatusPause {
  return { since: iso(atWall), until: until === null ? null : iso(now.wall + until - now.mono), reason }
}

function iso(wall: number): string {
  return new Date(wall).toISOString()
}
