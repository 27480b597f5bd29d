import { join } from 'node:path'
import type { AlertStore, ToldBooks } from '../alerts/alerts.ts'
import { wayNames } from '../alerts/ways.ts'
import type { StandingEntry } from '../core/alert-book.ts'
import { findingCodes } from '../core/findings/codes.ts'
import { within } from '../net/deadline.ts'
import { openSavedFile } from '../system/saved-file.ts'
import type { Ports } from './ports.ts'

/** Some 200 bytes an alert, some hundred alerts. */
const largestFile = 256 * 1024
/** A start that has to wait longer for the file tells what lasts once more. */
const longestReadMs = 2000

/** alerts.json in the state directory: what each way was told and is not over, so that a restart tells nothing twice. */
export function alertStore(directory: string, { disk, clock }: Pick<Ports, 'disk' | 'clock'>): AlertStore {
  const path = join(directory, 'alerts.json')
  // That it can't be saved is the trouble of state.json too, which says so.
  const file = openSavedFile({ path, clock, write: disk.write, report: () => {} })
  return {
    load: async () => {
      const read = await within(clock, longestReadMs, disk.read(path, largestFile), null)
      return read?.ok ? parseBooks(read.text) : {}
    },
    save: books => file.save(`${JSON.stringify(books)}\n`),
    close: () => file.close(),
  }
}

/** What makes no sense is left out. */
function parseBooks(text: string): ToldBooks {
  const value = parseJson(text)
  const books = wayNames.map(name => {
    const entries: unknown = value?.[name]
    return [name, Array.isArray(entries) ? entries.filter(isEntry) : []] as const
  })
  return Object.fromEntries(books)
}

function parseJson(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    return null
  }
}

function isEntry(value: unknown): value is StandingEntry {
  const { code, subject, since, text } = (value ?? {}) as Readonly<Record<string, unknown>>
  const isKnown = findingCodes.some(each => each === code)
  return isKnown && typeof subject === 'string' && typeof text === 'string' && isTime(since)
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}
