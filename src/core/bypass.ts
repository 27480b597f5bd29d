import { type Draft, emit, log, set } from './draft.ts'
import { durationText } from './duration.ts'
import type { EventPayloads } from './events.ts'
import { isStable, unheardRelays } from './failback.ts'
import { countFailover, giveToSlave } from './failover.ts'
import { takeRole } from './moving.ts'
import { isAutomatic, phaseOf } from './phases.ts'
import type { Settings } from './settings.ts'
import type { Situation } from './situation.ts'
import type { State } from './state.ts'

/** What is decided only where one server stands in front of a PBX (kind = bypass). */

/**
 * Whether the watchdogs of the devices are kicked: while the lines are wanted at a server that is not down, and during a
 * pause. Otherwise the devices bypass by themselves.
 */
export function mayKick({ site }: Settings, { role, roleUnknown, verdict, pause }: State): boolean {
  if (site.kind !== 'bypass' || roleUnknown) return false
  return pause !== null || (role === 'master' && verdict !== 'down')
}

/** What becomes of the lines when the daemon stops, after `berofosd stops; `. */
export function stopText({ site }: Settings, { role, roleUnknown }: State): string {
  if (site.kind === 'pair' || roleUnknown || role === 'slave') return 'the relays stay as they are'
  return `nobody kicks from now on: the devices bypass the lines within ${durationText(site.watchdogMs)}`
}

/** What becomes of the lines of the devices that a reload takes out of bnfos.conf, a sentence each. */
export function letGoTexts(before: Settings, after: Settings, state: State): string[] {
  const { site, devices } = before
  if (site.kind !== 'bypass' || !mayKick(before, state)) return []
  const kept = new Set(after.devices?.map(({ name }) => name))
  const within = durationText(site.watchdogMs)
  return (devices ?? [])
    .filter(({ name }) => !kept.has(name))
    .map(({ name, host }) => {
      const cure = `'bnfos --set wdog=0 -h ${host ?? 'ADDRESS'}' leaves them where they are`
      return `${name}: nobody kicks its watchdog from now on: it bypasses its lines within ${within}; ${cure}`
    })
}

/** A device was read as bypassed by itself, which is told once; what follows from it is decided by the rules. */
export function tripped(draft: Draft, trip: EventPayloads['tripped']): void {
  const { state } = draft
  const { relay, trips, unheard = false, soundAt = null } = trip
  // On the way back to the server a trip is what is being undone.
  if (isOnTheWayBack(state.move) || state.roleUnknown) return
  // Lines that were bypassed on purpose are no longer kicked for.
  if (state.role === 'slave' && state.tripped.length === 0) return
  if (state.tripped.some(trip => trip.relay === relay)) return
  const undo = isOrderedSince(state, soundAt)
  set(draft, { tripped: [...state.tripped, { relay, trips, undo }] })
  if (unheard && !state.unheard.includes(relay)) set(draft, { unheard: [...state.unheard, relay] })
  if (trips) log(draft, 'error', `watchdog: ${relay} tripped: lines bypassed to the PBX`)
}

/**
 * An operator has given the lines to the server since the device was last read there: it may have tripped before, unread
 * as yet, or has never carried out the order.
 */
function isOrderedSince({ override }: State, soundAt: number | null): boolean {
  if (override?.role !== 'master' || override.orderedAt === undefined) return false
  return soundAt === null || soundAt < override.orderedAt
}

/** Its kicks are heard again, as far as anybody can tell without kicking it. */
export function answersUdp(draft: Draft, { relay }: EventPayloads['answersUdp']): void {
  const { unheard } = draft.state
  if (unheard.includes(relay)) set(draft, { unheard: unheard.filter(name => name !== relay) })
}

/** The devices are not yet told of the way back, or each for the first time: one that arrived may trip anew. */
function isOnTheWayBack(move: State['move']): boolean {
  if (move?.to !== 'master' || move.event === 'called-off') return false
  return move.stage !== 'after' && move.stage !== 'arriving'
}

/**
 * Whether the devices are told of a move before they are read. A failover that was called off before a device was told
 * leaves the lines where they are: a device that has bypassed by itself meanwhile returns by the rules of failing back.
 */
export function isToldFirst({ site }: Settings, { move }: State): boolean {
  return site.kind === 'pair' || move?.event !== 'called-off' || move.to !== 'master'
}

/** The role does not follow the devices yet. */
export function isTripNew(situation: Situation): boolean {
  const { role, roleUnknown, tripped } = situation.state
  return role === 'master' && !roleUnknown && tripped.length > 0 && isAutomatic(situation)
}

export function followTrip(draft: Draft): void {
  giveToSlave(draft, tripReason(draft.state))
  const { move, verdict } = draft.state
  // The lines have moved already, and nothing was without a break.
  set(draft, {
    move: move && { ...move, begun: true },
    upSince: verdict === 'up' ? draft.now.mono : null,
  })
}

/**
 * Lines that are pinned to the server return as soon as it is stable, or is said to be wanted once more: a server that
 * is down is not kicked for, so that its lines would come and go with each interval of the watchdog.
 */
export function isTripOfPinned(situation: Situation): boolean {
  const { settings, state, now } = situation
  const { role, tripped, flapping } = state
  if (phaseOf(situation) !== 'forced' || role !== 'master' || tripped.length === 0) return false
  const stable = isStable(settings, state, now) && !flapping && unheardRelays(settings, state).length === 0
  return stable || tripped.some(({ undo }) => undo)
}

export function undoTrip(draft: Draft): void {
  const reason = tripReason(draft.state)
  log(draft, 'warning', `forced: lines to the master: ${reason}`)
  emit(draft, { kind: 'record', what: 'forced', from: 'master', to: 'master', reason })
  countFailover(draft)
  takeRole(draft, 'master', 'forced', reason)
}

/** An operator gives the lines to the server: trips until then are undone, whatever the verdict. */
export function undoTripsAtOnce(draft: Draft): void {
  set(draft, { tripped: draft.state.tripped.map(trip => ({ ...trip, undo: true })) })
}

function tripReason({ tripped: [first] }: State): string {
  return first?.trips ? `the watchdog of ${first.relay} tripped` : `${first?.relay} was found bypassed`
}
