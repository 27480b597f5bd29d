import type { Clock, Timer } from './clock.ts'
import { type WriteResult, writeWhole } from './whole-file.ts'

interface SavedFileOptions {
  readonly path: string
  readonly clock: Clock
  /** A sentence when saving begins to fail or to hang, once; null when all is saved again, once. */
  readonly report: (problem: string | null) => void
  /** Replaces the file; must never reject. Default: `writeWhole`. */
  readonly write?: (path: string, text: string) => Promise<WriteResult>
}

/** A file that follows what was saved last. Nobody waits for the disk, however long it hangs. */
export interface SavedFile {
  /**
   * Returns at once. What comes while a write is under way replaces what waits: the latest wins, and only its text is
   * asked for.
   */
  save(text: string | (() => string)): void
  /** Resolves true when what was saved until now is on disk, false at the deadline. */
  flush(deadlineMs: number): Promise<boolean>
  /** Nothing waits to be written. */
  readonly isSaved: boolean
  /** Ends retries; a write under way goes on to its end. */
  close(): void
}

export function openSavedFile(options: SavedFileOptions): SavedFile {
  return new CoalescingFile(options)
}

/** Between tries while saving fails. */
const retryMs = 5000
/** So long in one write, and the disk hangs. */
const slowMs = 5000

class CoalescingFile implements SavedFile {
  readonly #options: SavedFileOptions
  #waiting: string | (() => string) | null = null
  #writing = false
  /** How many were saved, and which of them is on disk. */
  #saved = 0
  #onDisk = 0
  #failing = false
  #closed = false
  #retry: Timer | null = null
  readonly #listeners = new Set<() => void>()

  constructor(options: SavedFileOptions) {
    this.#options = options
  }

  save(text: string | (() => string)): void {
    if (this.#closed) return
    this.#waiting = text
    this.#saved += 1
    void this.#writeNext()
  }

  async flush(deadlineMs: number): Promise<boolean> {
    const wanted = this.#saved
    if (this.#onDisk >= wanted) return true
    const over = new AbortController()
    const ended = () => {
      if (this.#onDisk >= wanted) over.abort()
    }
    this.#listeners.add(ended)
    void this.#writeNext()
    await this.#options.clock.sleep(deadlineMs, over.signal)
    this.#listeners.delete(ended)
    return this.#onDisk >= wanted
  }

  get isSaved(): boolean {
    return this.#onDisk >= this.#saved
  }

  close(): void {
    this.#closed = true
    this.#retry?.cancel()
    this.#retry = null
  }

  async #writeNext(): Promise<void> {
    if (this.#writing || this.#closed || this.#waiting === null) return
    this.#retry?.cancel()
    this.#retry = null
    const text = typeof this.#waiting === 'string' ? this.#waiting : this.#waiting()
    const number = this.#saved
    this.#waiting = null
    this.#writing = true
    const result = await this.#writeWatched(text)
    this.#writing = false
    if (result.ok) this.#afterSuccess(number)
    else this.#afterFailure(text, result.reason)
  }

  async #writeWatched(text: string): Promise<WriteResult> {
    const { path, clock, write = writeWhole } = this.#options
    const slow = clock.after(slowMs, () => this.#fail(`writing ${path} hangs: check the disk`))
    const result = await write(path, text)
    slow.cancel()
    return result
  }

  #afterSuccess(number: number): void {
    this.#onDisk = number
    for (const ended of this.#listeners) ended()
    if (this.#waiting !== null) {
      void this.#writeNext()
      return
    }
    if (this.#failing) this.#options.report(null)
    this.#failing = false
  }

  #afterFailure(text: string, reason: string): void {
    this.#waiting ??= text
    this.#fail(reason)
    if (this.#closed) return
    this.#retry = this.#options.clock.after(retryMs, () => void this.#writeNext())
  }

  #fail(problem: string): void {
    if (!this.#failing) this.#options.report(problem)
    this.#failing = true
  }
}
