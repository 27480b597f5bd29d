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
import { addEntry, type HistoryEntry, parseHistory } from './history.ts'
import {
  isSameBoot,
  type LoadedState,
  newest,
  nothingStored,
  parseCopy,
  parseJson,
  parseStateFile,
  type SaveId,
  type StateFile,
  stateFileText,
} from './state-file.ts'
import { largestStateFile } from './state-places.ts'
import type { Disk } from './state-ports.ts'

/**
 * What survives a restart and a power cut: state.json and history.json in the state directory. Two words tell how far a
 * save has come: *saved*, it outlives this process, in the copy in memory, or on disk where there is no copy; *flushed*,
 * it is on disk.
 */

export const stateFileName = 'state.json'
const historyFileName = 'history.json'

/** A decision as the history keeps it. */
export type Recorded = Omit<Extract<HistoryEntry, { readonly what: Decided }>, 'at'>

export interface StateStoreOptions {
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
  readonly snapshot: () => StateFile
}

type LoadedFile<T> =
  | { readonly is: 'absent' }
  | { readonly is: 'unusable' }
  | { readonly is: 'read'; readonly value: T; readonly text: string }

/** Between two looks; a write that fails is tried again by itself. */
const longestFlushMs = 60_000
/** A start that has to wait longer for a file goes on without it. */
const longestReadMs = 2000
const untouched = { ok: false, reason: 'it is left as it is' } as const

export class StateStore {
  private readonly stateFile: SavedFile
  private readonly historyFile: SavedFile
  private entries: HistoryEntry[] = []
  private saveId: SaveId = { lineage: randomUUID(), serial: 0 }
  /** A reading at the start that the disk has not answered yet. */
  private unansweredRead: Promise<unknown> = Promise.resolve()
  private diskHangs = false
  /** The copy in memory has what was saved last; false: there is no copy, or it could not be written. */
  private isCopied = false
  private readonly pendingSave: GatheredSave
  /** Why files can't be saved now, by their names. */
  private readonly problems = new Map<string, string>()

  constructor(private readonly options: StateStoreOptions) {
    const open = (name: string) =>
      openSavedFile({
        path: join(options.directory, name),
        clock: options.clock,
        // Until the disk has answered it, nothing is written: Node has few threads, and each write would take one.
        write: (path, text) => this.unansweredRead.then(() => options.disk.write(path, text)),
        report: problem => this.report(name, problem),
      })
    this.stateFile = open(stateFileName)
    this.historyFile = open(historyFileName)
    this.pendingSave = new GatheredSave(options.clock, () => this.save())
  }

  /** What the last run left. What makes no sense is kept beside as `.bad`, with a warning, never fatal. */
  async load(): Promise<LoadedState> {
    const { clock, boot, copy, copyPath } = this.options
    const state = await this.loadFile(stateFileName, parseStateFile)
    if (!this.diskHangs) await this.loadHistory()
    const onDisk = state.is === 'read' ? state.value : null
    const found = newest(onDisk, parseCopy(copy.read(copyPath)))
    if (found === null) return { ...nothingStored, lost: state.is === 'unusable' ? 'all of it' : null }
    if (state.is === 'read' && found === onDisk && found.lost !== null)
      await this.copyDamaged(state.text, found.lost)
    const { lineage, serial } = found.saveId
    if (lineage !== null) this.saveId = { lineage, serial }
    return { ...found, sameBoot: isSameBoot(found, boot, clock.mono()) }
  }

  /** Saves at once: the copy in memory, if there is one, has it when this returns; the disk follows. */
  save(): void {
    const { copy, copyPath, snapshot } = this.options
    this.saveId = { ...this.saveId, serial: this.saveId.serial + 1 }
    const text = stateFileText(snapshot(), this.saveId)
    this.isCopied = copy.write(copyPath, text)
    this.stateFile.save(text)
    this.pendingSave.noteSaved()
  }

  /** As `save`, some milliseconds later, once for all that comes until then. */
  saveSoon(): void {
    this.pendingSave.soon()
  }

  /** Saves what `saveSoon` has put off. Returns whether the copy in memory now has everything. */
  savePending(): boolean {
    this.pendingSave.now()
    return this.isCopied
  }

  /**
   * Resolves once it is saved: when the copy in memory has it; where there is none, when it is on disk, or at the
   * deadline. `when` soon: together with what `saveSoon` puts off.
   */
  async saved(deadlineMs: number, when: 'now' | 'soon'): Promise<void> {
    await (when === 'now' ? this.pendingSave.nowTogether() : this.pendingSave.done())
    if (!this.isCopied) await this.flush(deadlineMs)
  }

  /** Why the state can't be saved now, a clause; null: nothing keeps it from being saved. */
  get problem(): string | null {
    return this.problems.get(stateFileName) ?? null
  }

  /** Resolves true once the state is on disk, or false at the deadline. */
  flush(deadlineMs: number): Promise<boolean> {
    this.savePending()
    return this.stateFile.flush(deadlineMs)
  }

  /** Resolves once the state is on disk, however long that takes. */
  async flushWithoutDeadline(): Promise<void> {
    this.savePending()
    while (!(await this.stateFile.flush(longestFlushMs)));
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
    const files = [this.stateFile, this.historyFile]
    for (let leftMs = deadlineMs; leftMs > 0; leftMs = endMs - this.options.clock.mono()) {
      this.savePending()
      await Promise.all(files.map(file => file.flush(leftMs)))
      if (!this.pendingSave.isDue && files.every(file => file.isSaved)) break
    }
    for (const file of files) file.close()
  }

  private add(entry: HistoryEntry): void {
    addEntry(this.entries, entry)
    this.historyFile.save(() => `${JSON.stringify(this.entries)}\n`)
  }

  private async loadFile<T>(name: string, parse: (text: string) => T | null): Promise<LoadedFile<T>> {
    const { directory, log } = this.options
    const path = join(directory, name)
    const file = await this.read(path)
    if (!file.ok && file.code === 'ENOENT') return { is: 'absent' }
    const value = file.ok ? parse(file.text) : null
    if (file.ok && value !== null) return { is: 'read', value, text: file.text }
    const why = file.ok ? 'it is torn or not ours' : file.reason
    const aside = this.diskHangs ? untouched : await this.options.disk.setAside(path)
    const done = aside.ok ? `set aside as ${path}.bad` : aside.reason
    log('warning', `state: ${path} is not used: ${why}; ${done}`)
    return { is: 'unusable' }
  }

  private async loadHistory(): Promise<void> {
    const history = await this.loadFile(historyFileName, text => parseHistory(parseJson(text)))
    if (history.is === 'read') this.entries = history.value
  }

  /** A start waits for a disk, but not for one that hangs. */
  private async read(path: string): Promise<ReadResult> {
    const { clock, disk } = this.options
    const reading = disk.read(path, largestStateFile)
    const read = await within(clock, longestReadMs, reading, null)
    if (read !== null) return read
    this.unansweredRead = reading
    this.diskHangs = true
    const reason = `no answer in ${durationText(longestReadMs)}: the disk hangs, check it`
    return { ok: false, code: 'ETIMEDOUT', reason }
  }

  /** The next save replaces the damaged file: a copy is left for a person to look at. */
  private async copyDamaged(text: string, lost: string): Promise<void> {
    const { directory, disk, log } = this.options
    const path = join(directory, stateFileName)
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
