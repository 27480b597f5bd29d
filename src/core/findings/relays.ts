import { driftLimit } from '../drift.ts'
import { phaseTable } from '../phases.ts'
import { isContested, isToldOnly } from '../relay-state.ts'
import { modeFor, portsOf, type Role } from '../role.ts'
import type { Phase } from '../state.ts'
import type { Observer, RelayFacts } from './facts.ts'

/** Findings of single relays; their subject is the relay's name. */
export const relayObservers = {
  'relay-unconfirmed': ({ relays, state: { role, phase } }) =>
    relays
      .filter(relay => relay.settings.host !== null && !isToldOnly(relay.state) && !isInSync(relay, role))
      .map(relay => ({ subject: relay.settings.name, text: unconfirmedText(relay, role, phase) })),

  'relay-told': ({ relays }) =>
    relays
      .filter(({ state }) => isToldOnly(state))
      .map(({ settings: { name }, state: { error } }) => ({ subject: name, text: `${name} ${error?.text}` })),

  'relay-drifts': ({ relays }) =>
    relays
      .filter(({ state }) => isContested(state))
      .map(({ settings: { name } }) => ({
        subject: name,
        text: `${name} was switched by something else ${driftLimit} times within 10 minutes: find out by what, and end it`,
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
        text: `${name} is not driven, bnfos.conf has no host for it: add one, or run 'bnfos --scan -x'`,
      })),

  'watchdog-on': ({ relays }) =>
    relays
      .filter(({ state }) => state.wdog === 1)
      .map(({ settings: { name } }) => ({
        subject: name,
        text: `the watchdog of ${name} is on and would move its lines by itself: 'bnfos --set wdog=0' turns it off`,
      })),

  'watchdog-tripped': ({ relays }) =>
    relays
      .filter(({ state }) => state.wdog === 2)
      .map(({ settings: { name } }) => ({
        subject: name,
        text: `the watchdog of ${name} tripped, the device has moved its lines by itself: 'bnfos --set wdog=0' turns it off`,
      })),

  settings: ({ relays }) =>
    relays.flatMap(({ settings: { name }, warnings }) =>
      warnings.map(warning => ({ subject: `${name} ${warning}`, text: `${name}: ${warning}` })),
    ),
} satisfies Readonly<Record<string, Observer>>

/** Read in this run at what the role wants, and nothing failed since. */
export function isInSync({ settings, state }: Pick<RelayFacts, 'settings' | 'state'>, role: Role): boolean {
  return state.actualWall !== null && state.actual === modeFor(role, settings.invert) && state.error === null
}

function unconfirmedText({ settings, state }: RelayFacts, role: Role, phase: Phase): string {
  const { name, actual, actualWall, error } = state
  if (error !== null) return `${name} is not confirmed: ${error.text}`
  if (actual === null || actualWall === null) return `${name} is not confirmed: it is being read`
  const driven = phaseTable[phase].relays === 'hold'
  const soon = state.repairAt === null ? 'it is being put right' : 'it is put right after a pause'
  const wanted = modeFor(role, settings.invert)
  const what = `${name} reads mode=${actual} (${portsOf(actual)}), wanted mode=${wanted}`
  return `${what}: ${driven ? soon : 'nothing is driven now'}`
}
