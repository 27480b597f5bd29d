import type { Effect } from '../../src/core/effects.ts'
import type { Event, EventPayloads } from '../../src/core/events.ts'
import type { Moment, Role } from '../../src/core/role.ts'
import type { Settings } from '../../src/core/settings.ts'
import { countResult, isAnswering, isFailing, isUp, provenBefore, type Watched } from './observed-checks.ts'

/**
 * What somebody knows who hears each event and sees each effect, but nothing of the policy's state. The invariants
 * hold the policy against this, so that it cannot vouch for itself.
 */
export interface Observer {
  readonly checks: Readonly<Record<string, Watched>>
  /** Names of the checks that were up once. */
  readonly proven: readonly string[]
  /** Since when every required check was up without a break. Mono. */
  readonly upSince: number | null
  /** An isolation check was asked for and has not been answered. */
  readonly surveying: boolean
  /** The latest isolation check came to nothing, and the master is still down. */
  readonly cutOff: boolean
  readonly secondary: boolean
  readonly pause: Limited | null
  readonly override: (Limited & { readonly role: Role }) | null
  readonly windowUntil: number | null
  /** Automatic failovers since the latest `resume` that ended a hold. Mono. */
  readonly failovers: readonly number[]
  readonly flapped: boolean
  /** `resume` was said while a failback waited. */
  readonly approved: boolean
  /** When ready_command was first asked for this failback, and its latest answer. */
  readonly ready: { readonly question: number; readonly since: number; readonly yes: boolean } | null
  /** Until when before_master is not to be asked again. */
  readonly calledOffUntil: number | null
  /** What the relays were told last: the role to keep, null: only watch. */
  readonly driving: Role | null
  readonly drivingMove: number | null
  /** A relay was told of the latest move, or was found there. */
  readonly begun: boolean
  /** When nothing was to be decided last. Mono. */
  readonly heldAt: number
  /** before_master has begun for a failback, and what it did was neither wanted since nor undone. */
  readonly undoOwed: boolean
  /** The hook that was started last. */
  readonly hook: { readonly name: string; readonly move: number; readonly running: boolean } | null
}

interface Limited {
  readonly until: number | null
}

export const newObserver: Observer = {
  checks: {},
  proven: [],
  upSince: null,
  surveying: false,
  cutOff: false,
  secondary: true,
  pause: null,
  override: null,
  windowUntil: null,
  failovers: [],
  flapped: false,
  approved: false,
  ready: null,
  calledOffUntil: null,
  driving: null,
  drivingMove: null,
  begun: true,
  heldAt: Number.NEGATIVE_INFINITY,
  undoOwed: false,
  hook: null,
}

/** One event with its effects, as seen from outside. `role`, `waiting`: of the status before the event. */
interface Sight {
  readonly settings: Settings
  readonly event: Event
  readonly effects: readonly Effect[]
  readonly now: Moment
  readonly role: Role
  readonly waiting: boolean
  /** Number of the latest move, and whether its relays have been told. */
  readonly moves: number
  readonly driving: boolean
}

/** `heard`: with the event, before what it brought about; `knows`: with that too. */
export function observe(before: Observer, sight: Sight): { heard: Observer; knows: Observer } {
  const timed = expire(before, sight.now.mono)
  const hear = ears[sight.event.kind] as Ear | undefined
  const held = isAutomatic(before, sight.settings) ? timed : { ...timed, heldAt: sight.now.mono }
  const told = hear?.(held, sight, sight.event as never)
  const heard = told ? expire({ ...held, ...told }, sight.now.mono) : held
  const upSince = isUp(heard, sight.settings) ? (heard.upSince ?? sight.now.mono) : null
  const known = heard.upSince === upSince ? heard : { ...heard, upSince }
  return { heard: known, knows: forget(withEffects(known, sight), sight) }
}

