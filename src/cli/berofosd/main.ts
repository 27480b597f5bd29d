import type { ExitCode } from '../../system/exit-codes.ts'
import { endAtHangUp } from '../../system/first-signals.ts'
import { parseLine } from '../parse.ts'
import { runProgram } from '../run-program.ts'
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
