import { type FileHandle, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readBnfos } from '../../config/bnfos-file.ts'
import { problemTexts } from '../../config/problem.ts'
import { readBounded } from '../../config/read-bounded.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import { fileErrorText } from '../../system/file-errors.ts'
import { syncDirectory } from '../../system/whole-file.ts'
import { type Found, type Move, mergeDevices } from './conf-merge.ts'

interface Updated {
  readonly ok: boolean
  /** What was done, or why it was not. */
  readonly lines: readonly string[]
}

/**
 * Brings bnfos.conf up to date, whole or not at all, and keeps what it was in FILE.bak. `mayMove` is asked before a
 * device of the file gets another address. Never rejects.
 */
export async function updateFile(
  file: string,
  found: readonly Found[],
  mayMove: (move: Move) => Promise<boolean> = async () => true,
): Promise<Updated> {
  // A link stays one: what it leads to is replaced.
  const path = await realpath(file).catch(() => file)
  const reading = await readBounded(path)
  if (reading.kind === 'unreadable') return { ok: false, lines: [`bnfos: ${file}: ${reading.what}`] }
  const before = reading.kind === 'content' ? Buffer.from(reading.content) : null
  const broken = before ? readBnfos(before).problems : []
  // A device whose lines can't be understood would be added once more.
  const add = broken.length === 0
  const keep = new Set<string>()
  for (const move of mergeDevices(before ?? Buffer.alloc(0), found, { add }).moves)
    if (!(await mayMove(move))) keep.add(move.mac)
  const { content, changes, left } = mergeDevices(before ?? Buffer.alloc(0), found, { add, keep })
  const same = before?.equals(content) ?? false
  const failure = (before && (await backUp(path, before, same))) ?? (await replaceFile(path, content))
  if (failure !== null) return { ok: false, lines: [`bnfos: ${failure}`] }
  const { problems, devices } = readBnfos(content)
  const what = same ? `${file} is ${add ? 'up to date' : 'as it was'}` : `${file} is written`
  const missing = left.map(({ mac, address }) => `bnfos: ${mac} at ${address} is not added: ${correctFirst}`)
  const shared = sharedHosts(devices)
  const hints = [...shared, ...problemTexts(file, problems), ...missing]
  return { ok: problems.length + shared.length === 0, lines: [...changes, what, ...hints] }
}

const correctFirst = 'it may be that of a section with a mistake, correct that first'

/** When nothing changes, the older backup is worth more than the same once again. */
async function backUp(path: string, before: Buffer, same: boolean): Promise<string | null> {
  const backup = `${path}.bak`
  if (same && (await readBounded(backup)).kind === 'content') return null
  return replaceFile(backup, before, { like: path })
}

/** A berofos that replaces another at the same address leaves two sections, and both would be driven. */
function sharedHosts(devices: readonly DeviceSettings[]): string[] {
  return devices.flatMap(({ name, host }, index) => {
    const first = devices.slice(0, index).find(each => host !== null && each.host === host)
    return first
      ? [
          `bnfos: ${first.name} and ${name} have the same host, which berofosd refuses: remove the one that is gone`,
        ]
      : []
  })
}

/** Logins are in it: root writes, the daemon's group reads, nobody else does. */
const newMode = 0o640
/** systemd/berofosd.sysusers */
const daemonGroup = 'berofosd'

interface Model {
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
    return `${path} can't be written: ${fileErrorText(code, cures) ?? code}`
  }
}

const cures = { EACCES: 'run it as root', EPERM: 'run it as root', ENOENT: 'create its directory' }

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
