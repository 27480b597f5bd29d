import { access } from 'node:fs/promises'
import { bootClock, bootIdentity } from '../system/boot-clock.ts'
import type { Clock } from '../system/clock.ts'
import { type Locking, lockDirectory } from '../system/directory-lock.ts'
import { type MemoryCopy, memoryCopy } from '../system/memory-copy.ts'
import { type ReadResult, readWhole, setAside, type WriteResult, writeWhole } from '../system/whole-file.ts'

/** All through which the state is read and stored. */
export interface StatePorts {
  /** Its `mono` goes on over a restart of the daemon, but not over a boot of the machine. */
  readonly clock: Clock
  /** Which boot of the machine this is; null: nobody tells. */
  readonly boot: string | null
  readonly disk: Disk
  /** The copy of the state on /run. */
  readonly copy: MemoryCopy
  /** Makes sure that no other daemon uses the state directory. */
  readonly lock: (directory: string) => Promise<Locking>
}

/** None of these rejects. */
export interface Disk {
  readonly exists: (path: string) => Promise<boolean>
  readonly read: (path: string, maxBytes: number) => Promise<ReadResult>
  readonly write: (path: string, text: string) => Promise<WriteResult>
  readonly setAside: (path: string) => Promise<WriteResult>
}

export const systemStatePorts: StatePorts = {
  clock: bootClock,
  boot: bootIdentity(process.env),
  disk: {
    exists: oneAtATime(path =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
    read: oneAtATime(readWhole),
    write: writeWhole,
    setAside,
  },
  lock: lockDirectory,
  copy: memoryCopy,
}

/**
 * Asks the same thing once at a time: while an answer for a path is outstanding, whoever asks again waits for it too. A
 * file system that hangs then keeps one of the few threads for each path, however often it is asked.
 */
function oneAtATime<A extends readonly unknown[], T>(
  ask: (path: string, ...rest: A) => Promise<T>,
): (path: string, ...rest: A) => Promise<T> {
  const open = new Map<string, Promise<T>>()
  return (path, ...rest) => {
    const asked = open.get(path) ?? ask(path, ...rest).finally(() => open.delete(path))
    open.set(path, asked)
    return asked
  }
}
