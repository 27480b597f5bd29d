import { endProcessSoon } from '../system/end-process.ts'
import { type ExitCode, exitCodes } from '../system/exit-codes.ts'
import { surviveFailedWrites } from '../system/standard-streams.ts'
import type { Program } from './command.ts'
import { type Output, openOutput } from './output.ts'
import { type ParsedLine, parseLine } from './parse.ts'

/**
 * Runs one command line; resolves with the status to end with. Never rejects. After an internal error the process ends
 * even if the command has left something open.
 */
export async function runProgram(program: Program, args: readonly string[]): Promise<ExitCode> {
  surviveFailedWrites()
  const output = openOutput(process, process.env)
  return output.ended(program.name, await runLine(program, args, output))
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
    const { commandHelp, programHelp } = await import('./usage.ts')
    const lines = parsed.command ? commandHelp(program, parsed.command) : programHelp(program)
    print(lines.join('\n'))
  }
  return exitCodes.done
}
