import { decide } from '../../src/core/decide.ts'
import type { Event } from '../../src/core/events.ts'
import { isDriving } from '../../src/core/moving.ts'
import { isProven } from '../../src/core/proven.ts'
import type { Moment } from '../../src/core/role.ts'
import { type HookName, hookNames, type Settings } from '../../src/core/settings.ts'
import { initialState, type State } from '../../src/core/state.ts'
import { toStored } from '../../src/core/stored-state.ts'
import { newObserver, type Observer, observe } from './observer.ts'
import { pingCheck, someSettings } from './settings.ts'
import type { Step } from './step.ts'

const hooks = { before_slave: 'a', after_slave: 'b', before_master: 'c', after_master: 'd', timeoutMs: 1000 }
/** Where it is not about counting failures. */
const fallsAtOnce = pingCheck({ fall: 1, rise: 2, intervalMs: 60_000 })
const noHooks = { before_slave: null, after_slave: null, before_master: null, after_master: null }

/** The only one in which a start may come within the boot of the stop before it: what is asked then multiplies the states. */
const withinOneBoot = small({ checks: [fallsAtOnce] })

/**
 * Configurations that make every row and hold of the policy reachable; where there are several, a reload goes from
 * any to any. Short thresholds keep the space small.
 */
export const explored: Readonly<Record<string, readonly Settings[]>> = {
  plain: [small({})],
  'a start within one boot': [withinOneBoot],
  'with hooks': [small({ hooks, checks: [fallsAtOnce] })],
  'before_master and ready_command': [
    small({
      hooks: { ...noHooks, before_master: 'c', timeoutMs: 1000 },
      failback: failback({ readyCommand: 'r', readyDeadlineMs: 40_000 }),
      checks: [fallsAtOnce],
    }),
  ],
  'ready_command alone': [small({ failback: failback({ readyCommand: 'r' }) })],
  'policy window': [small({ failback: failback({ policy: 'window' }), checks: [fallsAtOnce] })],
  'policy manual': [small({ failback: failback({ policy: 'manual' }), checks: [fallsAtOnce] })],
  'flap limit of one': [small({ failback: failback({ flapLimit: 1 }), checks: [fallsAtOnce] })],
  'stable at once': [small({ failback: failback({ stableForMs: 0 }) })],
  'two checks that decide': [small({ checks: [quick('ping'), quick('sip')] })],
  'a check that does not decide': [small({ checks: [quick('ping'), quick('web', false)] })],
  'bnfos.conf comes and goes': [small({}), small({ devices: null })].map(settings => ({
    ...settings,
    checks: [fallsAtOnce],
  })),
}

/** The same for one server in front of a PBX, whose devices bypass by themselves. */
export const exploredBypass: readonly Settings[] = [
  small({
    site: { kind: 'bypass', kickMs: 5000, watchdogMs: 60_000 },
    checks: [fallsAtOnce],
    secondaryFile: null,
  }),
]

/** Enough of them to meet every rule on every arrow. */
export const drawn = ['a start within one boot', 'before_master and ready_command', 'policy manual'] as const

/** A state, and how it came about. */
export interface Place {
  readonly state: State
  readonly now: Moment
  readonly knows: Observer
  readonly settings: Settings
}

export function startingPlace(settings: Settings): Place {
  return {
    state: { ...initialState, proven: [] },
    now: { mono: 1_000_000, wall: 1e12 },
    knows: newObserver,
    settings,
  }
}

/** One event, `afterMs` later, under settings that a reload may have brought. A crash forgets all but what is stored. */
export interface Happening {
  readonly event: Event
  readonly afterMs: number
  readonly settings?: Settings
}

export function happen(place: Place, { event, afterMs, settings = place.settings }: Happening): Step {
  const now = { mono: place.now.mono + afterMs, wall: place.now.wall + afterMs }
  const before = event.kind === 'started' ? initialState : place.state
  const { state: after, effects, rules, wakeAt } = decide(settings, before, event, now)
  const { role, phase } = place.state
  const status = { role, waiting: phase === 'waiting', moves: before.moves, driving: isDriving(before.move) }
  const seen = observe(place.knows, { settings, event, effects, now, ...status })
  return { settings, before, event, after, effects, rules, now, wakeAt, ...seen }
}

/**
 * Walks from the first start: every state not met before meets every event, until nothing new comes up or `visit`
 * returns false. Two states are the same when they differ in times and counts only by what the policy does not ask
 * for. Returns how many there are; more than `most` is an error, since the walk would not end.
 */
