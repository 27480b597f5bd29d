import { type Command, called, type Program } from './command.ts'
import type { Option } from './option.ts'

/** One option as it was typed. */
export interface Typed {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
}

/** The values of a command's options, defaults filled in; a text: what is wrong with what was typed. */
export function readOptions(
  program: Program,
  command: Command,
  typed: readonly Typed[],
): Record<string, unknown> | string {
  const { options } = command
  const values = Object.fromEntries(Object.entries(options).map(([name, { fallback }]) => [name, fallback]))
  const seen = new Map<string, string>()
  for (const { name, rawName, value = '' } of typed) {
    const option = options[name]
    if (!option) return `${rawName} is no option of '${called(program, command)}': see --help`
    const first = seen.get(name)
    if (first !== undefined && first !== value)
      return `${rawName} is given twice${option.secret ? '' : `: ${first} and ${value}`}`
    seen.set(name, value)
    const read = readOption(option, value)
    if (read === null) return complaint(option, rawName, value)
    values[name] = read
  }
  return values
}

function readOption(option: Option, value: string): unknown {
  if (option.placeholder === null) return value === '' ? true : null
  return option.read(value)
}

function complaint({ placeholder, form, secret }: Option, rawName: string, value: string): string {
  if (placeholder === null) return `${rawName} takes no value`
  if (value === '') return `${rawName} needs a value: ${form}`
  return `${rawName} takes ${form}${secret ? '' : `, not "${value}"`}`
}
