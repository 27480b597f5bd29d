import { publicReason, withoutUrls } from '../status/public.ts'
import { type HistoryEntry, isDecided } from './history.ts'

/** An entry of the history as every local user may read it. */
export function publicEntry(entry: HistoryEntry): HistoryEntry {
  if (isDecided(entry)) return withoutUrls({ ...entry, reason: publicReason(entry.what, entry.reason) })
  if (entry.what === 'switched') return withoutUrls(entry)
  const { detail, ...told } = entry
  return withoutUrls(told)
}