export function explore(
  configurations: readonly Settings[],
  visit: (step: Step) => boolean,
  most = 100_000,
): number {
  const seen = new Set<string>()
  let edge = configurations.map(startingPlace)
  while (edge.length > 0) {
    const next: Place[] = []
    for (const place of edge)
      for (const happening of everyEvent(place, configurations)) {
        const step = happen(place, happening)
        if (visit(step) === false) return seen.size
        const key = keyOf(step, configurations)
        if (seen.has(key)) continue
        if (seen.size >= most) throw new Error(`more than ${most} states: something grows without bound`)
        seen.add(key)
        next.push({ state: step.after, now: step.now, knows: step.knows, settings: step.settings })
      }
    edge = next
  }
  return seen.size
}

/** Every kind of event with every payload that matters, each at once and after a while. */
function everyEvent(place: Place, configurations: readonly Settings[]): Happening[] {
  const { state, now, settings } = place
  const probes = settings.checks.flatMap(({ name }) => outcomes.map(outcome => probe(name, outcome)))
  const window: Event[] =
    settings.failback.policy === 'window' ? [{ kind: 'windowChecked', forMs: 60_000 }] : []
  const events = [
    ...probes,
    ...answersTo(state),
    ...hookEnds(place),
    ...window,
    ...ordersIn(settings),
    ...tripsIn(settings, now),
  ]
  const later = [{ kind: 'woken' } as const, ...settings.checks.map(({ name }) => probe(name, 'answered'))]
  const crash = { kind: 'started', stored: toStored(state, now), secondary: true } as const
  return [
    ...events.map(event => ({ event, afterMs: 10 })),
    ...later.map(event => ({ event, afterMs: 61_000 })),
    ...later.map(event => ({ event, afterMs: 300_000 })),
    { event: { kind: 'started', stored: null, secondary: true }, afterMs: 10 },
    { event: crash, afterMs: 10 },
    { event: crash, afterMs: 61_000 },
    ...(settings === withinOneBoot ? [{ event: { ...crash, sameBoot: true }, afterMs: 10 }] : []),
    { event: { ...crash, secondary: false }, afterMs: 10 },
    ...configurations.map(other => ({
      event: reloadedWith(other, { changed: [], secondary: state.secondary }),
      afterMs: 10,
      settings: other,
    })),
  ]
}

const outcomes = ['answered', 'failed', 'inconclusive'] as const
export function probe(check: string, outcome: (typeof outcomes)[number]): Event {
  return { kind: 'probed', check, result: { outcome, ms: 1, detail: outcome } }
}

/** Devices in front of a PBX that have bypassed by themselves, by their watchdog or in an unknown way. */
function tripsIn({ site }: Settings, { mono: soundAt }: Moment): Event[] {
  if (site.kind === 'pair') return []
  return [
    { kind: 'tripped', relay: 'fos1', trips: true },
    { kind: 'tripped', relay: 'fos1', trips: true, soundAt },
    { kind: 'tripped', relay: 'fos2', trips: false, unheard: true },
    { kind: 'answersUdp', relay: 'fos2' },
  ]
}

/** Answers to what was asked, and such as come too late. */
function answersTo({ move, questions }: State): Event[] {
  const id = move?.id ?? 0
  return [
    { kind: 'isolationChecked', question: questions, answering: 'fos1' },
    { kind: 'isolationChecked', question: questions, answering: null },
    { kind: 'isolationChecked', question: questions - 1, answering: 'fos1' },
    { kind: 'roleDiscovered', role: 'master' },
    { kind: 'roleDiscovered', role: 'slave' },
    { kind: 'roleDiscovered', role: null },
    { kind: 'roleDiscovered', role: null, agreed: 'slave' },
    { kind: 'roleDiscovered', role: null, agreed: 'master' },
    { kind: 'moveBegun', move: id },
    { kind: 'moveBegun', move: id - 1 },
    { kind: 'relaysTried', move: id, all: true },
    { kind: 'relaysTried', move: id, all: false },
    { kind: 'relaysTried', move: id - 1, all: true },
    { kind: 'readyAnswered', question: questions, ready: true, detail: 'exit status 0' },
    { kind: 'readyAnswered', question: questions, ready: false, detail: 'exit status 1' },
    { kind: 'readyAnswered', question: questions - 1, ready: true, detail: 'late' },
  ]
}

