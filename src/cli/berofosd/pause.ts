import type { ExitCode } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { giveOrder } from './ask-daemon.ts'
import type { commonOptions, orderOptions } from './options.ts'

export function pause({ values, output }: Call<typeof orderOptions>): Promise<ExitCode> {
  const request = { command: 'pause', forMs: values.for, reason: values.reason } as const
  return giveOrder(values.config, request, output)
}

export function resume({ values, output }: Call<typeof commonOptions>): Promise<ExitCode> {
  return giveOrder(values.config, { command: 'resume' }, output)
}
