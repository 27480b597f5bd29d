import { randomUUID } from 'node:crypto'
import { chown, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { durationText } from '../core/duration.ts'
import type { Role } from '../core/role.ts'
import type { Settings } from '../core/settings.ts'
import { initialState } from '../core/state.ts'
import { type StoredState, toStored } from '../core/stored-state.ts'
import { within } from '../system/within.ts'
import { type Doors, systemDoors } from './doors.ts'
import { stateFile } from './memory.ts'
import { lockState } from './only-one.ts'
import { newest, parseRemembered, rememberedText } from './remembered.ts'
import { copyPathOf } from './state-places.ts'

/** What is carried out without a daemon, and has to outlive the start of one. */
export interface OrderToStore {
  readonly role: Role
  /** Pinned as `--force` does; null: only the role is kept, as `xivo-berofos` does. */
  readonly pin: {
    readonly forMs: number | null
    readonly reason: string
    readonly by?: string | null
  } | null
}

/** `problem`: why it is not stored, a clause; null: it is. `release` gives the state directory back. */
export interface OrderStored {
  /** A daemon has the state directory: nothing may be done behind its back. */
  readonly taken: boolean
  readonly problem: string | null
  release(): Promise<void>
}

/** The lines wait no longer for a disk that hangs. */
const longestWriteMs = 2000
const largestFile = 4 * 1024 * 1024
type Places = Pick<Settings, 'stateDirectory' | 'controlSocket'>
type World = Pick<Doors, 'clock' | 'boot' | 'disk' | 'copy' | 'lock'>

/**
 * Stores an order as a daemon would, under the same lock, so that the next start does not undo it. No daemon can start
 * until `release`. Never rejects.
 */
export async function storeOrder(
  places: Places,
  order: OrderToStore,
  world: World = systemDoors,
): Promise<OrderStored> {
  const lock = await lockState(places.stateDirectory, world)
  const release = async () => {
    if (lock.is === 'held') await lock.release()
  }
  if (lock.is === 'taken')
    return { taken: true, problem: `a berofosd uses ${places.stateDirectory}`, release }
  const hangs = `no answer in ${durationText(longestWriteMs)}: the disk hangs, check it`
  const problem = await within(world.clock, longestWriteMs, write(places, order, world), hangs)
  return { taken: false, problem, release }
}

async function write(places: Places, order: OrderToStore, world: World): Promise<string | null> {
  const { disk, copy, clock, boot } = world
  const path = join(places.stateDirectory, stateFile)
  const copyPath = copyPathOf(places)
  const read = await disk.read(path, largestFile)
  if (!read.ok && read.code !== 'ENOENT') return read.reason
  const copied = copy.read(copyPath)
  const found = newest(
    read.ok ? parseRemembered(read.text) : null,
    copied === null ? null : parseRemembered(copied),
  )
  const now = { mono: clock.mono(), wall: clock.wall() }
  const policy = ordered(found?.policy ?? null, order, now)
  const { relays = {}, secondary = null } = found ?? {}
  const mark = { lineage: found?.mark.lineage ?? randomUUID(), serial: (found?.mark.serial ?? 0) + 1 }
  const text = rememberedText(
    { policy, relays, boot: order.pin || !found ? boot : found.boot, secondary },
    mark,
  )
  copy.write(copyPath, text)
  const written = await disk.write(path, text)
  if (!written.ok) return written.reason
  return (await giveToOwner(path, places.stateDirectory)) ?? overruled(policy, order.role, now.wall)
}

/** A pin outranks the role that is stored beside it. */
function overruled({ override }: StoredState, role: Role, wall: number): string | null {
  if (override === null || override.role === role) return null
  if (override.until !== null && override.until <= wall) return null
  return `the lines are pinned to the ${override.role}`
}

/** What the next start finds: the role, and the override if it is pinned; a move that was under way is superseded. */
function ordered(
  before: StoredState | null,
  { role, pin }: OrderToStore,
  now: { mono: number; wall: number },
): StoredState {
  const stored = before ?? toStored({ ...initialState, adopting: false }, now)
  const until = pin?.forMs == null ? null : now.wall + pin.forMs
  return {
    ...stored,
    role,
    adopting: false,
    roleSince: stored.role === role && !stored.adopting ? stored.roleSince : now.wall,
    override: pin
      ? { role, until, reason: pin.reason, ...(pin.by && { by: pin.by }), at: now.wall }
      : stored.override,
    // As with a daemon: forcing a role ends a pause.
    pause: pin ? null : stored.pause,
    move: null,
    savedAt: pin ? now : (stored.savedAt ?? now),
  }
}

/** root stores it for the daemon's user, who has to read it. */
async function giveToOwner(path: string, directory: string): Promise<string | null> {
  if (process.getuid?.() !== 0) return null
  try {
    const { uid, gid } = await stat(directory)
    if (uid !== 0) await chown(path, uid, gid)
    return null
  } catch (error) {
    return `${path}: ${(error as NodeJS.ErrnoException).code}`
  }
}
