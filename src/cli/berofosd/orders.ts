import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { giveOrder, orderDaemon, reportOrder } from './ask-daemon.ts'
import type { commonOptions, orderOptions } from './options.ts'
import { whoAsks } from './who.ts'

export function pause({ values, output }: Call<typeof orderOptions>): Promise<ExitCode> {
  const request = { command: 'pause', forMs: values.for, reason: values.reason, by: whoAsks() } as const
  return giveOrder(values.config, request, output, 'nothing is decided or switched while none runs')
}

export function resume({ values, output }: Call<typeof commonOptions>): Promise<ExitCode> {
  const request = { command: 'resume', by: whoAsks() } as const
  return giveOrder(values.config, request, output, 'what is stored stays until one runs')
}

/** As SIGHUP, but waits for the answer. */
export async function reload({ values, output }: Call<typeof commonOptions>): Promise<ExitCode> {
  const result = await orderDaemon(values.config, { command: 'reload' }, output)
  if (result.outcome !== 'answered') return reportOrder(result, output)
  const { ok, changed, warnings, problems, error } = result.reply
  for (const line of [...textsIn(problems), ...textsIn(warnings)]) output.complain(line)
  if (!ok) {
    output.complain(`berofosd: ${String(error)}`)
    return exitCodes.failed
  }
  const changes = textsIn(changed)
  output.print(changes.length === 0 ? 'reloaded: nothing changed' : `reloaded: ${changes.join(', ')}`)
  return exitCodes.done
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