/** Whether the checks may change the role at all. */
export function isAutomatic({ secondary, pause, override }: Observer, settings: Settings): boolean {
  return settings.devices !== null && secondary && pause === null && override === null
}

/** `log` effects that begin so. */
export function saidIn(effects: readonly Effect[], start: string): boolean {
  return effects.some(effect => effect.kind === 'log' && effect.text.startsWith(start))
}

type Ear = (observer: Observer, sight: Sight, payload: never) => Partial<Observer>
const ears: {
  readonly [K in Event['kind']]?: (
    observer: Observer,
    sight: Sight,
    payload: EventPayloads[K],
  ) => Partial<Observer>
} = {
  started: (_, { now, settings }, { stored, secondary }) => {
    const mono = (wall: number) => now.mono + (wall - now.wall)
    const limited = (at: number | null) => ({ until: at === null ? null : mono(at) })
    return {
      ...newObserver,
      proven: provenBefore(settings, stored),
      secondary,
      pause: stored?.pause ? limited(stored.pause.until) : null,
      override: stored?.override ? { ...limited(stored.override.until), role: stored.override.role } : null,
      failovers: stored?.failovers.map(mono) ?? [],
      flapped: stored?.flapping ?? false,
      begun: stored?.move?.begun ?? true,
      undoOwed: stored?.move?.stage === 'asking',
    }
  },
  reloaded: ({ checks }, { settings, now }, { changed, secondary, windowForMs }) => {
    const kept = Object.entries(checks).filter(
      ([name]) => settings.checks.some(check => check.name === name) && !changed.includes(name),
    )
    const windowUntil = windowForMs > 0 ? now.mono + windowForMs : null
    return { checks: Object.fromEntries(kept), secondary, windowUntil, surveying: false }
  },
  probed: ({ checks, proven, upSince }, { settings, now }, { check: name, result }) => {
    const check = settings.checks.find(c => c.name === name)
    if (!check) return {}
    const { watched, stalled } = countResult(checks[name], check, result, now, proven.includes(name))
    return {
      checks: { ...checks, [name]: watched },
      proven: watched.up && !proven.includes(name) ? [...proven, name] : proven,
      upSince: check.required && stalled ? null : upSince,
    }
  },
  isolationChecked: ({ surveying, cutOff }, _, { answering }) => ({
    surveying: false,
    cutOff: answering === null && (surveying || cutOff),
  }),
  secondaryChanged: (_, __, { present }) => ({ secondary: present }),
  windowChecked: (_, { now }, { forMs }) => ({ windowUntil: forMs > 0 ? now.mono + forMs : null }),
  forced: (_, { now }, { role, forMs }) =>
    role === 'auto' ? { override: null } : { override: { role, until: untilOf(now, forMs) }, pause: null },
  pausedByOperator: (_, { now }, { forMs }) => ({ pause: { until: untilOf(now, forMs) } }),
  resumed: ({ flapped, failovers, approved }, { waiting }) => ({
    pause: null,
    override: null,
    flapped: false,
    failovers: flapped ? [] : failovers,
    approved: approved || waiting,
  }),
  readyAnswered: ({ ready }, _, { question, ready: yes }) => ({
    ready: ready && (ready.question === question ? { ...ready, yes } : ready),
  }),
  moveBegun: ({ begun }, { moves }, { move }) => ({ begun: begun || move === moves }),
  relaysTried: ({ begun }, { moves, driving }, { move, all }) => ({
    begun: begun || (all && driving && move === moves),
  }),
  hookEnded: ({ hook }, { settings, now, role }, { move, hook: name, ok }) => {
    if (!hook?.running || hook.move !== move || hook.name !== name) return {}
    const calledOff = name === 'before_master' && role === 'slave' && !ok
    const pauseMs = Math.max(settings.failback.stableForMs, 10_000)
    return {
      hook: { ...hook, running: false },
      ...(calledOff && { calledOffUntil: now.mono + pauseMs, ready: null }),
    }
  },
}

