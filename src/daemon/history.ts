import type { Decided } from '../core/effects.ts'
import type { Mode, Role } from '../core/role.ts'

/** One line of `berofosd history`. `at`: wall clock milliseconds. */
export type HistoryEntry =
  | {
      readonly at: number
      readonly what: Decided
      readonly from: Role
      readonly to: Role
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

/** The entries in foreign bytes that were JSON, without those that make no sense; null: it is no history. */
export function parseHistory(value: unknown): HistoryEntry[] | null {
  if (!Array.isArray(value)) return null
  const entries = value.filter(isEntry)
  return entries.length > 0 || value.length === 0 ? entries : null
}

function isEntry(value: unknown): value is HistoryEntry {
  if (typeof value !== 'object' || value === null) return false
  const { at, what, relay, mode, text, from, to, reason, by } = value as Record<string, unknown>
  // ECMA-262 21.4.1.1: a time value beyond this is no date.
  if (typeof at !== 'number' || !(Math.abs(at) <= 8.64e15) || typeof what !== 'string') return false
  return what === 'switched'
    ? typeof relay === 'string' && (mode === 0 || mode === 1) && typeof text === 'string'
    : [from, to, reason, ...(by === undefined ? [] : [by])].every(part => typeof part === 'string')
}
