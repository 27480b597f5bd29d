import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { version } from '../version.ts'
import { parseArguments, usage } from './arguments.ts'
import { openLines } from './lines.ts'
import { switchRelays } from './switch-relays.ts'

/**
 * XiVO's `xivo-berofos master|slave`: gives the lines to one server, once. Resolves with the status to end with: 0
 * done, or berofos is not configured; 1 a relay was not read back or left out, or a berofosd that runs refused; 2 the
 * command line is wrong; 78 a file is invalid. Never rejects.
 */
export async function xivoBerofos(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExitCode> {
  const parsed = parseArguments(args, env)
  if (parsed.kind === 'wrong') {
    process.stderr.write(`${usage[0]}\nxivo-berofos: ${parsed.sentence}\n`)
    return exitCodes.usage
  }
  if (parsed.kind !== 'run') {
    process.stdout.write(`${parsed.kind === 'help' ? usage.join('\n') : `xivo-berofos ${version}`}\n`)
    return exitCodes.done
  }
  const lines = await openLines(parsed)
  try {
    return await switchRelays(parsed, lines)
  } catch (error) {
    lines.say('error', `internal error: ${error instanceof Error ? error.message : error}`)
    return exitCodes.failed
  } finally {
    await lines.close()
  }
}