function withEffects(before: Observer, { effects, now, settings }: Sight): Observer {
  let known = before
  for (const effect of effects) {
    if (effect.kind === 'checkIsolation') known = { ...known, surveying: true }
    if (effect.kind === 'observe') known = { ...known, driving: null, drivingMove: null }
    if (effect.kind === 'enforce') known = { ...known, driving: effect.role, drivingMove: effect.move }
    if (effect.kind === 'runHook')
      known = { ...known, hook: { name: effect.hook, move: effect.move, running: true } }
    if (effect.kind === 'runHook' && effect.hook === 'before_master' && effect.event === 'failback')
      known = { ...known, undoOwed: true }
    if (undoes(effect, settings)) known = { ...known, undoOwed: false }
    if (effect.kind === 'askReady')
      known = {
        ...known,
        ready: { question: effect.question, since: known.ready?.since ?? now.mono, yes: false },
      }
  }
  if (['failover: ', 'forced: ', 'failback: ', 'called off: '].some(start => saidIn(effects, start)))
    known = { ...known, begun: false }
  if (saidIn(effects, 'isolated: over')) known = { ...known, checks: {}, upSince: null }
  if (!saidIn(effects, 'failover: ')) return known
  const { flapLimit, flapWindowMs } = settings.failback
  const failovers = [...known.failovers, now.mono]
  const recent = failovers.filter(at => now.mono - at < flapWindowMs).length
  return { ...known, failovers, flapped: known.flapped || (flapLimit > 0 && recent >= flapLimit) }
}

/** The lines went to the master after all, or the first of the slave's hooks runs to undo it; where there is none, it is said. */
function undoes(effect: Effect, { hooks }: Settings): boolean {
  if (effect.kind === 'record') return effect.to === 'master' && effect.from !== effect.to
  const first =
    hooks.before_slave !== null ? 'before_slave' : hooks.after_slave !== null ? 'after_slave' : null
  if (first === null) return effect.kind === 'log' && effect.text.startsWith('failback called off')
  return effect.kind === 'runHook' && effect.hook === first && effect.event === 'called-off'
}

/** What was allowed or waited for counts only as long as a failback is due. */
function forget(known: Observer, { settings, effects, role }: Sight): Observer {
  const up = isUp(known, settings)
  const moved = ['failover: ', 'failback: ', 'forced: ', 'called off: '].some(start => saidIn(effects, start))
  const due = up && !moved && role === 'slave'
  const deciding = isAutomatic(known, settings)
  const lost = deciding && isFailing(known, settings, known.heldAt)
  // It ends with an answer alone: a probe that can't be made is none.
  const answered = saidIn(effects, 'isolated: over')
  const ready =
    known.ready?.yes && !isAnswering(known, settings) ? { ...known.ready, yes: false } : known.ready
  const kept: Partial<Observer> = {
    upSince: up ? known.upSince : null,
    surveying: known.surveying && lost,
    cutOff: known.cutOff && deciding && !moved && !answered,
    approved: known.approved && due,
    ready: due && deciding ? ready : null,
    calledOffUntil: due && deciding ? known.calledOffUntil : null,
  }
  const fields = Object.keys(kept) as (keyof Observer)[]
  return fields.every(field => known[field] === kept[field]) ? known : { ...known, ...kept }
}

function expire(known: Observer, mono: number): Observer {
  const over = (limited: Limited | null) => limited?.until != null && mono >= limited.until
  const closed = known.windowUntil !== null && mono >= known.windowUntil
  if (!closed && !over(known.pause) && !over(known.override)) return known
  return {
    ...known,
    pause: over(known.pause) ? null : known.pause,
    override: over(known.override) ? null : known.override,
    windowUntil: closed ? null : known.windowUntil,
  }
}

function untilOf({ mono }: Moment, forMs: number | null): number | null {
  return forMs === null ? null : mono + forMs
}
