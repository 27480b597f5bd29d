import { nearestName } from '../../config/nearest-name.ts'
import type { Option } from '../option.ts'
import { type Mode, modes, optionsOf } from './modes.ts'
import { type OptionName, type OptionValues, options, typedAs } from './options.ts'

/** What a command line asks for. `wrong`: one sentence with the cure; nothing of a login or a value is in it. */
export type ParsedLine =
  | { readonly kind: 'run'; readonly mode: Mode; readonly argument: string; readonly values: OptionValues }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly sentence: string }

/**
 * Understands a command line as getopt_long(3) does, of which scripts make use: `-xh HOST`, `-hHOST`, `--set=KEY=1`,
 * long names cut short.
 */
export function parseLine(args: readonly string[]): ParsedLine {
  const typed = tokensOf(args)
  if (typeof typed === 'string') return wrong(typed)
  if (typed.some(({ name }) => name === 'help')) return { kind: 'help' }
  if (typed.some(({ name }) => name === 'version')) return { kind: 'version' }
  const chosen = typed.filter(({ name }) => modeNamed(name))
  const mode = modeNamed(chosen[0]?.name)
  if (!mode) return wrong(`no mode is given: ${modes.map(({ name }) => `--${name}`).join(', ')}`)
  if (chosen.length > 1) return wrong(twoModes(chosen.map(({ name }) => name)))
  const values = valuesOf(mode, typed)
  if (typeof values === 'string') return wrong(values)
  return { kind: 'run', mode, argument: chosen[0]?.value ?? '', values }
}

/** One option, or mode, as it was typed. */
interface Typed {
  readonly name: string
  readonly value: string
}

/** All long names, and whether a value follows. */
const longNames = new Map<string, boolean>([
  ...modes.map(({ name, placeholder }) => [name, placeholder !== null] as const),
  ...['json', 'yes', 'help', 'version'].map(name => [name, false] as const),
])

const letters = new Map<string, OptionName>(
  (Object.keys(options) as OptionName[]).flatMap(name => {
    const { short }: Option = options[name]
    return short === undefined ? [] : [[short, name] as const]
  }),
)

function tokensOf(args: readonly string[]): readonly Typed[] | string {
  const typed: Typed[] = []
  const rest = [...args]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    // What follows it would not be an option, and bnfos takes nothing else.
    if (word === '--') return rest.length === 0 ? typed : unexpectedWord
    const found = word.startsWith('--') ? longOption(word, rest) : letterOptions(word, rest)
    if (typeof found === 'string') return found
    typed.push(...found)
  }
  return typed
}

/** Takes its value from `rest` when it needs one; a text: what is wrong. */
function longOption(word: string, rest: string[]): readonly Typed[] | string {
  const [, begun = '', , attached] = /^--([^=]*)(=([\s\S]*))?$/.exec(word) ?? []
  const name = completed(begun)
  if (name === null) return unknownName(begun)
  const valued = longNames.get(name)
  if (!valued && attached !== undefined) return `--${name} takes no value`
  const value = valued ? (attached ?? rest.shift()) : ''
  if (value === undefined) return `--${name} needs ${modeNamed(name)?.placeholder}: see bnfos --help`
  return [{ name, value }]
}

function letterOptions(word: string, rest: string[]): readonly Typed[] | string {
  if (!/^-./.test(word)) return unexpectedWord
  const typed: Typed[] = []
  for (let left = word.slice(1); left !== ''; left = left.slice(1)) {
    const letter = left.slice(0, 1)
    const name = letters.get(letter)
    if (name === undefined) return `unknown option -${/[!-~]/.test(letter) ? letter : '?'}: see bnfos --help`
    if (options[name].placeholder === null) {
      typed.push({ name, value: '' })
      continue
    }
    const value = left.length > 1 ? left.slice(1) : rest.shift()
    if (value === undefined || isForgotten(name, value)) return `-${letter} needs ${options[name].form}`
    return [...typed, { name, value }]
  }
  return typed
}

/** getopt_long takes the next option for the value; what is then wrong with that one helps nobody. */
function isForgotten(name: OptionName, value: string): boolean {
  return /^-[a-z]$/.test(value) && options[name].read(value) === null
}

const unexpectedWord = 'there is an unexpected argument: put a value with blanks between quotes'

function completed(begun: string): string | null {
  if (longNames.has(begun)) return begun
  const near = [...longNames.keys()].filter(name => begun !== '' && name.startsWith(begun))
  return near.length === 1 ? (near[0] ?? null) : null
}

function unknownName(typed: string): string {
  const near = nearestName(typed, [...longNames.keys()])
  const shown = /^[\w-]{1,20}$/.test(typed) ? `--${typed}` : 'that begins with --'
  return `unknown option ${shown}${near === null ? ': see bnfos --help' : `, did you mean --${near}?`}`
}

function twoModes(names: readonly string[]): string {
  const [first, second] = names
  const what = first === second ? `--${first} is given twice` : `--${first} and --${second} are given both`
  return `${what}: one mode at a time`
}

/** The last one of each counts, as ever. A text: what is wrong. */
function valuesOf(mode: Mode, typed: readonly Typed[]): OptionValues | string {
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).map(([name, { fallback }]) => [name, fallback]),
  )
  const given = new Set<OptionName>()
  for (const { name, value } of typed) {
    if (!isOption(name)) continue
    if (!optionsOf(mode).includes(name))
      return `${typedAs(name)} is no option of --${mode.name}: leave it out`
    const option: Option = options[name]
    const read = option.placeholder === null ? true : option.read(value)
    if (read === null) return `${typedAs(name)} needs ${option.form}${shownValue(name, value)}`
    values[name] = read
    given.add(name)
  }
  const complete = mode.needs.length === 0 || mode.needs.some(group => group.every(name => given.has(name)))
  return complete ? (values as OptionValues) : `--${mode.name} needs ${needsText(mode)}`
}

/** `-m MAC, or -f ID` */
export function needsText({ needs }: Mode): string {
  const texts = needs.map(group =>
    group.map(name => `${typedAs(name)} ${options[name].placeholder}`).join(' and '),
  )
  return texts.join(', or ')
}

function shownValue(name: OptionName, value: string): string {
  return name !== 'login' && /^[!-~]{1,40}$/.test(value) ? `, which "${value}" is not` : ''
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(options, name)
}

function modeNamed(name: string | undefined): Mode | undefined {
  return modes.find(mode => mode.name === name)
}

function wrong(sentence: string): ParsedLine {
  return { kind: 'wrong', sentence }
}
