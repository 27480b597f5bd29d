import { endProcessSoon } from '../../system/end-process.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { surviveFailedWrites } from '../../system/standard-streams.ts'
import { openOutput } from '../output.ts'
import { version } from '../version.ts'
import { parseArguments, usage } from './arguments.ts'
import { openLines } from './lines.ts'
import { switchRelays } from './switch-relays.ts'

/**
 * XiVO's `xivo-berofos master|slave`: gives the lines to one server, once. Resolves with the status to end with: 0
 * done, or berofos is not configured; 1 a relay was not read back or left out, or a berofosd that runs refused; 2 the
 * command line is wrong; 78 a file is invalid. Never rejects.
 */
export async function xivoBerofos(args: readonly string[]): Promise<ExitCode> {
  surviveFailedWrites()
  const parsed = parseArguments(args, process.env)
  if (parsed.kind === 'wrong') {
    process.stderr.write(`${usage[0]}\nxivo-berofos: ${parsed.sentence}\n`)
    return exitCodes.usage
  }
  if (parsed.kind !== 'run') {
    const output = openOutput(process, process.env)
    output.print(parsed.kind === 'help' ? usage.join('\n') : `xivo-berofos ${version}`)
    return output.ended('xivo-berofos', exitCodes.done)
  }
  const lines = await openLines(parsed)
  try {
    return await switchRelays(parsed, lines)
  } catch (error) {
    lines.say('error', `internal error: ${error instanceof Error ? error.message : error}`)
    endProcessSoon(exitCodes.failed)
    return exitCodes.failed
  } finally {
    await lines.close()
  }
}
