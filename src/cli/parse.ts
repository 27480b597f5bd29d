import { parseArgs } from 'node:util'
import { nearestName } from '../config/nearest-name.ts'
import { type Command, called, choosingOption, choosingWord, type Program } from './command.ts'
import type { Options } from './option.ts'
import { readOptions, type Typed } from './read-options.ts'

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
const alwaysThere: Options = {
  help: { placeholder: null, help: 'Show this', fallback: false, read: () => null, form: 'nothing' },
  version: {
    placeholder: null,
    help: 'Show the version',
    fallback: false,
    read: () => null,
    form: 'nothing',
  },
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
  const near = nearestName(
    word,
    program.commands.map(({ name }) => name),
  )
  const cure = near === null ? `: see '${program.name} --help'` : `, did you mean ${near}?`
  return `unknown command "${word}"${cure}`
}
