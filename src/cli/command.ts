import type { ExitCode } from '../system/exit-codes.ts'
import type { Option, Options, Values } from './option.ts'
import type { Output } from './output.ts'

/** One command of a program. Parsing, help and the tests read the same rows. */
export interface Command<O extends Options = Options> {
  /** `status`; with dashes (`--force`) the option of that name chooses it. */
  readonly name: string
  /** What follows the name, as it is typed: `[-n COUNT] [--json]`. */
  readonly synopsis: string
  /** One line without a full stop. */
  readonly help: string
  /** More, for the help of the command itself: a paragraph each. */
  readonly notes?: readonly string[]
  readonly options: O
  /** What words besides are called in messages; without it there may be none. */
  readonly words?: string
  run(call: Call<O>): Promise<ExitCode>
}

/** One call of a command, as typed. */
export interface Call<O extends Options = Options> {
  readonly values: Values<O>
  readonly words: readonly string[]
  readonly output: Output
}

/** A program with commands, the first of which is meant when none is named. */
export interface Program {
  readonly name: string
  readonly version: string
  /** One line without a full stop. */
  readonly about: string
  /** Options that every command has; they are in each command's row as well. */
  readonly common: Options
  readonly commands: readonly Command[]
}

/** A row with its option's types kept for `run`. */
export function command<O extends Options>(row: Command<O>): Command {
  return row as unknown as Command
}

/** The row of an option that chooses a command: `force` for `--force`; null: a word chooses it. */
export function choosingOption({ name, options }: Command): { name: string; option: Option } | null {
  const option = name.startsWith('--') ? options[name.slice(2)] : undefined
  return option ? { name: name.slice(2), option } : null
}

/** `force` for `--force`, which it stands for; null: the command has a word of its own. */
export function choosingWord(command: Command): string | null {
  return choosingOption(command)?.name ?? null
}

/** `berofosd status`, and plain `berofosd` for what an option chooses. */
export function called(program: Program, { name }: Command): string {
  return name.startsWith('--') ? program.name : `${program.name} ${name}`
}
