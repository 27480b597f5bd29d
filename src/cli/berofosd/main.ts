import { endProcessSoon } from '../../system/end-process.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { endAtHangUp } from '../../system/first-signals.ts'
import { surviveFailedWrites } from '../../system/standard-streams.ts'
import type { Program } from '../command.ts'
import { type Output, openOutput } from '../output.ts'
import { type ParsedLine, parseLine } from '../parse.ts'
import { berofosd } from './program.ts'

/** These outlive a SIGHUP: the daemon reads its configuration again, the demo clears up first. */
const outliving = ['run', 'demo']

/** Runs one command line. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  if (isTypedBare(args, process)) {
    endAtHangUp()
    // Loaded late: the daemon has no use for it.
    const { welcomeOf } = await import('./welcome.ts')
    return runProgram(welcomeOf(berofosd), [])
  }
  const parsed = parseLine(berofosd, args)
  if (parsed.kind !== 'run' || !outliving.includes(parsed.command.name)) endAtHangUp()
  return runProgram(berofosd, args)
}

/**
 * Runs one command line; resolves with the status to end with. Never rejects. After an internal error the process ends
 * even if the command has left something open.
 */
export async function runProgram(program: Program, args: readonly string[]): Promise<ExitCode> {
  surviveFailedWrites()
  const output = openOutput(process, process.env)
  return output.ended(program.name, await runLine(program, args, output))
}

/** Where a command line was typed, as far as it tells a person from a service manager. */
interface Surroundings {
  readonly stdin: { readonly isTTY?: boolean }
  readonly stdout: { readonly isTTY?: boolean }
  readonly env: NodeJS.ProcessEnv
}

/**
 * Whether somebody typed the bare name of the program to see what it is. systemd sets INVOCATION_ID, systemd.exec(5): what
 * it starts is the daemon, even with a terminal.
 */
export function isTypedBare(args: readonly string[], { stdin, stdout, env }: Surroundings): boolean {
  return args.length === 0 && stdin.isTTY === true && stdout.isTTY === true && !env.INVOCATION_ID
}

async function runLine(program: Program, args: readonly string[], output: Output): Promise<ExitCode> {
  const parsed = parseLine(program, args)
  try {
    if (parsed.kind === 'run') return await parsed.command.run({ ...parsed, output })
    return await explain(program, parsed, output)
  } catch (error) {
    output.complain(`${program.name}: internal error: ${error instanceof Error ? error.message : error}`)
    endProcessSoon(exitCodes.failed)
    return exitCodes.failed
  }
}

async function explain(
  program: Program,
  parsed: Exclude<ParsedLine, { kind: 'run' }>,
  { print, complain }: Output,
): Promise<ExitCode> {
  if (parsed.kind === 'wrong') {
    complain(`${program.name}: ${parsed.sentence}`)
    return exitCodes.usage
  }
  if (parsed.kind === 'version') print(`${program.name} ${program.version}`)
  else {
    const { commandHelp, programHelp } = await import('../usage.ts')
    const lines = parsed.command ? commandHelp(program, parsed.command) : programHelp(program)
    print(lines.join('\n'))
  }
  return exitCodes.done
}
