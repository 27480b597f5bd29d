import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { obeyHangUp } from '../system/first-signals.ts'
import { keepMemorySmall } from '../system/small-memory.ts'
import { describe } from './assembly.ts'
import { type Daemon, type DaemonOptions, startDaemon } from './daemon.ts'
import { FilesOnDisk, watchOtherPrograms } from './files-on-disk.ts'
import { systemPorts } from './ports.ts'

/** The daemon as a process: runs until SIGTERM or SIGINT; SIGHUP reloads. */
export async function runDaemon(options: DaemonOptions): Promise<ExitCode> {
  const told = new Promise<void>(resolve => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const stopped = new AbortController()
  void told.then(() => stopped.abort())
  const daemon = await startDaemon({ ...options, ...patienceOf(process.env, stopped.signal) }, systemPorts)
  if (typeof daemon === 'number') return stopped.signal.aborted ? exitCodes.done : daemon
  const { loop } = daemon.assembly
  const fitMemory = () => keepMemorySmall(loop.settings.devices?.length ?? 0)
  fitMemory()
  loop.onDecision(fitMemory)
  // One that came before all was up is obeyed now.
  obeyHangUp(daemon.reload)
  const filesOnDisk = new FilesOnDisk(daemon.assembly, systemPorts, options)
  filesOnDisk.start()
  watchOtherPrograms(daemon.assembly)
  const code = await Promise.race([told.then(() => exitCodes.done), untilBug(daemon)])
  filesOnDisk.stop()
  await daemon.stop()
  return code
}

/** A start by hand is to say at once that another daemon runs; NOTIFY_SOCKET is set by systemd alone. */
function patienceOf(env: NodeJS.ProcessEnv, signal: AbortSignal): Pick<DaemonOptions, 'patience'> {
  return env.NOTIFY_SOCKET ? { patience: { ms: patienceMs, signal } } : {}
}

/** Less than systemd waits for a start (90 s). */
const patienceMs = 60_000

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
