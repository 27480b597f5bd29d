import { flag } from '../option.ts'
import { checkOptions } from './options.ts'

export const doctorOptions = {
  ...checkOptions,
  fix: flag({ help: 'Mend wdog, wdogdef, modedef and scenario, and read them back' }),
}
