import type { Role } from '../../core/role.ts'
import { type RoleWord, roleOfWord, type SiteWords, siteOfWord, siteWords } from '../../core/site-words.ts'
import { type HistoryEntry, isDecided } from '../../daemon/history.ts'

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
