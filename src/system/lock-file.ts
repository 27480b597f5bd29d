import { close, constants, open } from 'node:fs'
import { promisify } from 'node:util'
import { libc } from './libc.ts'

/** `held`: by another process, or by another call in this one. `impossible`: no lock can be had there, by anybody. */
export type LockResult =
  | { readonly ok: true; release(): void }
  | {
      readonly ok: false
      readonly reason: 'held' | 'impossible'
      /** A sentence without a full stop that names the path. */
      readonly text: string
    }

/**
 * Takes the exclusive lock of a file, which is created with mode 0600 if it is missing, or of a directory, which
 * nobody can replace by removing it while it is in use. Never waits for another holder and never rejects; a disk that
 * hangs makes it wait, so callers set a deadline. The lock ends with `release` or with this process, however it ends:
 * child processes don't inherit it. Only processes that ask for the lock notice it (flock(2)).
 */
export async function lockFile(path: string): Promise<LockResult> {
  const calls = libc()
  if (!calls) return impossible(path, 'koffi has no binary for this platform')
  let fd: number
  try {
    fd = await openForLock(path)
  } catch (error) {
    return impossible(path, (error as NodeJS.ErrnoException).code ?? String(error))
  }
  const result = await calls.lock(fd)
  if (result.ok) return { ok: true, release: once(() => close(fd, () => {})) }
  close(fd, () => {})
  if (result.code === 'EAGAIN') return { ok: false, reason: 'held', text: `another process holds ${path}` }
  return impossible(path, result.code)
}

/** Node opens every file with O_CLOEXEC. */
async function openForLock(path: string): Promise<number> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_RDONLY, O_DIRECTORY } = constants
  try {
    return await openFile(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    return await openFile(path, O_RDONLY | O_DIRECTORY)
  }
}

const openFile = promisify(open)

function impossible(path: string, cause: string): LockResult {
  return { ok: false, reason: 'impossible', text: `${path} can't be locked: ${cause}` }
}

/** A descriptor that is closed twice may be somebody else's by then. */
function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}
