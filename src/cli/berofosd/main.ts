import type { ExitCode } from '../../system/exit-codes.ts'
import { endAtHangUp } from '../../system/first-signals.ts'
import { parseLine } from '../parse.ts'
import { runProgram } from '../run-program.ts'
import { berofosd } from './program.ts'

/** Runs one command line. Only the daemon outlives a SIGHUP. */
export function main(args: readonly string[]): Promise<ExitCode> {
  const parsed = parseLine(berofosd, args)
  if (parsed.kind !== 'run' || parsed.command.name !== 'run') endAtHangUp()
  return runProgram(berofosd, args)
}
