import { durationText } from '../core/duration.ts'
import { within } from '../net/deadline.ts'
import type { Locking } from '../system/directory-lock.ts'
import type { Ports } from './ports.ts'
import type { StatePlaces } from './state-places.ts'

/** Takes the state directory for this process. `other`: why it may not go on, in a sentence; null: it is alone. */
export async function onlyOne(
  { stateDirectory, controlSocket }: StatePlaces,
  ports: Pick<Ports, 'lock' | 'isServed' | 'clock'>,
): Promise<{ readonly lock: Locking; readonly other: string | null }> {
  const lock = await lockState(stateDirectory, ports)
  if (lock.is === 'taken') return { lock, other: `another berofosd uses ${stateDirectory}: stop it first` }
  return { lock, other: await servedText(controlSocket, ports) }
}

/** How long a start that finds another daemon waits for its end. */
export interface Patience {
  readonly ms: number
  /** Ends the wait: the service is to stop. */
  readonly signal: AbortSignal
}

/** A daemon that goes takes about this long. */
const lookAgainMs = 1000

/**
 * Waits until no other daemon is found any more. The service manager starts this one anew at once whenever it ends:
 * without the wait it would say twice a second why.
 */
export async function outlast(
  places: StatePlaces,
  ports: Pick<Ports, 'lock' | 'isServed' | 'clock'>,
  { ms, signal }: Patience,
): Promise<void> {
  const untilMs = ports.clock.mono() + ms
  while (!signal.aborted && ports.clock.mono() < untilMs) {
    await ports.clock.sleep(lookAgainMs, signal)
    const { lock, other } = await onlyOne(places, ports)
    if (lock.is === 'held') await lock.release()
    if (other === null) return
  }
}

/** A file system that hangs must not keep the daemon from starting. */
const longestLockMs = 2000

/** The lock on a state directory, or why there is none. Never rejects, and takes two seconds at most. */
export function lockState(
  directory: string,
  { lock, clock }: Pick<Ports, 'lock' | 'clock'>,
): Promise<Locking> {
  const later = lock(directory)
  const hangs: Locking = { is: 'impossible', why: `no answer in ${durationText(longestLockMs)}`, later }
  return within(clock, longestLockMs, later, hangs)
}

/** Another daemon may serve the socket with another state directory, or where no lock is to be had. */
async function servedText(socket: string, { isServed }: Pick<Ports, 'isServed'>): Promise<string | null> {
  const served = await isServed(socket)
  if (served === 'denied')
    return `${socket}: permission denied: end the berofosd of another user there, or remove it`
  return served ? `another berofosd serves ${socket}: stop it first` : null
}
