import type { ExitCode } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { giveOrder } from './ask-daemon.ts'
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
