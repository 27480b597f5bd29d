import type { Moment } from '../../core/role.ts'
import { timeText, wallAt } from '../../core/time-text.ts'
import { type ProbeSlot, recentSlots, slotMs } from '../../status/recent.ts'

const width = 3
const height = 28
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
  return `<figure class="spark"><svg viewBox="0 0 ${recentSlots * width} ${height}" role="img" aria-label="last 15 minutes: ${text}" preserveAspectRatio="none">${bars.join('')}</svg><figcaption>${text}</figcaption></figure>`
}

function barOf({ slot, failed, inconclusive, slowestMs }: ProbeSlot, last: number): string {
  const kind = failed > 0 ? 'fail' : inconclusive > 0 ? 'none' : 'ok'
  const tall = kind === 'ok' ? Math.max(2, Math.min(height - 4, heightOf(slowestMs))) : height
  const x = (slot - last + recentSlots - 1) * width
  return `<rect class="${kind}" x="${x}" y="${height - tall}" width="${width - 0.5}" height="${tall}"/>`
}

function heightOf(ms: number): number {
  return Math.round((height / 2) * (Math.log10(1 + ms) / Math.log10(1 + middleMs)))
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
