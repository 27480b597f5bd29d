import { targetOf } from '../../src/core/decide.ts'
import { modeFor, type Role } from '../../src/core/role.ts'
import { VerdictCount } from './follow-verdict.ts'
import { stored } from './invariants-of-moves.ts'
import { type Invariant, isStart, type View } from './view.ts'

const decision =
  /^(?:failover|failback|forced|called off|adopted): lines (?:to|stay at|at) the (master|slave)/

/** The save before the move and that before each order, 250 ms each (daemon/effect-runners.ts, relays/relay.ts). */
const tellWithinMs = 1000

export const movesTellEveryRelay: Invariant = {
  name: 'told',
  follow: () => {
    const shown = new Map<string, 0 | 1>()
    let move: { readonly role: Role; readonly untold: Set<string> } | null = null
    let sinceMs: number | null = null
    let stillUntilMs = 0
    return (fact, { state, devices, now, world }) => {
      if (fact.is === 'born') shown.clear()
      if (fact.is === 'born' || fact.is === 'died') move = null
      // Relays of a new bank begin anew once those before are let go of; a bank that is kept knows what it has read.
      const bankIsNew = fact.is === 'line' && fact.text.startsWith('reload: ')
      const [, role] = (fact.is === 'line' && decision.exec(fact.text)) || []
      if (role || bankIsNew) move = null
      if (fact.is === 'line' && /^(failover|forced): /.test(fact.text) && role) {
        const differing = devices.filter(
          ({ name, invert }) => shown.get(name) !== modeFor(role as Role, invert),
        )
        move = { role: role as Role, untold: new Set(differing.map(({ name }) => name)) }
        sinceMs = null
      }
      if (fact.is === 'wrote' && fact.keyword === 'mode') move?.untold.delete(fact.relay)
      if (fact.is === 'read') {
        shown.set(fact.relay, fact.mode)
        if (move && fact.mode === wantedOf(fact.relay, move.role, devices)) move.untold.delete(fact.relay)
      }
      if (fact.is === 'stalled') stillUntilMs = now + fact.ms
      const drives = state !== null && targetOf(state)?.role === move?.role
      sinceMs = drives ? Math.max(sinceMs ?? now, stillUntilMs) : null
      // In front of a PBX the way back to the server begins with the watchdog.
      if (world.site.bypass && move?.role === 'master') return null
      if (move === null || sinceMs === null || now - sinceMs <= tellWithinMs) return null
      const [name] = move.untold
      return name === undefined ? null : `${name} was not told within ${Math.round(now - sinceMs)} ms`
    }
  },
}

function wantedOf(relay: string, role: Role, devices: View['devices']): 0 | 1 | null {
  const device = devices.find(({ name }) => name === relay)
  return device ? modeFor(role, device.invert) : null
}

export const onlyOneActs: Invariant = {
  name: 'alone',
  follow: () => fact => (fact.is === 'intruded' ? `${fact.who}: ${fact.did}` : null),
}

export const startsUndoNothing: Invariant = {
  name: 'undoes',
  follow: () => {
    const counts = new VerdictCount()
    const reads = new Map<string, Role>()
    let booted = false
    let isFree = false
    return (fact, view) => {
      const { settings, now, world } = view
      counts.hear(fact, settings, now)
      if (fact.is === 'booted') booted = true
      // Only a daemon that comes up saves which boot it is.
      if (fact.is === 'saved') booted = false
      if (isStart(fact)) {
        isFree = !booted && isUnordered(view)
        reads.clear()
      }
      // Only where nothing else happens meanwhile, and every relay can be asked.
      if (fact.is === 'done' || fact.is === 'ordered' || fact.is === 'stalled') isFree = false
      // A watchdog that somebody has turned on before acts later.
      if (fact.is === 'moved' && fact.by === 'watchdog') isFree = false
      if (fact.is === 'line' && (decision.test(fact.text) || /: down after/.test(fact.text))) isFree = false
      // One that boots or is cut off for a while is not asked again for the role: what it reads then is drift.
      if (isFree && settings?.devices?.some(({ name }) => !world.relay(name).sound)) isFree = false
      const device = settings?.devices?.find(({ name }) => 'relay' in fact && name === fact.relay)
      if (!isFree || !device) return null
      if (fact.is === 'read') reads.set(fact.relay, roleOf(fact.mode, device.invert))
      if (fact.is !== 'wrote' || fact.keyword !== 'mode') return null
      isFree = false
      const all = settings?.devices?.map(({ name }) => reads.get(name))
      const [role, ...others] = new Set(all)
      const mayTake = role === 'slave' || (role === 'master' && counts.upSince !== null)
      const agree = role !== undefined && others.length === 0 && mayTake
      const isForeign = world.relays.some(({ mac, oddity }) => mac !== null || oddity !== null)
      return agree && !isForeign && roleOf(fact.value === '0' ? 0 : 1, device.invert) !== role
        ? `${fact.relay} is driven away from the ${role}, where every relay read`
        : null
    }
  },
}

/** A role is stored, and nothing that would outrank what the relays read. */
function isUnordered({ world }: View): boolean {
  const found = stored(world)
  if (found === null || found.adopting || found.savedAt === undefined) return false
  return found.override === null && found.pause === null && found.move === null
}

function roleOf(mode: 0 | 1, invert: boolean): Role {
  return (mode === 1) !== invert ? 'master' : 'slave'
}
