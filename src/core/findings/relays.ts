import { ageText } from '../duration.ts'
import { phaseTable } from '../phases.ts'
import { noHost } from '../relay/relay-lines.ts'
import {
  driftLimit,
  driftWindowText,
  isContested,
  isToldOnly,
  type RelayError,
  stuckCode,
} from '../relay/relay-state.ts'
import { type Moment, modeFor, portsOf, type Role } from '../role.ts'
import type { State } from '../state.ts'
import { timeText } from '../time-text.ts'
import { type Facts, type Observation, type Observer, type RelayFacts, when } from './facts.ts'

/** Findings of single relays; their subject is the relay's name. */
export const relayObservers = {
  'relay-unconfirmed': ({ relays, state: { role, phase }, now }) =>
    relays
      .filter(relay => relay.settings.host !== null && !isToldOnly(relay.state) && !isInSyncWith(relay, role))
      .map(relay => ({
        subject: relay.settings.name,
        ...silentSince(relay.state),
        over: `${relay.settings.name} was not confirmed`,
        text: unconfirmedText(relay, { role, phase }, now),
      })),

  'relay-told': ({ relays, now }) =>
    relays
      .filter(({ state }) => isToldOnly(state))
      .map(({ settings: { name }, state }) => ({
        subject: name,
        ...silentSince(state),
        over: `${name} was not confirmed`,
        text: toldText(state, now),
      })),

  'relay-drifts': ({ relays }) =>
    relays
      .filter(({ state }) => isContested(state))
      .map(({ settings: { name } }) => ({
        subject: name,
        text: `${name} was switched by something else ${driftLimit} times within ${driftWindowText}: find out by what, and end it`,
      })),

  'relay-identity': ({ relays }) =>
    relays.flatMap(({ settings: { name }, stranger }) =>
      stranger === null ? [] : [{ subject: name, text: `${name}: ${stranger}` }],
    ),

  'relay-hostless': ({ relays }) =>
    relays
      .filter(({ settings }) => settings.host === null)
      .map(({ settings: { name } }) => ({
        subject: name,
        text: `${name} is not driven, ${noHost}: add one, or run 'bnfos --scan -x'`,
      })),

  'watchdog-on': facts => (facts.settings.site.kind === 'bypass' ? unguarded(facts) : watchdogsOn(facts)),

  'watchdog-tripped': ({ relays, settings: { site }, state }) =>
    relays
      .filter(relay => relay.state.wdog === 2)
      // Lines that were bypassed on purpose are no longer kicked for.
      .filter(() => site.kind === 'pair' || state.role === 'master' || state.tripped.length > 0)
      .map(({ settings: { name } }) => ({
        subject: name,
        text:
          site.kind === 'pair'
            ? `the watchdog of ${name} tripped, the device has moved its lines by itself: 'bnfos --set wdog=0' turns it off`
            : `the watchdog of ${name} tripped, the device has bypassed its lines by itself: ${bypassedUntil(state)}`,
      })),

  settings: ({ relays }) =>
    relays.flatMap(({ settings: { name }, warnings }) =>
      warnings.map(warning => ({ subject: `${name} ${warning}`, text: `${name}: ${warning}` })),
    ),
} satisfies Readonly<Record<string, Observer>>

/** Read in this run at what the role wants, and nothing failed since. */
export function isInSyncWith(
  { settings, state }: Pick<RelayFacts, 'settings' | 'state'>,
  role: Role,
): boolean {
  return state.actualWall !== null && state.actual === modeFor(role, settings.invert) && state.error === null
}

function unconfirmedText(
  { settings, state }: RelayFacts,
  { role, phase }: Pick<State, 'role' | 'phase'>,
  now: Moment,
): string {
  const { name, actual, actualWall, error } = state
  if (error?.cause) return `${name} ${awayText(state, error.cause, now)}`
  if (error !== null) {
    const cure = Object.hasOwn(cures, error.code) ? `: ${cures[error.code]}` : ''
    return `${name} is not confirmed: ${error.text}${cure}`
  }
  if (actual === null || actualWall === null) return `${name} is not confirmed: it is being read`
  const driven = phaseTable[phase].relays === 'enforce'
  const soon = state.repairAt === null ? 'it is being corrected' : 'it is corrected after a pause'
  const wanted = modeFor(role, settings.invert)
  const what = `${name} reads mode=${actual} (${portsOf(actual)}), wanted mode=${wanted}`
  if (state.watchdogKept && state.wdog === 2) return `${what}: it was bypassed by the watchdog`
  return `${what}: ${driven ? soon : 'it is not driven now'}`
}

