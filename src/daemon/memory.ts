import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { durationText } from '../core/duration.ts'
import type { Decided } from '../core/effects.ts'
import type { Note } from '../core/notes.ts'
import type { Mode, Severity } from '../core/role.ts'
import { within } from '../net/deadline.ts'
import type { Clock } from '../system/clock.ts'
import type { MemoryCopy } from '../system/memory-copy.ts'
import { openSavedFile, type SavedFile } from '../system/saved-file.ts'
import type { ReadResult } from '../system/whole-file.ts'
import { GatheredSave } from './gathered-save.ts'
import { type HistoryEntry, parseHistory, withEntry } from './history.ts'
import {
  type Found,
  isSameBoot,
  type Mark,
  newest,
  nothingRemembered,
  parseJson,
  parseRemembered,
  type Recalled,
  type Remembered,
  rememberedText,
} from './remembered.ts'
import { largestStateFile } from './state-places.ts'
import type { Disk } from './state-ports.ts'

/** What survives a restart and a power cut: state.json and history.json in the state directory. */

export const stateFile = 'state.json'

/** A decision as the history keeps it. */
export type Recorded = Omit<Extract<HistoryEntry, { readonly what: Decided }>, 'at'>

export interface MemoryOptions {
  readonly directory: string
  /** Where the copy in memory is: written at once, before anything is driven. */
  readonly copyPath: string
  readonly copy: MemoryCopy
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

/** Between two looks; a write that fails is tried again by itself. */
const longestFlushMs = 60_000
/** A start that has to wait longer for a file goes on without it. */
const longestReadMs = 2000
const untouched = { ok: false, reason: 'it is left as it is' } as const

export class Memory {
  private readonly state: SavedFile
  private readonly past: SavedFile
  private entries: HistoryEntry[] = []
  private mark: Mark = { lineage: randomUUID(), serial: 0 }
  private hanging: Promise<unknown> = Promise.resolve()
  private hangs = false
  /** The copy in memory has what was saved last. */
  private copied = false
  private readonly gathered: GatheredSave
  /** Why files can't be saved now, by their names. */
  private readonly problems = new Map<string, string>()

  constructor(private readonly options: MemoryOptions) {
    const open = (name: string) =>
      openSavedFile({
        path: join(options.directory, name),
        clock: options.clock,
        // A disk that still owes the answer to a reading takes no more of the few threads.
        write: (path, text) => this.hanging.then(() => options.disk.write(path, text)),
        report: problem => this.report(name, problem),
      })
    this.state = open(stateFile)
    this.past = open('history.json')
    this.gathered = new GatheredSave(options.clock, () => this.save())
  }

  /** What the last run left. What makes no sense is kept beside as `.bad`, with a warning, never fatal. */
  async recall(): Promise<Recalled> {
    const { clock, boot, copy, copyPath } = this.options
    const state = await this.load(stateFile, parseRemembered)
    if (!this.hangs) await this.recallHistory()
    const onDisk = state.is === 'read' ? state.value : null
    const found = newest(onDisk, parseCopy(copy.read(copyPath)))
    if (found === null) return { ...nothingRemembered, lost: state.is === 'unusable' ? 'all of it' : null }
    if (state.is === 'read' && found === onDisk && found.lost !== null)
      await this.keepDamaged(state.text, found.lost)
    const { lineage, serial } = found.mark
    if (lineage !== null) this.mark = { lineage, serial }
    return { ...found, sameBoot: isSameBoot(found, boot, clock.mono()) }
  }

  /** The copy in memory has it when this returns. */
  save(): void {
    const { copy, copyPath, snapshot } = this.options
    this.mark = { ...this.mark, serial: this.mark.serial + 1 }
    const text = rememberedText(snapshot(), this.mark)
    this.copied = copy.write(copyPath, text)
    this.state.save(text)
  }

  /** As `save`, some milliseconds later, once for all that comes until then. */
  saveSoon(): void {
    this.gathered.soon()
  }

  /** Saves what `saveSoon` has put off; whether the copy in memory has all now. */
  keep(): boolean {
    this.gathered.now()
    return this.copied
  }

