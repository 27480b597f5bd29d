import { modeFor } from '../../src/core/role.ts'
import { found } from './invariants-of-moves.ts'
import type { Invariant, View } from './view.ts'
import type { World } from './world.ts'

interface Change {
  readonly mode: 0 | 1
  readonly at: number
  /** When a reading of it reached the daemon; null: not yet. */
  seenAt: number | null
  /** Its daemon died before it said so, or the disk forgot it: a line may come, or may not. */
  excused: boolean
}

/** A line follows its reading at once, but for the disk: daemon/assembly.ts waits up to 250 ms for it. */
const lineWithinMs = 1000

/** A mode that was sent, and may be taken long after whoever sent it is gone. */
interface Order {
  readonly mode: 0 | 1
  readonly at: number
  /** Nobody knows of it any more. */
  forgotten: boolean
}

/** What became of one relay, and what was said of it. */
interface Followed {
  /** Changes by the daemon that no line has told yet. */
  readonly open: Change[]
  /** Changes by others to a mode that the daemon had sent as well: nobody can tell whose they were. */
  ambiguous: number
  /** The latest, oldest first. */
  readonly orders: Order[]
  /** The latest change by others. */
  byOthers: { readonly mode: 0 | 1; readonly at: number } | null
  /** How old the latest reading is that reached the daemon, and what it showed; null: there was none. */
  sampledAt: number
  shown: 0 | 1 | null
  /** In front of a PBX: not by the daemon that is up. */
  isUnread: boolean
  /** Of the latest line, and whether it was said while the disk was not sound. */
  told: 0 | 1 | null
  toldUnsaved: boolean
}

const untouched = {
  ambiguous: 0,
  byOthers: null,
  sampledAt: Number.NEGATIVE_INFINITY,
  shown: null,
  isUnread: false,
  told: null,
  toldUnsaved: false,
}

/** More are not on their way to one relay at a time. */
const mostOrders = 4

export const oneLineForEachChange: Invariant = {
  name: 'lines',
  follow: () => {
    const relays = new Map<string, Followed>()
    let forgetful = false
    const of = (name: string) => {
      const known = relays.get(name) ?? { ...untouched, open: [], orders: [] }
      relays.set(name, known)
      return known
    }
    return (fact, view) => {
      const { now, world } = view
      switch (fact.is) {
        case 'wrote':
          if (fact.keyword === 'mode') order(of(fact.relay), fact.value === '0' ? 0 : 1, now)
          return null
        case 'moved': {
          const relay = of(fact.relay)
          if (fact.by === 'http') {
            const late = isGivenUp(fact, view)
            const excused = isForgotten(relay, fact.mode) || late || forgetful
            relay.open.push({ mode: fact.mode, at: now, seenAt: null, excused })
          } else if (isSending(relay, fact, world)) relay.ambiguous += 1
          if (fact.by !== 'http') relay.byOthers = { mode: fact.mode, at: now }
          return null
        }
        case 'read': {
          const relay = of(fact.relay)
          relay.sampledAt = fact.sampledAt
          const current = relay.open.findLast(({ at }) => at <= fact.sampledAt)
          if (current?.mode === fact.mode && world.life) {
            // Told while it could not be read, it may have been elsewhere: two readings that are alike show no change.
            if (current.seenAt === null && relay.shown === fact.mode) current.excused = true
            current.seenAt ??= now
          }
          relay.shown = fact.mode
          relay.isUnread = false
          return null
        }
        case 'born':
          // A device may be told before it is read: another one has bypassed, and the role follows.
          if (world.site.bypass) for (const relay of relays.values()) relay.isUnread = true
          // What a slow disk has taken at last may be from before the order was sent: it is carried out, and said, again.
          for (const [name, relay] of relays) {
            const kept = keptOf(world, name)
            if (relay.toldUnsaved && kept?.sent === null && kept.mode !== relay.told) relay.ambiguous += 1
            // The line was said before the disk knew, and a boot has emptied the memory: it finds the order, and says it again.
            if (relay.told !== null && kept?.sent === relay.told) relay.ambiguous += 1
          }
          return null
        case 'died':
          for (const [name, relay] of relays) forgive(relay, forgetful, keptOf(world, name)?.sent ?? null)
          return null
        case 'booted':
          // What only the copy in memory knew, nobody knows.
          for (const [name, relay] of relays) forgive(relay, forgetful, keptOf(world, name)?.sent ?? null)
          return null
        case 'forgot':
          forgetful = true
          // A daemon that is there remembers by itself.
          if (!world.life) for (const relay of relays.values()) forgive(relay, forgetful, null)
          return null
        case 'unread':
          for (const relay of relays.values()) {
            forgive(relay, true, null)
            relay.shown = null
          }
          return null
        case 'saved':
          forgetful = false
          return null
        case 'line':
          return judge(fact.text, of, world.disk.fault !== 'none')
        case 'calm':
          return overdue(relays, now)
        default:
          return null
      }
    }
  },
}

