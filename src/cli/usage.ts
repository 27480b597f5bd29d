import { type Command, called, choosingOption, type Program } from './command.ts'
import type { Option, Options } from './option.ts'
import { alwaysThere } from './parse.ts'
import { hang, wrap } from './table.ts'

const width = 80

/** `berofosd --help`: every command with its line. */
export function programHelp(program: Program): string[] {
  const rows = program.commands.map(row => [synopsisOf(program, row), row.help] as const)
  return [
    ...wrap(`${program.name}: ${program.about}`, width),
    '',
    ...rows.flatMap(([synopsis, help], i) => [
      ...hang(i === 0 ? 'Usage: ' : '       ', synopsis, width),
      ...hang('           ', help, width),
    ]),
    '',
    'Everywhere:',
    ...optionLines({ ...program.common, ...alwaysThere }),
    '',
    ...wrap(`More on each: ${program.name} help COMMAND`, width),
  ]
}

/** `berofosd status --help`. */
export function commandHelp(program: Program, command: Command): string[] {
  const own = Object.entries(command.options).filter(([name]) => !Object.hasOwn(program.common, name))
  return [
    ...hang('Usage: ', synopsisOf(program, command), width),
    '',
    ...wrap(`${command.help}.`, width),
    ...(command.notes ?? []).flatMap(note => ['', ...wrap(note, width)]),
    ...(own.length > 0 ? ['', 'Options:', ...optionLines(Object.fromEntries(own))] : []),
    '',
    'Everywhere:',
    ...optionLines({ ...program.common, ...alwaysThere }),
  ]
}

function synopsisOf(program: Program, command: Command): string {
  const name = choosingOption(command) ? `${program.name} ${command.name}` : called(program, command)
  const [first] = program.commands
  const shown = command === first ? `${program.name} [${command.name}]` : name
  return `${shown} ${command.synopsis}`.trimEnd()
}

const optionColumn = 26

function optionLines(options: Options): string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const shown = `  ${optionText(name, option)}`
    const help = option.help + fallbackText(option)
    if (shown.length < optionColumn) return hang(shown.padEnd(optionColumn), help, width)
    return [shown, ...hang(' '.repeat(optionColumn), help, width)]
  })
}

function optionText(name: string, { short, placeholder }: Option): string {
  const letters = short === undefined ? '' : `-${short}, `
  return `${letters}--${name}${placeholder === null ? '' : ` ${placeholder}`}`
}

function fallbackText({ fallback, show = String }: Option): string {
  if (typeof fallback === 'number') return ` (${show(fallback)})`
  return typeof fallback === 'string' && fallback !== '' ? ` (${fallback})` : ''
}
