import type { Disk } from '../../src/daemon/state-ports.ts'
import type { MemoryCopy } from '../../src/system/memory-copy.ts'
import type { WriteResult } from '../../src/system/whole-file.ts'
import { files } from './site.ts'

/** unreadable, unlockable: this one system call fails; broken: each does. */
export type DiskFault =
  | 'none'
  | 'full'
  | 'missing'
  | 'slow'
  | 'hanging'
  | 'unreadable'
  | 'unlockable'
  | 'broken'

/** How long a write takes; one that hangs longer than anything waits for. */
const writeMs: Readonly<Record<DiskFault, number>> = {
  ...{ none: 4, full: 4, missing: 4, unreadable: 4, unlockable: 4, broken: 4 },
  ...{ slow: 8000, hanging: 25_000 },
}

/** errno of a write that fails. */
const writeErrors: Readonly<Partial<Record<DiskFault, string>>> = {
  full: 'ENOSPC',
  missing: 'ENOENT',
  broken: 'EIO',
}

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

  get isReadable(): boolean {
    return this.fault !== 'unreadable' && this.fault !== 'broken'
  }

  /** What a start would find there. */
  found(path: string): string | null {
    return this.isReadable ? this.text(path) : null
  }

  text(path: string): string | null {
    return this.#files.get(path) ?? null
  }

  /** What is in memory on /run of the state, and of commands that run; null: nothing. */
  copied: string | null = null
  noted: string | null = null

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

/**
 * The copy in memory: there at once, whatever the disk does, and gone with the power. `found`: whoever asks for that of
 * the state has read the disk before.
 */
export function copyOf(disk: VirtualDisk, enter: () => boolean, found: () => void): MemoryCopy {
  return {
    read: path => {
      if (isOfCommands(path)) return disk.noted
      found()
      return disk.copied
    },
    write: (path, text) => {
      if (!enter()) return false
      if (isOfCommands(path)) disk.noted = text
      else disk.copied = text
      return true
    },
  }
}

const isOfCommands = (path: string) => path.includes('/commands-')

/** How a life reaches the disk: `later` calls back after a time, unless the life has ended. */
export function diskOf(
  disk: VirtualDisk,
  later: (ms: number, run: () => void) => void,
  tell: (is: 'forgot' | 'saved' | 'unread') => void,
): Disk {
  const answer = <T>(ms: number, make: () => T) => new Promise<T>(resolve => later(ms, () => resolve(make())))
  const failure = (code: string): WriteResult => ({ ok: false, code, reason: `can't write: ${code}` })
  return {
    exists: path => answer(0.1, () => disk.text(path) !== null),
    read: path =>
      answer(0.2, () => {
        const text = disk.text(path)
        if (!disk.isReadable) {
          if (path === files.state && disk.copied === null) {
            tell('forgot')
            tell('unread')
          }
          return { ok: false, code: 'EIO', reason: `can't read ${path}: EIO` }
        }
        return text === null
          ? { ok: false, code: 'ENOENT', reason: `can't read ${path}: no such file` }
          : { ok: true, text }
      }),
    write: (path, text) =>
      answer(writeMs[disk.fault], () => {
        const code = writeErrors[disk.fault]
        if (code !== undefined) {
          // The history has a file of its own, whose loss changes nothing that is decided.
          if (path === files.state) tell('forgot')
          return failure(code)
        }
        disk.put(path, text)
        if (path === files.state) tell('saved')
        return { ok: true }
      }),
    setAside: path =>
      answer(0.2, () => {
        if (disk.fault === 'broken') return failure('EIO')
        const text = disk.text(path)
        if (text !== null) disk.put(`${path}.bad`, text)
        disk.remove(path)
        return { ok: true }
      }),
  }
}