/** Of the hooks that there are, and one that is none: each ends well and badly, in time and too late. */
function hookEnds({ state, settings }: Place): Event[] {
  const id = state.move?.id ?? 0
  const names = hookNames.filter(name => settings.hooks[name] !== null)
  const end = (hook: HookName, ok: boolean, move = id): Event => ({
    kind: 'hookEnded',
    move,
    hook,
    ok,
    detail: 'exit',
  })
  return [
    ...names.flatMap(name => [end(name, true), end(name, false)]),
    ...names.slice(0, 1).map(name => end(name, true, id - 1)),
    end('before_master', true),
    end('after_slave', false),
  ]
}

const ordersIn = (settings: Settings): readonly Event[] => [
  probe('nobody', 'failed'),
  { kind: 'windowChecked', forMs: 0 },
  { kind: 'secondaryChanged', present: true },
  { kind: 'secondaryChanged', present: false },
  { kind: 'forced', role: 'master', forMs: null, reason: '' },
  { kind: 'forced', role: 'slave', forMs: 5000, reason: '' },
  { kind: 'forced', role: 'auto', forMs: null, reason: '' },
  { kind: 'pausedByOperator', forMs: 5000, reason: '' },
  { kind: 'resumed' },
  { kind: 'reminded' },
  reloadedWith(settings, { changed: ['ping'], secondary: true, windowForMs: 60_000 }),
  reloadedWith(settings, { changed: [], secondary: false }),
  { kind: 'woken' },
]

function reloadedWith(
  settings: Settings,
  { windowForMs = 0, ...rest }: { changed: string[]; secondary: boolean; windowForMs?: number },
): Event {
  return { kind: 'reloaded', settings, windowForMs, ...rest }
}

function keyOf({ after, settings, now, knows }: Step, configurations: readonly Settings[]): string {
  const past = (at: number | null | undefined) => (at == null ? '-' : at <= now.mono ? '1' : '0')
  const { move, readiness, isolation, override, pause, upSince } = after
  let checks = ''
  for (const settingsOfCheck of settings.checks) {
    const { name, rise, fall } = settingsOfCheck
    const check = after.checks[name]
    const proven = isProven(after.proven, settingsOfCheck)
    const enough = check && Math.min(Math.max(rise, fall), check.streak.count)
    const inconclusive = check && Math.min(fall, check.inconclusive)
    const tried = check && (proven || check.results >= fall)
    checks += check ? `${check.verdict}${check.streak.outcome}${enough}${inconclusive}${tried}` : '-'
    checks += proven
  }
  const stable = upSince !== null && now.mono - upSince >= settings.failback.stableForMs
  const { flapLimit, flapWindowMs } = settings.failback
  const recent = after.failovers.filter(at => now.mono - at < flapWindowMs)
  const counted = Math.min(recent.length, flapLimit)
  const window = settings.failback.policy === 'window' ? past(after.windowUntil) : ''
  return (
    `${configurations.indexOf(settings)} ${after.phase} ${after.role} ${after.verdict} ${checks} ${stable} ` +
    `${after.checksHaveSpoken} ${after.roleUnknown} ${after.discovery} ${after.adopted?.to} ${after.secondary} ${after.flapping} ${after.approved} ${counted} ` +
    (move ? `${move.to} ${move.event} ${move.stage} ${move.cuts} ${move.begun} ${move.arrived}` : '') +
    `${readiness.is} ${isolation.is} ${override?.role}${override?.orderedAt === undefined} ${pause ? past(pause.until) : ''} ` +
    `${past(after.noFailbackUntil)} ${window} ${knows.driving} ${knows.flapped} ${knows.cutOff} ${knows.undoOwed} ` +
    `${after.tripped.map(({ relay, undo }) => relay + undo)} ${after.unheard} ${heldSince(after)}`
  )
}

/** For each check that may move the lines, whether it failed since the latest moment at which nothing was decided. */
function heldSince({ checks, lastInactiveAt, role }: State): string {
  const failing = Object.values(checks).filter(({ streak }) => streak.outcome === 'failed')
  const later = failing.map(({ failureBegun }) => (failureBegun ?? 0) >= (lastInactiveAt ?? 0))
  return role === 'master' ? later.join() : ''
}

function quick(name: string, required = true) {
  return pingCheck({ name, host: `${name}.example`, required, fall: 1, rise: 1, intervalMs: 60_000 })
}

function small(changes: Partial<Settings>): Settings {
  return someSettings({
    // An interval so long that a minute without a result is no stall.
    checks: [pingCheck({ fall: 2, rise: 2, intervalMs: 60_000 })],
    failback: failback({}),
    secondaryFile: '/var/lib/wazo/is-secondary',
    ...changes,
  })
}

function failback(changes: Partial<Settings['failback']>): Settings['failback'] {
  return { ...someSettings().failback, flapLimit: 0, ...changes }
}
