import { modeFor, type Role } from '../../src/core/role.ts'
import { newest, parseStateFile } from '../../src/daemon/state-file.ts'
import { VerdictCount } from './follow-verdict.ts'
import { isTrip } from './pair-words.ts'
import { files, witnessHosts } from './site.ts'
import { type Invariant, isStart, type View } from './view.ts'
import type { World } from './world.ts'

const still = ['paused', 'isolated', 'passive', 'unconfigured']

export const nothingWhileStill: Invariant = {
  name: 'still',
  follow: () => (fact, view) => {
    if (fact.is !== 'wrote' || fact.keyword !== 'mode') return null
    const { phase } = view.state ?? { phase: 'starting' }
    return still.includes(phase) ? `${fact.relay} is driven while ${phase}` : null
  },
}

export const failoverNeedsFailures: Invariant = {
  name: 'evidence',
  follow: () => {
    const counts = new VerdictCount()
    return (fact, { settings, now, world }) => {
      counts.hear(fact, settings, now)
      if (fact.is !== 'line' || !fact.text.startsWith('failover: ') || !settings) return null
      if (world.site.bypass && isTrip(fact.text)) return null
      return counts.failing(settings) ? null : 'no required check has failed so often in a row'
    }
  },
}

export const verdictsAreCounted: Invariant = {
  name: 'verdict',
  follow: () => {
    const counts = new VerdictCount()
    return (fact, { settings, now }) => {
      counts.hear(fact, settings, now)
      if (fact.is !== 'line') return null
      const [, name = '', said] = /^check (\S+): (up|down) after/.exec(fact.text) ?? []
      return said && counts.verdictOf(name) !== said ? `"${fact.text}" was said too soon` : null
    }
  },
}

export const failoverNeedsAnAnswer: Invariant = {
  name: 'answer',
  follow: () => {
    let heardAt = Number.NEGATIVE_INFINITY
    let downAt = Number.POSITIVE_INFINITY
    return (fact, { settings, now, world }) => {
      // A device that can't be reached bypasses by itself.
      if (world.site.bypass) return null
      if (fact.is === 'heard') heardAt = now
      if (fact.is === 'line' && /^check \S+: down/.test(fact.text)) downAt = now
      if (fact.is !== 'line' || !fact.text.startsWith('failover: ')) return null
      // Asked from the last failure but one on.
      const freshMs = Math.max(0, ...(settings?.checks ?? []).map(({ intervalMs }) => intervalMs))
      return heardAt >= downAt - freshMs ? null : 'nobody has answered since the master went down'
    }
  },
}

export const failoverNeedsAWholeNetwork: Invariant = {
  name: 'whole',
  follow: () => {
    const silences: { readonly from: number; to: number }[] = []
    let isCutOff = false
    return (fact, { settings, now, world }) => {
      if (world.site.bypass) return null
      const wasCutOff = isCutOff
      isCutOff = reachesNobody(world)
      const [latest] = silences
      if (isCutOff && wasCutOff && latest) latest.to = now
      else if (isCutOff) silences.unshift({ from: now, to: now })
      // Nobody is asked beforehand where one failure decides.
      if (fact.is !== 'line' || settings?.checks.some(({ fall }) => fall === 1)) return null
      const [, waitedMs] = /^failover: .* last: no answer in (\d+) ms/.exec(fact.text) ?? []
      const begun = now - Number(waitedMs)
      const silence = silences.find(({ from, to }) => from < begun && begun < to)
      return waitedMs && silence ? `this node was cut off from all when that probe was begun` : null
    }
  },
}

function reachesNobody(world: World): boolean {
  const { devices, witnesses } = world.site
  const asked = witnessHosts.slice(0, witnesses).map(host => `witness ${host}`)
  return ['master', ...devices.map(({ name }) => name), ...asked].every(party => !world.reaches(party))
}

/** The role as the log told it, and as the state directory had it after a restart. */
export class RoleCount {
  role: Role | null = null

  hear(fact: Parameters<ReturnType<Invariant['follow']>>[0], { world, state }: View): void {
    if (isStart(fact)) this.role = storedRole(world)
    // Nothing is stored: it is taken from what most relays read, which says no line.
    if (this.role === null && state && !state.roleUnknown && state.roleSinceWall > 0) this.role = state.role
    if (fact.is !== 'line') return
    const [, to] =
      /^(?:failover|failback|forced|called off|adopted): lines (?:to|stay at|at) the (master|slave)/.exec(
        fact.text,
      ) ?? []
    if (to) this.role = to as Role
  }
}

export const rolesRule: Invariant = {
  name: 'role',
  follow: () => {
    const roles = new RoleCount()
    return (fact, view) => {
      roles.hear(fact, view)
      if (fact.is !== 'wrote' || fact.keyword !== 'mode') return null
      const device = view.devices.find(({ name }) => name === fact.relay)
      if (roles.role === null) return `${fact.relay} is driven before there is a role`
      // A reload in the midst of it: the device is let go of.
      if (!device) return null
      const mode = String(modeFor(roles.role, device.invert))
      return fact.value === mode
        ? null
        : `${fact.relay} is told mode=${fact.value}, the role is ${roles.role}`
    }
  },
}

