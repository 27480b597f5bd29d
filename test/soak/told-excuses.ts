import { isDriving } from '../../src/core/moving.ts'
import type { Mode } from '../../src/core/role.ts'
import type { Happening } from './record.ts'
import { isIn, meets, of, type Scene } from './scene.ts'
import { collectorGaps, diskTroubles, runningMs, savedMs } from './views.ts'

/** Why a change of a relay may be without a line, and a line without a change. Each is counted. */

export type Change = Happening<'change'>

export interface Told {
  readonly relay: string
  readonly mode: Mode
  readonly line: Happening<'line'>
  /** Written by then. */
  readonly latest: number
}

interface ExcuseRow<T> {
  readonly name: string
  readonly holds: (scene: Scene, what: T) => boolean
}

/** A write that moves the relay so long after it was asked for may be told as drift: another order may stand then. */
const lateMs = 450
/** While saving fails it is tried again each 5 s. */
const saveAgainMs = 5500

const untoldRows: readonly ExcuseRow<Change>[] = [
  { name: 'killed before it could say', holds: killedTooSoon },
  { name: 'moved on before it was read', holds: movedOn },
  { name: 'was elsewhere between two readings only, which are alike', holds: neverSeenElsewhere },
  {
    name: 'took effect late, told as drift',
    holds: (scene, change) => change.at - requestedAt(scene, change) > lateMs && toldAsDrift(scene, change),
  },
  { name: 'ended, and its state is lost', holds: forgotten },
  { name: 'in the queue of an ended rsyslogd, or of a daemon killed meanwhile', holds: lostWithCollector },
]

const unmovedRows: readonly ExcuseRow<Told>[] = [
  { name: 'another hand did what was ordered', holds: doneByAnother },
  { name: 'told both ways between two readings: it may have been there and back', holds: toldBothWays },
  {
    name: 'said again, its state was lost',
    holds: (scene, { latest }) =>
      troubles(scene).some(trouble => meets(trouble, { from: latest - 10_000, to: latest })),
  },
]

export function untoldExcuse(scene: Scene, change: Change): string | null {
  return untoldRows.find(({ holds }) => holds(scene, change))?.name ?? null
}

export function unmovedExcuse(scene: Scene, told: Told): string | null {
  return unmovedRows.find(({ holds }) => holds(scene, told))?.name ?? null
}

/** When the change was first shown to the daemon; Infinity: never. */
function seenAt(scene: Scene, { relay, at }: Change): number {
  const reading = of(scene, 'request').find(
    h => h.relay === relay && h.at > at && h.what === 'read' && h.status === 200 && h.fault === 'none',
  )
  return reading?.at ?? Number.POSITIVE_INFINITY
}

function killedTooSoon(scene: Scene, change: Change): boolean {
  const seen = seenAt(scene, change)
  const soonAfter = (from: number, to: number) => to > from && runningMs(scene, { from, to }) <= savedMs
  return of(scene, 'ended').some(({ at }) => soonAfter(change.at, at) || soonAfter(seen, at))
}

function movedOn(scene: Scene, change: Change): boolean {
  const next = of(scene, 'change').find(h => h.relay === change.relay && h.at > change.at)
  // A reading that was answered a moment before the next change may have shown that one.
  return next !== undefined && seenAt(scene, change) > next.at - 20
}

/** Told before it was read, it may have been moved there by others and back by the daemon without a reading between. */
function neverSeenElsewhere(scene: Scene, { relay, at }: Change): boolean {
  const before = of(scene, 'change').findLast(h => h.relay === relay && h.at < at)
  if (!before || before.by === 'http') return false
  return !of(scene, 'request').some(
    h =>
      h.relay === relay &&
      h.what === 'read' &&
      h.status === 200 &&
      h.fault === 'none' &&
      isIn({ from: before.at, to: at }, h.at),
  )
}

function requestedAt(scene: Scene, { relay, mode, at }: Change): number {
  const request = of(scene, 'request').findLast(
    h => h.relay === relay && h.what === `mode=${mode}` && h.at <= at,
  )
  return request?.at ?? Number.NEGATIVE_INFINITY
}

function toldAsDrift(scene: Scene, { relay, mode, at }: Change): boolean {
  return of(scene, 'line').some(
    line =>
      line.at > at && line.at < at + 10_000 && line.text.startsWith(`drift: ${relay} reads mode=${mode}`),
  )
}

/** A device may do late what a daemon had asked for that ended meanwhile. */
function forgotten(scene: Scene, change: Change): boolean {
  const unseen = { from: requestedAt(scene, change), to: seenAt(scene, change) }
  return of(scene, 'ended').some(
    ({ at }) =>
      isIn(unseen, at) &&
      troubles(scene).some(trouble => meets(trouble, { from: unseen.from, to: at + 1000 })),
  )
}

function lostWithCollector(scene: Scene, change: Change): boolean {
  const seen = Math.min(seenAt(scene, change), change.at + 10_000)
  const written = { from: change.at, to: seen + 2 * savedMs }
  return collectorGaps(scene)
    .filter(gap => meets(gap, written))
    .some(gap => isIn({ from: gap.from, to: gap.from + 2 * savedMs }, seen) || killedIn(scene, gap))
}

function killedIn(scene: Scene, gap: { from: number; to: number }): boolean {
  return of(scene, 'ended').some(({ at }) => isIn(gap, at))
}

function doneByAnother(scene: Scene, { relay, mode, latest }: Told): boolean {
  const longAgo = latest - 15_000
  const byAnother = of(scene, 'change').findLast(
    h => h.relay === relay && h.mode === mode && h.by !== 'http' && isIn({ from: longAgo, to: latest }, h.at),
  )
  if (!byAnother) return false
  const before = { from: byAnother.at - 15_000, to: byAnother.at }
  const ordered = of(scene, 'request').some(
    h => h.relay === relay && h.what === `mode=${mode}` && isIn(before, h.at),
  )
  if (ordered || toldUnread(scene, byAnother, latest)) return true
  // A run that ended while the relays moved may have sent what the next one finds.
  const takenUp = of(scene, 'started').filter(({ stored }) => stored && isDriving(stored.move))
  return takenUp.some(({ at }) => isIn({ from: longAgo, to: latest }, at))
}

/** The daemon tells first and reads afterwards: what stood there already, and was not read, looks like its own. */
function toldUnread(scene: Scene, byAnother: Change, latest: number): boolean {
  const { relay, mode, at } = byAnother
  const asked = of(scene, 'request').find(
    h => h.relay === relay && h.what === `mode=${mode}` && isIn({ from: at, to: latest }, h.at),
  )
  return asked !== undefined && seenAt(scene, byAnother) > asked.at
}

function toldBothWays(scene: Scene, { relay, mode, latest }: Told): boolean {
  const requests = of(scene, 'request').filter(h => h.relay === relay && h.at < latest)
  const told = requests.findLast(({ what }) => what === `mode=${mode}`)
  if (!told) return false
  const read = requests.findLast(
    h => h.at < told.at && h.what === 'read' && h.status === 200 && h.fault === 'none',
  )
  const unread = { from: read?.at ?? Number.NEGATIVE_INFINITY, to: told.at }
  return requests.some(({ what, at }) => what === `mode=${1 - mode}` && isIn(unread, at))
}

function troubles(scene: Scene) {
  return diskTroubles(scene).map(({ from, to }) => ({ from, to: to + saveAgainMs }))
}
