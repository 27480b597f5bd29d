import type { Clock } from './clock.ts'
import { LineSender } from './line-sender.ts'
import { datagramsAvailable, openDatagram } from './unix-datagram.ts'

/** What the service manager is told (sd_notify(3)). Nothing here throws, waits or fails; unsupervised, all is silent. */
export interface Notify {
  /** Why the manager can't be told although it wants to be; null: it can, or does not want to. To be logged once. */
  readonly problem: string | null
  /** So long without `watchdog()` and the manager kills us; null: no watchdog. */
  readonly watchdogIntervalMs: number | null
  ready(): void
  /** One line for `systemctl status`. */
  status(text: string): void
  watchdog(): void
  /** A reload begins; `ready()` ends it. */
  reloading(): void
  stopping(): void
  /** Ends retries and closes the socket. */
  close(): void
}

/** `env`: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as set by the manager. */
export function openNotify(env: NodeJS.ProcessEnv, clock: Clock): Notify {
  const path = env.NOTIFY_SOCKET ?? ''
  const problem = problemWith(path)
  const datagram = openDatagram()
  const usable = path !== '' && problem === null
  const sender = new LineSender<string>({
    clock,
    capacity: messagesKept,
    send: message => datagram.send(path, Buffer.from(message)),
    announceLoss: () => null,
  })
  const tell = (message: string) => {
    if (usable) sender.offer(message)
  }
  return {
    problem,
    watchdogIntervalMs: usable ? watchdogInterval(env) : null,
    ready: () => tell('READY=1'),
    status: text => tell(`STATUS=${text.replaceAll(/\s+/g, ' ').slice(0, longestStatus)}`),
    // Not kept for later: a late one would vouch for a moment that has passed.
    watchdog: () => {
      if (usable && sender.pending === 0) datagram.send(path, Buffer.from('WATCHDOG=1'))
    },
    reloading: () => tell(`RELOADING=1\nMONOTONIC_USEC=${monotonicUsec()}`),
    stopping: () => tell('STOPPING=1'),
    close: () => {
      sender.close()
      datagram.close()
    },
  }
}

/** The manager reads a few messages a second at worst; older status lines are of no interest. */
const messagesKept = 16
const longestStatus = 500

function problemWith(path: string): string | null {
  if (path === '') return null
  if (!datagramsAvailable()) return 'koffi has no binary for this platform: use Type=simple'
  if (/^[/@]/.test(path)) return null
  return `NOTIFY_SOCKET is ${path}, neither a path nor supported: use Type=simple`
}

/** sd_watchdog_enabled(3): it counts only for the process that it names. */
function watchdogInterval(env: NodeJS.ProcessEnv): number | null {
  const usec = Number(env.WATCHDOG_USEC)
  const forUs = !env.WATCHDOG_PID || Number(env.WATCHDOG_PID) === process.pid
  return forUs && Number.isSafeInteger(usec) && usec > 0 ? usec / 1000 : null
}

/** CLOCK_MONOTONIC itself, as the manager compares it with its own; a Clock may start anywhere. */
function monotonicUsec(): bigint {
  return process.hrtime.bigint() / 1000n
}
