import type { Reading } from '../device.ts'
import { type Parameter, parameterShownAs } from '../parameters.ts'

type ParsedPage =
  | { readonly ok: true; readonly reading: Reading }
  | { readonly ok: false; readonly error: string }

const magicKey = 'bnfos_confmap_magic'
// The one version known: firmware 1.33 to 1.53.
const knownMagic = '0.1'

/** The one parameter that a reading is worthless without. */
const neededKeyword = 'mode'

/**
 * What a config.txt says. Only `mode` has to make sense: a page that shows it as something else, or as two different
 * things, is an error that names the key. Any other value that is not understood is left out, with a warning. Unknown
 * keys are passed over.
 * @param flaw why the page is not whole, in words; null: it is. Its last line may be cut off then and is not read.
 */
export function parseConfigPage(page: string, flaw: string | null = null): ParsedPage {
  const lines = linesOf(page, flaw !== null)
  const magic = lines.find(line => line.key === magicKey)
  if (!magic)
    return { ok: false, error: flaw ?? `no ${magicKey} line: not a berofos, or not its /config.txt` }

  const found = valuesOf(lines)
  const mode = found.get(neededKeyword)
  const modes = distinct(mode?.understood ?? [])
  if (modes.length > 1) return { ok: false, error: contradiction(neededKeyword, modes) }
  if (modes.length === 0 && mode?.problem) return { ok: false, error: mode.problem }
  if (modes.length === 0 && flaw !== null) return { ok: false, error: flaw }

  const values: Record<string, string> = {}
  const warnings = flaw === null ? [] : [flaw]
  if (magic.shown !== knownMagic)
    warnings.push(`${magicKey} is ${quoted(magic.shown)}, known is ${knownMagic}`)
  for (const [keyword, { understood, problem }] of found) {
    const value = understood.at(-1)
    if (value !== undefined) values[keyword] = value
    if (problem !== null) warnings.push(problem)
    const different = distinct(understood)
    if (different.length > 1) warnings.push(contradiction(keyword, different))
  }
  return { ok: true, reading: { values, warning: warnings.length > 0 ? warnings.join('; ') : null } }
}

interface Line {
  readonly key: string
  readonly shown: string
  /** The page ends within it: its value may be cut off. */
  readonly open: boolean
}

function linesOf(page: string, cutOff: boolean): Line[] {
  const rows = page.replace(/^\ufeff/, '').split(/\r?\n|\r/)
  if (cutOff) rows.pop()
  const lines: Line[] = []
  for (const [index, row] of rows.entries()) {
    const equals = row.indexOf('=')
    if (equals < 0) continue
    const key = row.slice(0, equals).trim()
    lines.push({ key, shown: row.slice(equals + 1).trim(), open: !cutOff && index === rows.length - 1 })
  }
  return lines
}

/** What all lines of one key say: a page may have it any number of times. */
interface Found {
  /** Oldest first. */
  readonly understood: string[]
  /** What is wrong with one of the others; null: nothing. */
  problem: string | null
}

/** By keyword, in the order of the page. */
function valuesOf(lines: readonly Line[]): Map<string, Found> {
  const found = new Map<string, Found>()
  for (const line of lines) {
    const parameter = parameterShownAs(line.key)
    if (!parameter || saysNothing(line, parameter)) continue
    const value = parameter.codec.decode(line.shown)
    const entry: Found = found.get(parameter.keyword) ?? { understood: [], problem: null }
    if (value !== null) entry.understood.push(value)
    // What can't be set is for people only; the watchdog's countdown would be another warning each time.
    else if (parameter.write !== null) entry.problem ??= problem(line, parameter)
    found.set(parameter.keyword, entry)
  }
  return found
}

/** Hundreds of pages come in a moment, and hardly ever is a key in one of them twice. */
function distinct(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)]
}

/**
 * An empty value is one for a check box and for a text only. An empty `4_mode=`, or a page that breaks off there, must not
 * read as mode 0: at a failover that relay would count as moved, and its lines would stay at the dead master.
 */
function saysNothing(line: Line, parameter: Parameter): boolean {
  if (line.shown !== '' || parameter.checkbox) return false
  return line.open || parameter.codec.decode('') !== ''
}

function problem(line: Line, parameter: Parameter): string {
  return `${line.key}=${quoted(line.shown)} in config.txt: ${parameter.keyword} has to be ${parameter.codec.expected}`
}

function contradiction(keyword: string, values: readonly string[]): string {
  const shown = values.slice(0, 2).map(quoted).join(' and ')
  return `config.txt shows ${keyword} more than once: ${shown}`
}

/** What the other side sent, made fit for a line of the log. */
function quoted(shown: string): string {
  const clean = shown.replace(/[^\x20-\x7e]/g, '?')
  return JSON.stringify(clean.length > 40 ? `${clean.slice(0, 40)}…` : clean)
}