  /**
   * Resolves once what is to be saved survives the end of this process: when the copy in memory has it, and where there
   * is none, when it is on disk or after so long. `when` soon: it may be put off.
   */
  async kept(deadlineMs: number, when: 'now' | 'soon'): Promise<void> {
    await (when === 'now' ? this.gathered.nowTogether() : this.gathered.done())
    if (!this.copied) await this.saved(deadlineMs)
  }

  /** Why the state can't be saved now, a clause; null: nothing keeps it from being saved. */
  get problem(): string | null {
    return this.problems.get(stateFile) ?? null
  }

  /** Resolves true once the state is on disk, or false after so long. */
  saved(deadlineMs: number): Promise<boolean> {
    this.keep()
    return this.state.flush(deadlineMs)
  }

  /** Resolves once the state is on disk, however long that takes. */
  async savedAtLast(): Promise<void> {
    this.keep()
    while (!(await this.state.flush(longestFlushMs)));
  }

  record({ what, from, to, reason, by }: Recorded): void {
    const who = by === undefined ? {} : { by }
    this.add({ at: this.options.clock.wall(), what, from, to, reason, ...who })
  }

  recordSwitch(relay: string, mode: Mode, text: string): void {
    this.add({ at: this.options.clock.wall(), what: 'switched', relay, mode, text })
  }

  note(note: Note): void {
    this.add({ at: this.options.clock.wall(), ...note })
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
    const endMs = this.options.clock.mono() + deadlineMs
    const files = [this.state, this.past]
    for (let leftMs = deadlineMs; leftMs > 0; leftMs = endMs - this.options.clock.mono()) {
      this.keep()
      await Promise.all(files.map(file => file.flush(leftMs)))
      if (!this.gathered.isDue && files.every(file => file.isSaved)) break
    }
    for (const file of files) file.close()
  }

  private add(entry: HistoryEntry): void {
    this.entries = withEntry(this.entries, entry)
    this.past.save(() => `${JSON.stringify(this.entries)}\n`)
  }

  private async load<T>(name: string, parse: (text: string) => T | null): Promise<Loaded<T>> {
    const { directory, log } = this.options
    const path = join(directory, name)
    const file = await this.read(path)
    if (!file.ok && file.code === 'ENOENT') return { is: 'absent' }
    const value = file.ok ? parse(file.text) : null
    if (file.ok && value !== null) return { is: 'read', value, text: file.text }
    const why = file.ok ? 'it is torn or not ours' : file.reason
    const aside = this.hangs ? untouched : await this.options.disk.setAside(path)
    const done = aside.ok ? `set aside as ${path}.bad` : aside.reason
    log('warning', `state: ${path} is not used: ${why}; ${done}`)
    return { is: 'unusable' }
  }

  private async recallHistory(): Promise<void> {
    const past = await this.load('history.json', text => parseHistory(parseJson(text)))
    if (past.is === 'read') this.entries = past.value
  }

  /** A start waits for a disk, but not for one that hangs. */
  private async read(path: string): Promise<ReadResult> {
    const { clock, disk } = this.options
    const reading = disk.read(path, largestStateFile)
    const read = await within(clock, longestReadMs, reading, null)
    if (read !== null) return read
    this.hanging = reading
    this.hangs = true
    const reason = `no answer in ${durationText(longestReadMs)}: the disk hangs, check it`
    return { ok: false, code: 'ETIMEDOUT', reason }
  }

  /** The next save replaces the damaged file: a copy is left for a person to look at. */
  private async keepDamaged(text: string, lost: string): Promise<void> {
    const { directory, disk, log } = this.options
    const path = join(directory, stateFile)
    const kept = await disk.write(`${path}.bad`, text)
    const copy = kept.ok ? `a copy is kept as ${path}.bad` : kept.reason
    log('warning', `state: ${path} is damaged: ${lost} makes no sense, the rest is used; ${copy}`)
  }

  private report(name: string, problem: string | null): void {
    if (problem === null) this.problems.delete(name)
    else this.problems.set(name, problem)
    this.options.unsaved(name, problem)
    if (problem === null) this.options.log('info', `state: ${name} is saved again`)
    else this.options.log('error', `state: ${problem}; going on without, a restart would forget what is new`)
  }
}

/** One that is damaged is worth nothing: the disk has the same or the one before. */
function parseCopy(text: string | null): Found | null {
  const found = text === null ? null : parseRemembered(text)
  return found?.lost === null ? found : null
}
