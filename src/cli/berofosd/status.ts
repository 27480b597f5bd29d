import type { Status } from '../../daemon/status.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { askDaemon, unansweredStatusCode, unansweredText } from './ask-daemon.ts'
import { findingsOf } from './findings.ts'
import type { statusOptions } from './options.ts'
import { panel } from './status-panel.ts'

/** 0 normal, 1 anything else, 3 no daemon. */
export async function status(call: Call<typeof statusOptions>): Promise<ExitCode> {
  const { values, output } = call
  const result = await askDaemon(values.config, { command: 'status' }, output)
  if (result.outcome !== 'answered') {
    output.complain(unansweredText(result))
    return unansweredStatusCode(result)
  }
  if (values.watch) return (await import('./watch.ts')).watch(call)
  const present = result.reply.status as Status
  for (const line of values.json ? [JSON.stringify(present)] : panel(present, output)) output.print(line)
  return findingsOf(present).length === 0 ? exitCodes.done : exitCodes.failed
}
