import { parseStatus } from '../../status/parse.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { type Call, choosingOption, choosingWord, command, type Program } from '../command.ts'
import { hang, marked, wrap } from '../table.ts'
import { askDaemon, unansweredText } from './ask-daemon.ts'
import { commonOptions } from './options.ts'
import { headAndFindings } from './status-panel.ts'

/** The program whose only command says what `program` is, whether a daemon runs here, and what can be typed. */
export function welcomeOf(program: Program): Program {
  const run = ({ values, output }: Call<typeof commonOptions>) => welcome(program, values.config, output)
  const row = command({ name: 'welcome', synopsis: '', help: '', options: commonOptions, run })
  return { ...program, commands: [row] }
}

async function welcome(program: Program, configFile: string, output: Call['output']): Promise<ExitCode> {
  const lines = [
    ...wrap(`${program.name} ${program.version} ${program.about}.`, output.width),
    '',
    ...(await daemonLines(configFile, output)),
    '',
    ...mainCommands.flatMap(name => commandLines(program, name, output)),
    ...usageLine(program, '--help', 'Every command; man berofosd tells more', output),
  ]
  for (const line of lines) output.print(line)
  return exitCodes.done
}

async function daemonLines(configFile: string, output: Call['output']): Promise<string[]> {
  const asked = await askDaemon(configFile, { command: 'status' }, output)
  if (asked.outcome !== 'answered')
    return marked('odd', unansweredText(asked).replace(/^berofosd: /, ''), output)
  const status = parseStatus(asked.reply.status)
  if (status === null) return marked('odd', 'the daemon here is of another version', output)
  return headAndFindings(status, output)
}

/** What is needed at night, what shows what it is, and the daemon itself. */
const mainCommands = ['status', 'force', 'history', 'check', 'doctor', 'demo', 'run'] as const

function commandLines(program: Program, word: string, output: Call['output']): string[] {
  const row = program.commands.find(row => (choosingWord(row) ?? row.name) === word)
  const placeholder = row && choosingOption(row)?.option.placeholder
  return usageLine(program, placeholder ? `${word} ${placeholder}` : word, row?.help ?? '', output)
}

const usageColumn = 20

function usageLine({ name }: Program, words: string, help: string, { width }: Call['output']): string[] {
  return hang(`  ${`${name} ${words}`.padEnd(usageColumn)} `, help, width)
}
