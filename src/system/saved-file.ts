import type { Clock, Timer } from './clock.ts'
import { type WriteResult, writeWhole } from './whole-file.ts'

export interface SavedFileOptions {
  readonly path: string
  readonly clock: Clock
  /** A sentence when saving begins to fail or to hang, once; null when all is saved again, once. */
  readonly report: (problem: string | null) => void
  /** Replaces the file; must never reject. Default: `writeWhole`. */
  readonly write?: (path: string, text: string) => Promise<WriteResult>
}

/** A file that follows what was saved last. Nobody waits for the disk, however long it hangs. */
export interface SavedFile {
  /** Returns at once. What comes while a write is under way replaces what waits: the latest wins. */
  save(text: string): void
  /** Resolves true when the latest is on disk, false at the deadline. */
  flush(deadlineMs: number): Promise<boolean>
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
  #waiting: string | null = null
  #writing = false
  #failing = false
  #closed = false
  #retry: Timer | null = null
  readonly #idle = new Set<() => void>()

  constructor(options: SavedFileOptions) {
    this.#options = options
  }

  save(text: string): void {
    if (this.#closed) return
    this.#waiting = text
    void this.#writeNext()
  }

  async flush(deadlineMs: number): Promise<boolean> {
    if (this.#settled()) return true
    const over = new AbortController()
    const ended = () => over.abort()
    this.#idle.add(ended)
    void this.#writeNext()
    await this.#options.clock.sleep(deadlineMs, over.signal)
    this.#idle.delete(ended)
    return this.#settled()
  }

  close(): void {
    this.#closed = true
    this.#retry?.cancel()
    this.#retry = null
  }

  #settled(): boolean {
    return this.#waiting === null && !this.#writing
  }

  async #writeNext(): Promise<void> {
    if (this.#writing || this.#closed || this.#waiting === null) return
    this.#retry?.cancel()
    this.#retry = null
    const text = this.#waiting
    this.#waiting = null
    this.#writing = true
    const result = await this.#writeWatched(text)
    this.#writing = false
    if (result.ok) this.#afterSuccess()
    else this.#afterFailure(text, result.reason)
  }

  async #writeWatched(text: string): Promise<WriteResult> {
    const { path, clock, write = writeWhole } = this.#options
    const slow = clock.after(slowMs, () => this.#fail(`writing ${path} hangs: check the disk`))
    const result = await write(path, text)
    slow.cancel()
    return result
  }

  #afterSuccess(): void {
    if (this.#waiting !== null) {
      void this.#writeNext()
      return
    }
    if (this.#failing) this.#options.report(null)
    this.#failing = false
    for (const ended of this.#idle) ended()
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
