import { flag } from '../option.ts'
import { checkOptions } from './options.ts'

export const doctorOptions = {
  ...checkOptions,
  verbose: flag({ short: 'v', help: 'Also what is as this site needs it' }),
  fix: flag({ help: 'Correct wdog, wdogdef, modedef and scenario, and read them back' }),
  yes: flag({ help: 'With --fix: do not ask first' }),
}
