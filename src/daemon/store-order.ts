import { randomUUID } from 'node:crypto'
import { chown, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { durationText } from '../core/duration.ts'
import type { Moment, Role } from '../core/role.ts'
import { initialState, type State } from '../core/state.ts'
import { type StoredState, toStored } from '../core/stored-state.ts'
import { within } from '../net/deadline.ts'
import { lockState } from './only-one.ts'
import { newest, type ParsedStateFile, parseStateFile, stateFileText } from './state-file.ts'
import { copyPathOf, largestStateFile, type StatePlaces } from './state-places.ts'
import { type StatePorts, systemStatePorts } from './state-ports.ts'
import { stateFileName } from './state-store.ts'

/** What is carried out without a daemon, and has to outlive the start of one. */
interface OrderToStore {
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
  /** Where devices that are given by name answered, as it is stored: by host. */
  readonly addresses: Readonly<Record<string, string>>
  release(): Promise<void>
}

/** The lines wait no longer for a disk that hangs. */
const longestWriteMs = 2000
type StorePorts = StatePorts & {
  /** Default: root gives the file to the daemon's user. */
  readonly giveToOwner?: typeof giveToOwner
}

/** What was stored → what is to be; null: that is left as it is. */
type Change = (before: StoredState | null, now: Moment) => StoredState | null

/**
 * Stores an order as a daemon would, under the same lock, so that the next start does not undo it. No daemon can start
 * until `release`. Never rejects.
 */
export function storeOrder(
  places: StatePlaces,
  order: OrderToStore,
  ports: StorePorts = systemStatePorts,
): Promise<OrderStored> {
  return store(places, (before, now) => ordered(before, order, now), ports)
}

/** The same with `--force auto`. `ended`: where the override that was stored had pinned the lines; null: there was none. */
export async function endStoredOverride(
  places: StatePlaces,
): Promise<OrderStored & { readonly ended: Role | null }> {
  let ended: Role | null = null
  const withoutOverride: Change = before => {
    ended = before?.override?.role ?? null
    return before?.override ? { ...before, override: null } : null
  }
  const stored = await store(places, withoutOverride, systemStatePorts)
  return { ...stored, ended }
}

async function store(places: StatePlaces, change: Change, ports: StorePorts): Promise<OrderStored> {
  const lock = await lockState(places.stateDirectory, ports)
  const release = async () => {
    if (lock.is === 'held') await lock.release()
  }
  if (lock.is === 'taken')
    return { taken: true, problem: `a berofosd uses ${places.stateDirectory}`, addresses: {}, release }
  let addresses = {}
  const known = (found: ParsedStateFile) => {
    addresses = found.addresses
  }
  const hangs = `no answer in ${durationText(longestWriteMs)}: the disk hangs, check it`
  const problem = await within(ports.clock, longestWriteMs, write(places, change, ports, known), hangs)
  return { taken: false, problem, addresses, release }
}

async function write(
  places: StatePlaces,
  change: Change,
  ports: StorePorts,
  known: (found: ParsedStateFile) => void,
): Promise<string | null> {
  const { disk, copy, clock, boot } = ports
  const path = join(places.stateDirectory, stateFileName)
  const { found, problem } = await find(places, ports)
  if (problem !== null) return problem
  if (found) known(found)
  const now = { mono: clock.mono(), wall: clock.wall() }
  const policy = change(found?.policy ?? null, now)
  if (policy === null) return null
  const { relays = {}, secondary = null, addresses = {} } = found ?? {}
  const saveId = { lineage: found?.saveId.lineage ?? randomUUID(), serial: (found?.saveId.serial ?? 0) + 1 }
  const text = stateFileText(
    { policy, relays, boot: found && policy.savedAt !== now ? found.boot : boot, secondary, addresses },
    saveId,
  )
  copy.write(copyPathOf(places), text)
  const written = await disk.write(path, text)
  if (!written.ok) return written.reason
  const give = ports.giveToOwner ?? giveToOwner
  return (await give(path, places.stateDirectory)) ?? overruled(policy, now.wall)
}

interface Finding {
  readonly found: ParsedStateFile | null
  /** Why it is not known whether there is any; null: it is. */
  readonly problem: string | null
}

async function find(
  places: StatePlaces,
  { disk, copy }: Pick<StorePorts, 'disk' | 'copy'>,
): Promise<Finding> {
  const read = await disk.read(join(places.stateDirectory, stateFileName), largestStateFile)
  if (!read.ok && read.code !== 'ENOENT') return { found: null, problem: read.reason }
  const copied = copy.read(copyPathOf(places))
  const found = newest(
    read.ok ? parseStateFile(read.text) : null,
    copied === null ? null : parseStateFile(copied),
  )
  return { found, problem: null }
}

export interface StoredFound extends Pick<OrderStored, 'problem' | 'addresses'> {
  readonly stored: StoredState | null
}

/** What the next start of a daemon would find; `stored` null: nothing. Never rejects, and waits for no disk that hangs. */
export async function findStored(places: StatePlaces): Promise<StoredFound> {
  const hanging = { found: null, problem: 'the disk hangs, check it' }
  const { found, problem } = await within(
    systemStatePorts.clock,
    longestWriteMs,
    find(places, systemStatePorts),
    hanging,
  )
  return { stored: found?.policy ?? null, addresses: found?.addresses ?? {}, problem }
}

/** A pin outranks the role that is stored beside it. */
function overruled({ override, role }: StoredState, wall: number): string | null {
  if (override === null || override.role === role) return null
  if (override.until !== null && override.until <= wall) return null
  return `the lines are pinned to the ${override.role}`
}

/** No check was ever up: one that asks the wrong port must not move the lines at the first start. */
const neverStarted: State = { ...initialState, roleUnknown: false, proven: [] }

/** What the next start finds: the role, and the override if it is pinned; a move that was under way is superseded. */
function ordered(before: StoredState | null, { role, pin }: OrderToStore, now: Moment): StoredState {
  const { adopted: _, ...stored } = before ?? toStored(neverStarted, now)
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
