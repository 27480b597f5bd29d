import { parseArgs } from 'node:util'
import { nearestName } from '../config/nearest-name.ts'
import { type Command, called, choosingOption, choosingWord, type Program } from './command.ts'
import { flag, type Option, type Options } from './option.ts'

/** What a command line asks for. `wrong`: one sentence that says what is wrong with it, and the cure. */
export type ParsedLine =
  | {
      readonly kind: 'run'
      readonly command: Command
      readonly values: Readonly<Record<string, unknown>>
      readonly words: readonly string[]
    }
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly sentence: string }

/** Understands `[COMMAND] [OPTION…] [WORD…]`, in any order. */
export function parseLine(program: Program, args: readonly string[]): ParsedLine {
  const options = optionsOf(program)
  const given = asOption(program, tokensOf(args, options))
  const words = given.flatMap(token => (token.kind === 'positional' ? token.value : []))
  const typed = given.filter(token => token.kind === 'option')
  if (words[0] === 'help') return helpOn(program, words[1])
  if (typed.some(asksForHelp))
    return { kind: 'help', command: named(program, words[0]) ?? chosenByOption(program, typed) }
  if (typed.some(({ name }) => name === 'version')) return { kind: 'version' }
  const unknown = typed.find(({ name }) => !Object.hasOwn(options, name))
  if (unknown) return wrong(unknownOption(unknown.rawName, options, program))
  const chosen = choose(program, words, typed)
  if (typeof chosen === 'string') return wrong(chosen)
  const { command, rest } = chosen
  const read = readOptions(program, command, typed)
  if (typeof read === 'string') return wrong(read)
  if (rest[0] !== undefined && command.words === undefined)
    return wrong(`"${rest[0]}" is not expected: see '${called(program, command)} --help'`)
  return { kind: 'run', command, values: read, words: rest }
}

/** Those that every program has. */
export const alwaysThere: Options = {
  help: flag({ short: 'h', help: 'Show help and end' }),
  version: flag({ short: 'V', help: 'Show the version and end' }),
}

function optionsOf({ common, commands }: Program): Options {
  return Object.assign({}, alwaysThere, common, ...commands.map(({ options }) => options))
}

function tokensOf(args: readonly string[], options: Options): readonly Token[] {
  const config = Object.entries(options).map(([name, { placeholder, short }]) => [
    name,
    { type: placeholder === null ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
  ])
  // Not strict: its own messages are several sentences, and know of no other command's options.
  const settings = {
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(config),
  }
  const { tokens } = parseArgs({ args: [...args], ...settings }) as { readonly tokens?: readonly Token[] }
  return tokens ?? []
}

type Token =
  | ({ readonly kind: 'option' } & Typed)
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' }

/** `force slave` is `--force slave`: the word of a command that an option chooses, and the value after it. */
function asOption(program: Program, tokens: readonly Token[]): readonly Token[] {
  const [word, value] = tokens.filter(token => token.kind === 'positional')
  const command = program.commands.find(row => choosingWord(row) === word?.value)
  const option = command && choosingOption(command)
  if (!option) return tokens
  const typed = { kind: 'option', name: option.name, rawName: option.name, value: value?.value } as const
  return [typed, ...tokens.filter(token => token !== word && token !== value)]
}

function wrong(sentence: string): ParsedLine {
  return { kind: 'wrong', sentence }
}

function named({ commands }: Program, word: string | undefined): Command | null {
  return commands.find(({ name }) => name === word) ?? null
}

/** `--force --help` too, where the parser takes it for the role. */
function asksForHelp({ name, value, inlineValue }: Typed & { readonly inlineValue?: boolean }): boolean {
  return name === 'help' || (value === '--help' && !inlineValue)
}

function chosenByOption({ commands }: Program, typed: readonly Typed[]): Command | null {
  return commands.find(row => typed.some(({ name }) => name === choosingOption(row)?.name)) ?? null
}

function unknownOption(rawName: string, options: Options, program: Program): string {
  const near = rawName.startsWith('--') ? nearestName(rawName.slice(2), Object.keys(options)) : null
  const cure = near === null ? `: see '${program.name} --help'` : `, did you mean --${near}?`
  return `unknown option ${rawName}${cure}`
}

/** By its word, else by its option, else the first. A text: what is wrong. */
function choose(
  program: Program,
  words: readonly string[],
  typed: readonly Typed[],
): { command: Command; rest: readonly string[] } | string {
  const [word, ...rest] = words
  const command = named(program, word)
  if (command) return { command, rest }
  const byOption = chosenByOption(program, typed)
  const [first] = program.commands
  if (byOption || word === undefined || !first)
    return { command: byOption ?? (first as Command), rest: words }
  return unknownCommand(program, word)
}

function helpOn(program: Program, word: string | undefined): ParsedLine {
  // `force` is `--force`.
  const command = named(program, word) ?? named(program, `--${word}`)
  return word === undefined || word === 'help' || command
    ? { kind: 'help', command }
    : wrong(unknownCommand(program, word))
}

function unknownCommand(program: Program, word: string): string {
  const near = nearestName(
    word,
    program.commands.map(({ name }) => name),
  )
  const cure = near === null ? `: see '${program.name} --help'` : `, did you mean ${near}?`
  return `unknown command "${word}"${cure}`
}

/** One option as it was typed. */
interface Typed {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
}

/** The values of a command's options, defaults filled in; a text: what is wrong with what was typed. */
function readOptions(
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
