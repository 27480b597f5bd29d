import { lstat, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Why no socket can be made at a path: its message is the path, and one sentence with the cure. */
export class SocketPathProblem extends Error {
  constructor(path: string, sentence: string) {
    super(`${path}: ${sentence}`)
  }
}

/**
 * Makes room for a unix socket: a stale one is removed. Only a socket is: a path that names another file is a slip. Of
 * these, listening would say EACCES and EADDRINUSE, which send people looking for permissions and ports.
 * @throws {SocketPathProblem} there can be no socket
 */
export async function clearSocketPath(path: string): Promise<void> {
  const directory = await stat(dirname(path)).catch((error: NodeJS.ErrnoException) => error)
  if (directory instanceof Error && directory.code === 'ENOENT')
    throw new SocketPathProblem(path, 'its directory does not exist, make it')
  const file = await lstat(path).catch(() => null)
  if (file === null) return
  if (!file.isSocket()) throw new SocketPathProblem(path, 'is no socket, remove it or name another path')
  await unlink(path)
}
