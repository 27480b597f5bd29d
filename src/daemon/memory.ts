import { join } from 'node:path'
import type { EffectArguments } from '../core/effects.ts'
import type { Mode, Severity } from '../core/role.ts'
import type { Clock } from '../system/clock.ts'
import { openSavedFile, type SavedFile } from '../system/saved-file.ts'
import type { Disk } from './doors.ts'
import { type HistoryEntry, parseHistory } from './history.ts'
import {
  isSameBoot,
  nothingRemembered,
  parseJson,
  parseRemembered,
  type Recalled,
  type Remembered,
  rememberedText,
} from './remembered.ts'

/** What survives a restart and a power cut: state.json and history.json in the state directory. */

const largestFile = 4 * 1024 * 1024
/** Entries that the history keeps: years on a quiet site, and about 200 kB. */
const longestHistory = 1000

export interface MemoryOptions {
  readonly directory: string
  readonly clock: Clock
  /** Which boot of the machine this is; null: nobody tells. */
  readonly boot: string | null
  readonly disk: Disk
  readonly log: (severity: Severity, text: string) => void
  /** Why the file of this name can't be saved; null: it is saved again. */
  readonly unsaved: (name: string, problem: string | null) => void
  /** What is to be saved, asked for when it is. */
  readonly snapshot: () => Remembered
}

type Loaded<T> =
  | { readonly is: 'absent' }
  | { readonly is: 'unusable' }
  | { readonly is: 'read'; readonly value: T; readonly text: string }

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

  /** What the last run left. What makes no sense is kept beside as `.bad`, with a warning, never fatal. */
  async recall(): Promise<Recalled> {
    const past = await this.load('history.json', text => parseHistory(parseJson(text)))
    if (past.is === 'read') this.entries = past.value
    const state = await this.load('state.json', parseRemembered)
    if (state.is === 'absent') return nothingRemembered
    if (state.is === 'unusable') return { ...nothingRemembered, lost: 'all of it' }
    if (state.value.lost !== null) await this.keepDamaged(state.text, state.value.lost)
    const { clock, boot } = this.options
    return { ...state.value, sameBoot: isSameBoot(state.value, boot, clock.mono()) }
  }

  save(): void {
    this.state.save(rememberedText(this.options.snapshot()))
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

  private async load<T>(name: string, parse: (text: string) => T | null): Promise<Loaded<T>> {
    const { directory, disk, log } = this.options
    const path = join(directory, name)
    const file = await disk.read(path, largestFile)
    if (!file.ok && file.code === 'ENOENT') return { is: 'absent' }
    const value = file.ok ? parse(file.text) : null
    if (file.ok && value !== null) return { is: 'read', value, text: file.text }
    const why = file.ok ? 'it is torn or not ours' : file.reason
    const aside = await disk.setAside(path)
    const done = aside.ok ? `set aside as ${path}.bad` : aside.reason
    log('warning', `state: ${path} is not used: ${why}; ${done}`)
    return { is: 'unusable' }
  }

  /** The next save replaces the damaged file: a copy is left for a person to look at. */
  private async keepDamaged(text: string, lost: string): Promise<void> {
    const { directory, disk, log } = this.options
    const path = join(directory, 'state.json')
    const kept = await disk.write(`${path}.bad`, text)
    const copy = kept.ok ? `a copy is kept as ${path}.bad` : kept.reason
    log('warning', `state: ${path} is damaged: ${lost} makes no sense, the rest is used; ${copy}`)
  }

  private report(name: string, problem: string | null): void {
    this.options.unsaved(name, problem)
    if (problem === null) this.options.log('info', `state: ${name} is saved again`)
    else this.options.log('error', `state: ${problem}; going on without, a restart would forget what is new`)
  }
}
