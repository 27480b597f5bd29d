import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { keepHeapSmall } from '../system/small-heap.ts'
import { describe } from './assembly.ts'
import { type Daemon, type DaemonOptions, startDaemon } from './daemon.ts'
import { systemDoors } from './doors.ts'

/** The daemon as a process: runs until SIGTERM or SIGINT; SIGHUP reloads. */
export async function runDaemon(options: DaemonOptions): Promise<ExitCode> {
  keepHeapSmall()
  // Until a reload can be carried out it must not end the daemon either.
  let early = false
  process.on('SIGHUP', () => {
    early = true
  })
  const daemon = await startDaemon(options, systemDoors)
  if (typeof daemon === 'number') return daemon
  process.on('SIGHUP', daemon.reload)
  if (early) daemon.reload()
  const code = await untilStopped(daemon)
  await daemon.stop()
  return code
}

/** Resolves at SIGTERM or SIGINT, or at a bug that nobody caught. */
function untilStopped({ assembly: { log } }: Daemon): Promise<ExitCode> {
  process.on('unhandledRejection', error => log.write('error', `internal error: ${describe(error)}`))
  return new Promise(resolve => {
    process.once('SIGTERM', () => resolve(exitCodes.done))
    process.once('SIGINT', () => resolve(exitCodes.done))
    // The service manager starts it again, and a start switches nothing.
    process.on('uncaughtException', error => {
      log.write('error', `internal error: ${describe(error)}; stopping`)
      resolve(exitCodes.failed)
    })
  })
}
