import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { libc } from './libc.ts'

/**
 * held: this process has the directory to itself until `release` or its end, however that comes · taken: another
 * process has it · impossible: no lock is to be had there, with a clause that says why; `later`: what becomes of a try
 * that has not answered yet.
 */
export type Locking =
  | { readonly is: 'held'; release(): Promise<void> }
  | { readonly is: 'taken' }
  | { readonly is: 'impossible'; readonly why: string; readonly later?: Promise<Locking> }

/**
 * Locks a directory itself, with flock(2): no file is left behind that could belong to the wrong user, and a crash leaves
 * nothing locked. Never rejects; as slow as the file system.
 */
export async function lockDirectory(path: string): Promise<Locking> {
  const c = libc()
  if (c === null) return { is: 'impossible', why: 'flock(2) can not be called on this platform' }
  let directory: FileHandle | null = null
  try {
    directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
    const locked = await c.lock(directory.fd)
    if (locked.ok) return heldBy(directory)
    await directory.close()
    if (locked.code === 'EAGAIN' || locked.code === 'EWOULDBLOCK') return { is: 'taken' }
    return { is: 'impossible', why: locked.code }
  } catch (error) {
    await directory?.close().catch(() => {})
    return { is: 'impossible', why: (error as NodeJS.ErrnoException).code ?? String(error) }
  }
}

/** A handle that is collected as garbage would be closed, and the lock with it. */
const held = new Set<FileHandle>()

function heldBy(directory: FileHandle): Locking {
  held.add(directory)
  return {
    is: 'held',
    release: async () => {
      held.delete(directory)
      await directory.close().catch(() => {})
    },
  }
}
