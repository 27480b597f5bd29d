import { type Mode, type Moment, portsOf, type Role } from '../../core/role.ts'
import { type RoleWord, roleOfWord, type SiteWords, siteOfWord, siteWords } from '../../core/site-words.ts'
import { timeText, wallAt } from '../../core/time-text.ts'
import { type HistoryEntry, isDecided } from '../../daemon/history.ts'
import { type ProbeSlot, recentSlots, slotMs } from '../../status/recent.ts'
import type { StatusRelay } from '../../status/status-json.ts'

/** Where the sockets stand in the picture. */
const socketX = { A: 30, B: 80, C: 130, D: 180 } as const
type Socket = keyof typeof socketX

/** A berofos as one stands before it: its four sockets, the LEDs of those that are joined, and the wire between them. */
export function frontPanel({ actual, confirmed }: Pick<StatusRelay, 'actual' | 'confirmed'>): string {
  const joined = actual === null ? [] : joinedBy(actual)
  const label = actual === null ? 'not read yet' : `A connected to ${joined[1]}`
  const sockets = (Object.keys(socketX) as Socket[]).map(
    socket =>
      `<circle class="led${joined.includes(socket) ? ' on' : ''}" cx="${socketX[socket]}" cy="14" r="4.5"/><text x="${socketX[socket]}" y="34">${socket}</text>`,
  )
  const [from, to] = joined.map(socket => socketX[socket])
  const wire =
    from === undefined ? '' : `<path class="wire${confirmed ? '' : ' off'}" d="M${from},44v14H${to}v-14"/>`
  return `<svg viewBox="0 0 210 64" role="img" aria-label="${label}"><rect x="2" y="2" width="206" height="40" rx="5"/>${sockets.join('')}${wire}</svg>`
}

const slotWidth = 3
const barHeight = 28
/** Half of the height: an answer that took so long. Times differ by powers of ten, so their logarithm is drawn. */
const middleMs = 30

/**
 * The last quarter of an hour of a check, the latest on the right: a short bar is a quick answer, a bar of the whole height
 * a failure, a hollow one a probe that could not be made, and a gap no probe at all.
 */
export function sparkline(slots: readonly ProbeSlot[], now: Moment): string {
  const last = Math.floor(now.mono / slotMs)
  const bars = slots.filter(({ slot }) => slot > last - recentSlots).map(each => barOf(each, last))
  const text = summaryOf(slots, now)
  return `<figure class="spark"><svg viewBox="0 0 ${recentSlots * slotWidth} ${barHeight}" role="img" aria-label="last 15 minutes: ${text}" preserveAspectRatio="none">${bars.join('')}</svg><figcaption>${text}</figcaption></figure>`
}

const dayMs = 24 * 3_600_000

/** Where the lines were in the last 24 hours: a bar, the latest on the right. */
export function dayBar(history: readonly HistoryEntry[], word: RoleWord, nowWall: number): string {
  const parts = partsOf(history, roleOfWord(word), knownSince(history, nowWall - dayMs), nowWall)
  const unknown = 1 - parts.reduce((sum, { from, to }) => sum + to - from, 0) / dayMs
  const { role: words } = siteWords(siteOfWord(word))
  const spans = parts.map(({ from, to, role: held }) => {
    const share = (to - from) / dayMs
    return `<span class="${held}" style="flex:${share.toFixed(5)}">${share > leastNamed ? words[held] : ''}</span>`
  })
  if (unknown > 0) spans.unshift(`<span class="unknown" style="flex:${unknown.toFixed(5)}"></span>`)
  return `<div class="bar" role="img" aria-label="${labelOf(parts, words)}">${spans.join('')}</div>
<p class="ends"><span>24 hours ago</span><span>now</span></p>`
}

/** `A--B` of the device's own words. */
function joinedBy(mode: Mode): Socket[] {
  return portsOf(mode).split('--') as Socket[]
}

function barOf({ slot, failed, inconclusive, slowestMs }: ProbeSlot, last: number): string {
  const kind = failed > 0 ? 'fail' : inconclusive > 0 ? 'none' : 'ok'
  const tall = kind === 'ok' ? Math.max(2, Math.min(barHeight - 4, heightOf(slowestMs))) : barHeight
  const x = (slot - last + recentSlots - 1) * slotWidth
  return `<rect class="${kind}" x="${x}" y="${barHeight - tall}" width="${slotWidth - 0.5}" height="${tall}"/>`
}

function heightOf(ms: number): number {
  return Math.round((barHeight / 2) * (Math.log10(1 + ms) / Math.log10(1 + middleMs)))
}

function summaryOf(slots: readonly ProbeSlot[], now: Moment): string {
  const sum = (count: (slot: ProbeSlot) => number) => slots.reduce((total, slot) => total + count(slot), 0)
  const failed = sum(slot => slot.failed)
  const open = sum(slot => slot.inconclusive)
  const all = sum(slot => slot.answered) + failed + open
  if (all === 0) return 'no probe yet'
  const latest = slots.filter(slot => slot.failed > 0).at(-1)
  const when =
    latest === undefined ? '' : `, last about ${timeText(wallOf(latest, now), now.wall).slice(0, -3)}`
  const lost = open === 0 ? '' : `, ${open} could not be made`
  const slowest = Math.max(...slots.map(({ slowestMs }) => slowestMs))
  const took =
    slowest === 0 ? '' : `, slowest answer ${slowest < 10 ? slowest.toFixed(1) : Math.round(slowest)} ms`
  return `${failed} of ${all} failed${when}${lost}${took}`
}

function wallOf({ slot }: ProbeSlot, now: Moment): number {
  return wallAt(Math.min(now.mono, (slot + 0.5) * slotMs), now)
}

/** Nobody knows whose the lines were before the first start. */
function knownSince([first]: readonly HistoryEntry[], since: number): number {
  return first?.what === 'start' ? Math.max(first.at, since) : since
}

/** Of the width of a phone, which a word fits into. */
const leastNamed = 0.15

interface Part {
  readonly from: number
  readonly to: number
  readonly role: Role
}

/** Backwards from the present role: each change of role tells whose the lines were before it. */
function partsOf(history: readonly HistoryEntry[], role: Role, since: number, now: number): Part[] {
  const parts: Part[] = []
  let held = role
  let to = now
  for (const entry of [...history].reverse()) {
    if (!isDecided(entry) || entry.from === entry.to || roleOfWord(entry.to) !== held) continue
    if (entry.at <= since) break
    if (entry.at > to) continue
    parts.unshift({ from: entry.at, to, role: held })
    held = roleOfWord(entry.from)
    to = entry.at
  }
  return [{ from: since, to, role: held }, ...parts]
}

function labelOf(parts: readonly Part[], words: SiteWords['role']): string {
  const hours = (role: Role) =>
    parts.filter(part => part.role === role).reduce((sum, { from, to }) => sum + to - from, 0) / 3_600_000
  return [...new Set(parts.map(({ role }) => role))]
    .map(role => `${hours(role).toFixed(1)} h at the ${words[role]}`)
    .join(', ')
}
