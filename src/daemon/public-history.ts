import { publicReason, withoutUrls } from '../status/public.ts'
import type { HistoryEntry } from './history.ts'

/** An entry of the history as every local user may read it. */
export function publicEntry(entry: HistoryEntry): HistoryEntry {
  const told =
    entry.what === 'switched' ? entry : { ...entry, reason: publicReason(entry.what, entry.reason) }
  return withoutUrls(told)
}
