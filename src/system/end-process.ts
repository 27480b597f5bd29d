import { systemClock } from './clock.ts'
import { libcIfLoaded } from './libc.ts'

/** Requests that a thread of libuv's pool carries out: a name server or a disk may keep one as long as it likes. */
const ofPool = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/

/**
 * Ends the process now. `process.exit` waits for the threads of the pool; while one is busy, `_exit` does not, with the
 * same status. Without koffi SIGTERM ends the process, which to the service manager is a clean end.
 */
function endProcess(exitCode: number): void {
  if (!process.getActiveResourcesInfo().some(resource => ofPool.test(resource))) process.exit(exitCode)
  libcIfLoaded()?.exitNow(exitCode)
  process.removeAllListeners('SIGTERM')
  process.kill(process.pid, 'SIGTERM')
}

const lastMs = 300

/**
 * Ends the process in a moment, unless it has ended by itself until then: for who has let go of everything but not
 * seen that all has ended, as after an internal error.
 */
export function endProcessSoon(exitCode: number): void {
  // Such a timer does not keep the process alive: it only fires when something else does.
  systemClock.after(lastMs, () => endProcess(exitCode))
}
