import { runDaemon } from '../../daemon/run-daemon.ts'
import { loadProbes } from '../../probes/index.ts'
import { endProcessSoon } from '../../system/end-process.ts'
import type { ExitCode } from '../../system/exit-codes.ts'
import { libc } from '../../system/libc.ts'
import type { Call } from '../command.ts'
import { version } from '../version.ts'
import { page } from '../web/pages.ts'
import { type commonOptions, filesOf } from './options.ts'

export async function run({ values, output }: Call<typeof commonOptions>): Promise<ExitCode> {
  await loadProbes()
  // For the same reason as the probes: an upgrade takes the file away.
  libc()
  const exitCode = await runDaemon({ ...filesOf(values), version, page, complain: output.complain })
  // What hangs on may not hold up the service manager.
  endProcessSoon(exitCode)
  return exitCode
}
