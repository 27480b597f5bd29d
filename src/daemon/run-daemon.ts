import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { obeyHangUp } from '../system/first-signals.ts'
import { keepHeapSmall } from '../system/small-heap.ts'
import { describe } from './assembly.ts'
import { type Daemon, type DaemonOptions, startDaemon } from './daemon.ts'
import { systemDoors } from './doors.ts'
import { FilesOnDisk, watchOtherPrograms } from './files-on-disk.ts'

/** The daemon as a process: runs until SIGTERM or SIGINT; SIGHUP reloads. */
export async function runDaemon(options: DaemonOptions): Promise<ExitCode> {
  keepHeapSmall()
  const told = new Promise<void>(resolve => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const daemon = await startDaemon(options, systemDoors)
  if (typeof daemon === 'number') return daemon
  // One that came before all was up is obeyed now.
  obeyHangUp(daemon.reload)
  const filesOnDisk = new FilesOnDisk(daemon.assembly, systemDoors, options)
  filesOnDisk.start()
  watchOtherPrograms(daemon.assembly)
  const code = await Promise.race([told.then(() => exitCodes.done), untilBug(daemon)])
  filesOnDisk.stop()
  await daemon.stop()
  return code
}

/** Resolves at a bug that nobody caught: the service manager starts it again, and a start switches nothing. */
function untilBug({ assembly: { log } }: Daemon): Promise<ExitCode> {
  process.on('unhandledRejection', error => log.write('error', `internal error: ${describe(error)}`))
  return new Promise(resolve => {
    process.on('uncaughtException', error => {
      log.write('error', `internal error: ${describe(error)}; stopping`)
      resolve(exitCodes.failed)
    })
  })
}
