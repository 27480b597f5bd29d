import { type ParseArgsConfig, parseArgs } from 'node:util'

/**
 * What was typed behind `npm run TOOL --`. Ends the process after --help, which prints the usage, and with 2 after an
 * option that there is not.
 */
export function toolOptions<const O extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: O,
) {
  const helps = process.argv.slice(2).some(word => word === '--help' || word === '-h')
  if (helps) {
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  }
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (error) {
    // What Node adds is on how to pass such a word as no option.
    process.stderr.write(`${(error as Error).message.split(/(?<=')\. /)[0]}\n${usage}\n`)
    process.exit(2)
  }
}
