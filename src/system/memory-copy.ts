import {
  chownSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Linux: TMPFS_MAGIC and RAMFS_MAGIC of include/uapi/linux/magic.h. */
const inMemory = [0x01021994, 0x858458f6]

/**
 * A small file on a file system that is memory, such as /run: read and written at once, without the threads that a disk
 * that hangs may have taken. Elsewhere there is none.
 */
export interface MemoryCopy {
  /** null: there is none, or it can't be read. */
  read(path: string): string | null
  /** Replaces it whole; false: it could not be written. Owned by the owner of its directory, mode 0600. */
  write(path: string, text: string): boolean
}

export const memoryCopy: MemoryCopy = {
  read(path) {
    try {
      return isMemory(path) ? readFileSync(path, 'utf8') : null
    } catch {
      return null
    }
  },
  write(path, text) {
    try {
      if (!isMemory(path)) return false
      replace(path, text)
      return true
    } catch {
      return false
    }
  },
}

function isMemory(path: string): boolean {
  return inMemory.includes(statfsSync(dirname(path)).type)
}

function replace(path: string, text: string): void {
  const temporary = `${path}.tmp`
  try {
    unlinkSync(temporary)
  } catch {}
  // `wx`: a link that somebody else has laid there is not followed.
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
  const { uid, gid } = statSync(dirname(path))
  if (process.getuid?.() === 0 && uid !== 0) chownSync(temporary, uid, gid)
  renameSync(temporary, path)
}