/** The mode and the order of which the next daemon will know; null: there is nothing that can be read. */
function keptOf(world: World, name: string): { mode: 0 | 1 | null; sent: 0 | 1 | null } | null {
  return found(world)?.relays[name] ?? null
}

/** Where others have switched it there since the daemon's reading, it can't tell whose change it sees then. */
function order(relay: Followed, mode: 0 | 1, now: number): void {
  const { orders, byOthers, sampledAt } = relay
  if (byOthers?.mode === mode && byOthers.at > sampledAt) relay.ambiguous += 1
  // Told the other mode before and not read since, it may have been there and back.
  const before = orders.at(-1)
  if (before && before.mode !== mode && before.at >= sampledAt) relay.ambiguous += 1
  // Told before it was ever read, nobody can tell whether it moved.
  if (relay.shown === null || relay.isUnread) relay.ambiguous += 1
  orders.push({ mode, at: now, forgotten: false })
  if (orders.length > mostOrders) orders.shift()
}

/** The first that asked for this mode is the one that is taken now. */
function isForgotten({ orders }: Followed, mode: 0 | 1): boolean {
  const index = orders.findIndex(sent => sent.mode === mode)
  return orders.splice(0, index + 1).at(-1)?.forgotten === true
}

/** The role has changed since it was ordered: taken so late, it counts as drift. */
function isGivenUp({ relay, mode }: { relay: string; mode: 0 | 1 }, { state, devices }: View): boolean {
  const device = devices.find(({ name }) => name === relay)
  return state !== null && device !== undefined && mode !== modeFor(state.role, device.invert)
}

/** It sent this mode last, or has saved that it is about to; without a daemon the next one knows by the save alone. */
function isSending({ orders }: Followed, { relay, mode }: { relay: string; mode: 0 | 1 }, world: World) {
  const bank = world.life?.daemon?.assembly.parts.bank
  const known = bank
    ? bank.list().find(({ settings }) => settings.name === relay)?.state.sent
    : keptOf(world, relay)?.sent
  return orders.at(-1)?.mode === mode || known === mode
}

/**
 * What a daemon had seen and not said may be said by the next one; without a disk it says it twice, or never. `sent`:
 * the only order that the next one knows of.
 */
function forgive(relay: Followed, forgetful: boolean, sent: 0 | 1 | null): void {
  for (const change of relay.open)
    if (change.seenAt !== null || forgetful || change.mode !== sent) change.excused = true
  for (const order of relay.orders) if (forgetful || order.mode !== sent) order.forgotten = true
  if (forgetful) relay.ambiguous += 1
}

function judge(text: string, of: (name: string) => Followed, unsaved: boolean): string | null {
  const [, name, digit] = /^switched (\S+) to mode=([01])/.exec(text) ?? []
  if (name === undefined) return null
  const relay = of(name)
  const mode = digit === '0' ? 0 : 1
  relay.told = mode
  relay.toldUnsaved = unsaved
  const told = relay.open.findLastIndex(change => change.mode === mode)
  if (told < 0) {
    if (relay.ambiguous === 0) return `"${text}" was said, and nothing moved`
    relay.ambiguous -= 1
    return null
  }
  // What changed back before anyone read it has no line.
  const untold = relay.open
    .splice(0, told + 1)
    .slice(0, -1)
    .filter(change => change.seenAt !== null && !change.excused)
  return untold.length > 0 ? `a change of ${name} before this one has no line` : null
}

function overdue(relays: ReadonlyMap<string, Followed>, now: number): string | null {
  for (const [name, relay] of relays) {
    const late = relay.open.find(
      ({ seenAt, excused }) => seenAt !== null && !excused && now - seenAt > lineWithinMs,
    )
    if (late) return `${name} moved to mode=${late.mode}, was read back, and no line says so`
    relay.ambiguous = 0
  }
  return null
}

export const everyLineArrives: Invariant = {
  name: 'log',
  follow: () => {
    const waiting: string[] = []
    return fact => {
      if (fact.is === 'line') waiting.push(fact.text)
      if (fact.is === 'died') waiting.length = 0
      if (fact.is === 'collected') {
        const next = waiting.shift()
        if (next !== fact.text) return `"${fact.text}" arrived, "${next}" was next`
      }
      return fact.is === 'calm' && waiting.length > 0 ? `${waiting.length} lines have not arrived` : null
    }
  },
}

export const noBug: Invariant = {
  name: 'sound',
  follow: () => fact => (fact.is === 'line' && fact.text.startsWith('internal error') ? fact.text : null),
}