/** What to do about a relay that answers, and not as it should; the other errors say it themselves. */
const cures: Readonly<Record<string, string>> = {
  [stuckCode]: 'switch it off and on, and replace it if that does not help',
  garbage: 'is it a berofos? If so, switch it off and on',
  refused: 'switch it off and on if that goes on',
}

function toldText(state: RelayFacts['state'], now: Moment): string {
  const { name, wanted, error } = state
  if (!error?.cause) return `${name} ${error?.text}`
  return `${name} was told mode=${wanted}, but ${awayText(state, error.cause, now)}`
}

/** The cure fits what was known before: a device that has answered at this address has no wrong one. */
function awayText(
  { actual, actualWall }: RelayFacts['state'],
  { where, clause, cure, cureKnown = cure }: NonNullable<RelayError['cause']>,
  now: Moment,
): string {
  const place = ` (${where})`
  if (actual === null) return `${clause}${place}: ${cure}`
  if (actualWall === null) {
    const last = `it read mode=${actual} (${portsOf(actual)}) before the last start or reload`
    return `${clause}${place}, ${last}: ${cureKnown}`
  }
  return `${clause} since ${timeText(actualWall, now.wall)}${place}, it answered until then: ${cureKnown}`
}

/** As `awayText` says it: since it was last read. */
function silentSince({ actual, actualWall, error }: RelayFacts['state']): { readonly sinceWall?: number } {
  return error?.cause && actual !== null && actualWall !== null ? { sinceWall: actualWall } : {}
}

function watchdogsOn({ relays }: Facts): readonly Observation[] {
  return relays
    .filter(({ state }) => state.wdog === 1)
    .map(({ settings: { name } }) => ({
      subject: name,
      text: `the watchdog of ${name} is on and would move its lines by itself: 'bnfos --set wdog=0' turns it off`,
    }))
}

function bypassedUntil({ pause, override, unheard }: State): string {
  if (pause !== null) return "they return after 'berofosd resume', by the rules of failing back"
  return override?.role === 'master'
    ? `they return when ${unheard.length > 0 ? 'it answers on UDP port 50123 and ' : ''}the server is stable, or at once by 'berofosd --force server'`
    : 'they return by the rules of failing back'
}

/** kind = bypass: a watchdog that is off, or that nobody knows to be kicked. */
function unguarded({ relays, state, settings: { site } }: Facts): readonly Observation[] {
  const { role, override, pause, verdict } = state
  const isUnkicked = override?.role === 'master' && pause === null && verdict === 'down'
  const seconds = site.kind === 'bypass' ? ageText(site.watchdogMs + site.kickMs) : ''
  const pinned = `the server is down and its devices are not kicked: they bypass the pinned lines within ${seconds}; 'berofosd pause' keeps the lines at the server`
  const each = relays.flatMap(({ settings: { name }, state: { wdog }, unechoedMs = null }) => {
    const off = `the watchdog of ${name} is off: the device would leave its lines at a dead server`
    const isOver = site.kind === 'bypass' && (unechoedMs ?? 0) >= site.watchdogMs
    const then = isOver ? 'has bypassed its lines by now, unless it hears the kicks' : 'may bypass its lines'
    const silent = `the watchdog of ${name} is kicked and ${name} has not answered that for ${ageText(unechoedMs ?? 0)}, so it ${then}: check UDP port 50123 to it, and its "mac" in bnfos.conf`
    return [
      ...when(role === 'master' && wdog === 0, () => ({ subject: name, text: off })),
      ...when(unechoedMs !== null, () => ({ subject: `${name} kick`, text: silent })),
    ]
  })
  return [...when(isUnkicked, () => ({ subject: 'pinned', text: pinned })), ...each]
}
