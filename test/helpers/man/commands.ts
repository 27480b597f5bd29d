import { berofosd } from '../../../src/cli/berofosd/program.ts'
import { type Command, choosingOption } from '../../../src/cli/command.ts'
import type { Option, Options } from '../../../src/cli/option.ts'
import { bold, plain, tagged, typed } from './roff.ts'

/** Every command of berofosd with its own options, for berofosd(8). */
export function commandLines(): string[] {
  return berofosd.commands.flatMap(row => [
    ...tagged(synopsis(row), [`${plain(row.help)}.`]),
    ...(row.notes ?? []).flatMap(note => ['.IP', plain(note)]),
    ...ownOptions(row),
  ])
}

/** The options that all commands have. */
export function commonOptionLines(): string[] {
  return optionLines(berofosd.common)
}

/** A term and a line for each option. */
function optionLines(options: Options): string[] {
  return Object.entries(options).flatMap(([name, option]) =>
    tagged(optionTerm(name, option), [`${plain(option.help)}${fallbackText(option)}.`]),
  )
}

function ownOptions(row: Command): string[] {
  const chosenBy = choosingOption(row)?.name
  const own = Object.entries(row.options).filter(
    ([name]) => !Object.hasOwn(berofosd.common, name) && name !== chosenBy,
  )
  return own.length === 0 ? [] : ['.RS', ...optionLines(Object.fromEntries(own)), '.RE']
}

function synopsis(row: Command): string {
  const name = row === berofosd.commands[0] ? `[${bold(row.name)}]` : bold(row.name)
  return `${name} ${typed(row.synopsis)}`.trimEnd()
}

function optionTerm(name: string, { short, placeholder }: Option): string {
  const letters = short === undefined ? '' : `${bold(`-${short}`)}, `
  return `${letters}${bold(`--${name}`)}${placeholder === null ? '' : ` \\fI${typed(placeholder)}\\fR`}`
}

function fallbackText({ fallback, show = String }: Option): string {
  if (typeof fallback === 'number') return ` (${show(fallback)})`
  return typeof fallback === 'string' && fallback !== '' ? ` (${typed(fallback)})` : ''
}
