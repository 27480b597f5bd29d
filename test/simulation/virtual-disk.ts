import type { Disk } from '../../src/daemon/doors.ts'
import type { MemoryCopy } from '../../src/system/memory-copy.ts'
import type { WriteResult } from '../../src/system/whole-file.ts'
import { files } from './site.ts'

export type DiskFault = 'none' | 'full' | 'missing' | 'slow'

/** The files of one machine; they outlive the daemon. */
export class VirtualDisk {
  fault: DiskFault = 'none'
  readonly #files = new Map<string, string>()

  put(path: string, text: string): void {
    this.#files.set(path, text)
  }

  remove(path: string): void {
    this.#files.delete(path)
  }

  text(path: string): string | null {
    return this.#files.get(path) ?? null
  }

  /** What is in memory on /run; null: nothing. */
  copied: string | null = null

  /** As after a power cut on a file system that lies: the files are there, their ends are not. */
  tear(keepShare: number): void {
    for (const path of [files.state, files.history]) {
      const text = this.#files.get(path)
      if (text !== undefined) this.#files.set(path, text.slice(0, Math.floor(text.length * keepShare)))
    }
  }

  lose(): void {
    this.remove(files.state)
    this.remove(files.history)
  }
}

/** The copy in memory: there at once, whatever the disk does, and gone with the power. */
export function copyOf(disk: VirtualDisk, enter: () => boolean): MemoryCopy {
  return {
    read: () => disk.copied,
    write: (_, text) => {
      if (!enter()) return false
      disk.copied = text
      return true
    },
  }
}

/** How a life reaches the disk: `later` calls back after a time, unless the life has ended. */
export function diskOf(
  disk: VirtualDisk,
  later: (ms: number, run: () => void) => void,
  tell: (is: 'forgot' | 'kept') => void,
): Disk {
  const answer = <T>(ms: number, make: () => T) => new Promise<T>(resolve => later(ms, () => resolve(make())))
  const failure = (code: string): WriteResult => ({ ok: false, code, reason: `can't write: ${code}` })
  return {
    exists: path => answer(0.1, () => disk.text(path) !== null),
    read: path =>
      answer(0.2, () => {
        const text = disk.text(path)
        return text === null
          ? { ok: false, code: 'ENOENT', reason: `can't read ${path}: no such file` }
          : { ok: true, text }
      }),
    write: (path, text) =>
      answer(disk.fault === 'slow' ? 8000 : 4, () => {
        if (disk.fault === 'full' || disk.fault === 'missing') {
          tell('forgot')
          return failure(disk.fault === 'full' ? 'ENOSPC' : 'ENOENT')
        }
        disk.put(path, text)
        if (path === files.state) tell('kept')
        return { ok: true }
      }),
    setAside: path =>
      answer(0.2, () => {
        const text = disk.text(path)
        if (text !== null) disk.put(`${path}.bad`, text)
        disk.remove(path)
        return { ok: true }
      }),
  }
}
