import { join } from 'node:path'
import type { EffectArguments } from '../core/effects.ts'
import type { Mode, Severity } from '../core/role.ts'
import { parseStored, type StoredState } from '../core/stored-state.ts'
import type { KnownMode } from '../relays/relay.ts'
import type { Clock } from '../system/clock.ts'
import { openSavedFile, type SavedFile } from '../system/saved-file.ts'
import type { Disk } from './doors.ts'
import { type HistoryEntry, parseHistory } from './history.ts'

/** What survives a restart and a power cut: state.json and history.json in the state directory. */

const largestFile = 4 * 1024 * 1024
/** Entries that the history keeps: years on a quiet site, and about 200 kB. */
const longestHistory = 1000

export interface Remembered {
  readonly policy: StoredState | null
  readonly relays: Readonly<Record<string, KnownMode>>
}

export interface MemoryOptions {
  readonly directory: string
  readonly clock: Clock
  readonly disk: Disk
  readonly log: (severity: Severity, text: string) => void
  /** Why the file of this name can't be saved; null: it is saved again. */
  readonly unsaved: (name: string, problem: string | null) => void
  /** What is to be saved, asked for when it is. */
  readonly snapshot: () => Remembered
}

export class Memory {
  private readonly state: SavedFile
  private readonly past: SavedFile
  private entries: HistoryEntry[] = []

  constructor(private readonly options: MemoryOptions) {
    const open = (name: string) =>
      openSavedFile({
        path: join(options.directory, name),
        clock: options.clock,
        write: options.disk.write,
        report: problem => this.report(name, problem),
      })
    this.state = open('state.json')
    this.past = open('history.json')
  }

  /** What the last run left. A file that makes no sense is set aside with a warning, never fatal. */
  async recall(): Promise<Remembered> {
    this.entries = (await this.load('history.json', parseHistory)) ?? []
    return (await this.load('state.json', parseRemembered)) ?? { policy: null, relays: {} }
  }

  save(): void {
    this.state.save(`${JSON.stringify(this.options.snapshot(), null, 1)}\n`)
  }

  /** Resolves once the state is on disk, or after so long. */
  saved(deadlineMs: number): Promise<boolean> {
    return this.state.flush(deadlineMs)
  }

  record({ what, from, to, reason }: EffectArguments['record']): void {
    this.add({ at: this.options.clock.wall(), what, from, to, reason })
  }

  recordSwitch(relay: string, mode: Mode, text: string): void {
    this.add({ at: this.options.clock.wall(), what: 'switched', relay, mode, text })
  }

  /** The latest entry for which it holds; null: there is none. */
  latest(holds: (entry: HistoryEntry) => boolean): HistoryEntry | null {
    return this.entries.findLast(holds) ?? null
  }

  /** The latest entries, oldest first. */
  history(count: number): readonly HistoryEntry[] {
    return this.entries.slice(-count)
  }

  lastSwitch(relay: string): number | null {
    return this.entries.findLast(e => e.what === 'switched' && e.relay === relay)?.at ?? null
  }

  /** Waits for the disk, but no longer than this. */
  async close(deadlineMs: number): Promise<void> {
    await Promise.all([this.state.flush(deadlineMs), this.past.flush(deadlineMs)])
    this.state.close()
    this.past.close()
  }

  private add(entry: HistoryEntry): void {
    this.entries = [...this.entries.slice(1 - longestHistory), entry]
    this.past.save(`${JSON.stringify(this.entries)}\n`)
  }

  private async load<T>(name: string, parse: (value: unknown) => T | null): Promise<T | null> {
    const { directory, disk } = this.options
    const path = join(directory, name)
    const file = await disk.read(path, largestFile)
    if (!file.ok && file.code === 'ENOENT') return null
    const value = file.ok ? parse(parseJson(file.text)) : null
    if (value !== null) return value
    const why = file.ok ? 'it is torn or not ours' : file.reason
    const aside = await disk.setAside(path)
    const done = aside.ok ? `set aside as ${path}.bad` : aside.reason
    this.options.log('warning', `state: ${path} is not used: ${why}; ${done}`)
    return null
  }

  private report(name: string, problem: string | null): void {
    this.options.unsaved(name, problem)
    if (problem === null) this.options.log('info', `state: ${name} is saved again`)
    else this.options.log('error', `state: ${problem}; going on without, a restart would forget what is new`)
  }
}

function parseRemembered(value: unknown): Remembered | null {
  if (typeof value !== 'object' || value === null || !('policy' in value) || !('relays' in value)) return null
  const policy = value.policy === null ? null : parseStored(value.policy)
  const relays = parseRelays(value.relays)
  if (relays === null || (policy === null && value.policy !== null)) return null
  return { policy, relays }
}

function parseRelays(value: unknown): Remembered['relays'] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.values(value).every(isKnownMode) ? (value as Remembered['relays']) : null
}

function isKnownMode(value: unknown): value is KnownMode {
  if (typeof value !== 'object' || value === null) return false
  const { mode, sent } = value as Partial<KnownMode>
  return (mode === 0 || mode === 1) && (sent === 0 || sent === 1 || sent === null)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
