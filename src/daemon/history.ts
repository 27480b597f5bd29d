import type { Decided } from '../core/effects.ts'
import type { Note, Noted } from '../core/notes.ts'
import type { Mode } from '../core/role.ts'
import type { RoleWord } from '../core/site-words.ts'
import { publicReason, withoutUrls } from '../status/public.ts'

/** One line of `berofosd history`. `at`: wall clock milliseconds. */
export type HistoryEntry =
  | {
      readonly at: number
      readonly what: Decided
      /** In the words of the site, as it was then. */
      readonly from: RoleWord
      readonly to: RoleWord
      readonly reason: string
      /** The login name of who gave the order; absent: the daemon decided by itself, or it is not known. */
      readonly by?: string
    }
  | {
      readonly at: number
      readonly what: 'switched'
      readonly relay: string
      readonly mode: Mode
      readonly text: string
    }
  | ({ readonly at: number } & Note)

/** An entry that tells a decision. */
type Decision = Extract<HistoryEntry, { readonly from: RoleWord }>
export type Switched = Extract<HistoryEntry, { readonly what: 'switched' }>

export function isDecided(entry: HistoryEntry): entry is Decision {
  return 'from' in entry
}

/** So many of each kind are kept, a thousand in all: checks that flap for a night push out no move. */
const bounds = { decided: 300, switched: 400, noted: 200, check: 100 } as const

function boundOf(entry: HistoryEntry): keyof typeof bounds {
  if (isDecided(entry)) return 'decided'
  return entry.what === 'switched' || entry.what === 'check' ? entry.what : 'noted'
}

/** Adds an entry, and takes away the oldest of its kind while there are too many. In place: hundreds come in a moment. */
export function addEntry(entries: HistoryEntry[], entry: HistoryEntry): void {
  const kind = boundOf(entry)
  const isSame = (each: HistoryEntry) => boundOf(each) === kind
  entries.push(entry)
  let excess = -bounds[kind]
  for (const each of entries) if (isSame(each)) excess += 1
  for (; excess > 0; excess--) entries.splice(entries.findIndex(isSame), 1)
}

/** An entry of the history as every local user may read it. */
export function publicEntry(entry: HistoryEntry): HistoryEntry {
  if (isDecided(entry)) return withoutUrls({ ...entry, reason: publicReason(entry.what, entry.reason) })
  if (entry.what === 'switched') return withoutUrls(entry)
  const { detail, ...told } = entry
  return withoutUrls(told)
}

/** The entries in foreign bytes that were JSON, without those that make no sense; null: it is no history. */
export function parseHistory(value: unknown): HistoryEntry[] | null {
  if (!Array.isArray(value)) return null
  const entries = value.filter(isEntry)
  return entries.length > 0 || value.length === 0 ? entries : null
}

function isEntry(value: unknown): value is HistoryEntry {
  if (typeof value !== 'object' || value === null) return false
  const { at, what, relay, mode, text, from, to, reason, by, detail } = value as Record<string, unknown>
  // ECMA-262 21.4.1.1: a time value beyond this is no date.
  if (typeof at !== 'number' || !(Math.abs(at) <= 8.64e15) || typeof what !== 'string') return false
  if (what === 'switched')
    return typeof relay === 'string' && (mode === 0 || mode === 1) && typeof text === 'string'
  const parts = isNoted(what) ? [text, detail ?? '', relay ?? ''] : [from, to, reason, by ?? '']
  return parts.every(part => typeof part === 'string')
}

const noted: Readonly<Record<Noted, true>> = {
  check: true,
  drift: true,
  isolated: true,
  held: true,
  hook: true,
  done: true,
  reload: true,
  start: true,
  stop: true,
}

function isNoted(what: string): what is Noted {
  return Object.hasOwn(noted, what)
}
