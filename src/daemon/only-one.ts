import { durationText } from '../core/duration.ts'
import type { Settings } from '../core/settings.ts'
import type { Locking } from '../system/directory-lock.ts'
import { within } from '../system/within.ts'
import type { Doors } from './doors.ts'

type Places = Pick<Settings, 'stateDirectory' | 'controlSocket'>

/** Takes the state directory for this process. `other`: why it may not go on, in a sentence; null: it is alone. */
export async function onlyOne(
  { stateDirectory, controlSocket }: Places,
  doors: Pick<Doors, 'lock' | 'isServed' | 'clock'>,
): Promise<{ readonly lock: Locking; readonly other: string | null }> {
  const lock = await lockState(stateDirectory, doors)
  if (lock.is === 'taken') return { lock, other: `another berofosd uses ${stateDirectory}: stop it first` }
  return { lock, other: await servedText(controlSocket, doors) }
}

/** A file system that hangs must not keep the daemon from starting. */
const longestLockMs = 2000

/** The lock on a state directory, or why there is none. Never rejects, and takes two seconds at most. */
export function lockState(
  directory: string,
  { lock, clock }: Pick<Doors, 'lock' | 'clock'>,
): Promise<Locking> {
  const hangs: Locking = { is: 'impossible', why: `no answer in ${durationText(longestLockMs)}` }
  return within(clock, longestLockMs, lock(directory), hangs)
}

/** Another daemon may serve the socket with another state directory, or where no lock is to be had. */
async function servedText(socket: string, { isServed }: Pick<Doors, 'isServed'>): Promise<string | null> {
  const served = await isServed(socket)
  if (served === 'denied')
    return `${socket}: permission denied: end the berofosd of another user there, or remove it`
  return served ? `another berofosd serves ${socket}: stop it first` : null
}
