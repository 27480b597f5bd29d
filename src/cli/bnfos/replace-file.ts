import { constants } from 'node:fs'
import { type FileHandle, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Logins are in it: root writes, the daemon's group reads, nobody else does. */
const newMode = 0o640
/** systemd/berofosd.sysusers */
const daemonGroup = 'berofosd'

export interface Model {
  /** The file whose owner, group and mode the new one gets, when it is there; left out: the one that is replaced. */
  readonly like?: string
  /** group(5) */
  readonly groupFile?: string
}

/**
 * Replaces the file whole or not at all, also when the power goes. It keeps its owner, group and mode, which are the
 * administrator's; a new one is 0640, and root's is of the daemon's group where there is one, or else the daemon could
 * not read it. A text: why it could not be written.
 */
export async function replaceFile(
  path: string,
  content: Uint8Array,
  { like = path, groupFile = '/etc/group' }: Model = {},
): Promise<string | null> {
  const temporary = `${path}.tmp`
  try {
    const permissions = (await permissionsOf(like)) ?? (await newPermissions(groupFile))
    await unlink(temporary).catch(() => {})
    const file = await open(temporary, 'wx', 0o600)
    try {
      await fill(file, content, permissions)
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncDirectory(dirname(path))
    return null
  } catch (error) {
    await unlink(temporary).catch(() => {})
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return `${path} can't be written: ${cures[code] ?? code}`
  }
}

const cures: Readonly<Record<string, string>> = {
  EACCES: 'permission denied, run it as root',
  EPERM: 'permission denied, run it as root',
  EROFS: 'the file system is read-only, remount it writable',
  ENOENT: 'its directory does not exist, make it',
  ENOTDIR: 'a part of its path is no directory, correct it',
  ENOSPC: 'the disk is full, make room',
  EDQUOT: 'the disk quota is used up, make room',
}

interface Permissions {
  readonly mode: number
  /** null: as they come. */
  readonly uid: number | null
  readonly gid: number | null
}

async function fill(file: FileHandle, content: Uint8Array, { mode, uid, gid }: Permissions): Promise<void> {
  await file.writeFile(content)
  // Only root may give a file away; for anybody else it stays his own.
  if (process.getuid?.() === 0 && gid !== null) await file.chown(uid ?? 0, gid)
  await file.chmod(mode)
  await file.sync()
}

async function permissionsOf(path: string): Promise<Permissions | null> {
  const found = await stat(path).catch(() => null)
  return found && { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid }
}

async function newPermissions(groupFile: string): Promise<Permissions> {
  const groups = await readFile(groupFile, 'utf8').catch(() => '')
  const [, , gid] =
    groups
      .split('\n')
      .find(line => line.startsWith(`${daemonGroup}:`))
      ?.split(':') ?? []
  return { mode: newMode, uid: null, gid: gid !== undefined && /^\d+$/.test(gid) ? Number(gid) : null }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