/** Before an order leaves it waits for the disk, up to 250 ms, and for a connection: relays/relay.ts, daemon/assembly.ts. */
const orderedMs = 300

export const noNeedlessFailover: Invariant = {
  name: 'needless',
  follow: () => {
    const counts = new VerdictCount()
    let unbegun = false
    return (fact, { settings, devices, state, now, world }) => {
      counts.hear(fact, settings, now)
      if (fact.is === 'line' && /^(failover|failback|forced|called off|override): /.test(fact.text))
        unbegun = fact.text.startsWith('failover: ') && !isTrip(fact.text)
      // What a relay was found at, or was told before a crash, the daemon may know and this one not.
      if (fact.is === 'born' || (fact.is === 'read' && isAtSlave(fact, devices))) unbegun = false
      if (fact.is !== 'told' || fact.keyword !== 'mode') return null
      const needless = unbegun && counts.upSince !== null && now - counts.upSince > orderedMs
      unbegun = false
      return needless && state && world.life ? `${fact.relay} is driven, and the master is up` : null
    }
  },
}

function isAtSlave({ relay, mode }: { relay: string; mode: 0 | 1 }, devices: View['devices']): boolean {
  const device = devices.find(({ name }) => name === relay)
  return device !== undefined && mode === modeFor('slave', device.invert)
}

export const overrideHolds: Invariant = {
  name: 'override',
  follow: () => {
    let pinned: Role | null = null
    return (fact, { world }) => {
      if (isStart(fact)) pinned = stored(world)?.override?.role ?? null
      if (fact.is !== 'line') return null
      const [, to] = /^override: lines pinned to the (master|slave)/.exec(fact.text) ?? []
      if (to) pinned = to as Role
      if (/^override: .*automatic failover is on again/.test(fact.text)) pinned = null
      const broken = /^(failover|failback): /.test(fact.text) && pinned !== null
      return broken ? `pinned to the ${pinned}, and yet: ${fact.text}` : null
    }
  },
}

/** What an operator ordered with an end, and what became of it: from the control socket and the log alone. */
const orderEnds: Readonly<Record<string, RegExp>> = {
  force: /^override: its time is over/,
  pause: /^paused: its time is over/,
}
/** One event at most until an end is noticed, and the moment between an order and its decision. */
const lateMs = 5
const never = Number.NEGATIVE_INFINITY

/** An order that has no answer yet. */
interface Asked {
  /** When the one before would have ended. */
  readonly before: number
  /** Which one a start would have found. */
  readonly found: number | null
}

export const ordersLast: Invariant = {
  name: 'as-ordered',
  follow: () => {
    let ends: Record<string, number> = {}
    const asked = new Map<string, Asked>()
    return (fact, { now, world }) => {
      // After a boot nobody knows how long it took but by the wall clock, which may have been set.
      if (fact.is === 'booted' || fact.is === 'forgot') ends = {}
      if (fact.is === 'ordered' && 'forMs' in fact.request) {
        const { command, forMs } = fact.request
        const before = asked.get(command)?.before ?? never
        if (fact.ok === null) {
          asked.set(command, { before: ends[command] ?? never, found: orderFound(world, command) })
          ends[command] = now + (forMs ?? never)
          // Refused, it may have changed nothing, or only not have reached every relay: either may be the one that ends.
        } else if (!fact.ok) ends[command] = Math.min(before, ends[command] ?? Number.POSITIVE_INFINITY)
        if (fact.ok !== null) asked.delete(command)
      }
      if (fact.is === 'died') {
        // Killed before it was saved: whoever gave the order has no answer, and the one before goes on.
        for (const [command, { before, found }] of asked)
          if (orderFound(world, command) === found) ends[command] = before
        asked.clear()
      }
      if (fact.is !== 'line') return null
      const [order] = Object.entries(orderEnds).find(([, line]) => line.test(fact.text)) ?? []
      const end = order === undefined ? undefined : ends[order]
      if (end === undefined || now >= end - lateMs) return null
      return `${order} ended ${Math.round(end - now)} ms too early`
    }
  },
}

export function storedRole(world: World): Role | null {
  const found = stored(world)
  return found === null || found.adopting ? null : found.role
}

/** What a start finds: on disk, or in the copy in memory. */
export function found({ disk }: World) {
  return newest(parsed(disk.found(files.state)), parsed(disk.copied))
}

export function stored(world: World) {
  return found(world)?.policy ?? null
}

/** Which order with an end a start finds, by the moment at which it was given; null: none. */
function orderFound(world: World, command: string): number | null {
  const found = stored(world)
  return (command === 'force' ? found?.override?.at : found?.pause?.at) ?? null
}

export function storedOnDisk(world: World) {
  return parsed(world.disk.text(files.state))?.policy ?? null
}

function parsed(text: string | null) {
  return text === null ? null : parseStateFile(text)
}
