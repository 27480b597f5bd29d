import type { Reading } from '../device.ts'
import { type Parameter, parameterShownAs } from '../parameters.ts'

export type ParsedPage =
  | { readonly ok: true; readonly reading: Reading }
  | { readonly ok: false; readonly error: string }

const magicKey = 'bnfos_confmap_magic'
// The one version known: firmware 1.33 to 1.53.
const knownMagic = '0.1'

/**
 * What a config.txt says. Unknown keys are passed over. A value that decides what the lines do and makes no
 * sense is an error that names its key; any other is left out, with a warning.
 */
export function parseConfigPage(page: string): ParsedPage {
  const lines = linesOf(page)
  const magic = lines.find(line => line.key === magicKey)
  if (!magic) return { ok: false, error: `no ${magicKey} line: not a berofos, or not its /config.txt` }

  const values: Record<string, string> = {}
  // By key: a page may have one any number of times.
  const warnings = new Map<string, string>()
  if (magic.shown !== knownMagic)
    warnings.set(magicKey, `${magicKey} is ${quoted(magic.shown)}, known is ${knownMagic}`)

  for (const line of lines) {
    const parameter = parameterShownAs(line.key)
    if (!parameter || saysNothing(line, parameter)) continue
    const value = parameter.codec.decode(line.shown)
    if (value !== null) values[parameter.keyword] = value
    else if (parameter.codec.vital) return { ok: false, error: senseless(line, parameter) }
    else warnings.set(line.key, senseless(line, parameter))
  }
  return {
    ok: true,
    reading: { values, warning: warnings.size > 0 ? [...warnings.values()].join('; ') : null },
  }
}

interface Line {
  readonly key: string
  readonly shown: string
  /** The page ends within it: its value may be cut off. */
  readonly open: boolean
}

function linesOf(page: string): Line[] {
  const rows = page.replace(/^\ufeff/, '').split(/\r?\n|\r/)
  return rows.flatMap((row, index) => {
    const equals = row.indexOf('=')
    if (equals < 0) return []
    const key = row.slice(0, equals).trim()
    return [{ key, shown: row.slice(equals + 1).trim(), open: index === rows.length - 1 }]
  })
}

/**
 * Nothing is a value for a check box and for a text only. A page that breaks off at `4_mode=` must not read as
 * mode 0: replies carry no length, so this is the only sign of it.
 */
function saysNothing(line: Line, parameter: Parameter): boolean {
  if (line.shown !== '' || parameter.checkbox) return false
  return line.open || parameter.codec.decode('') === null
}

function senseless(line: Line, parameter: Parameter): string {
  return `${line.key}=${quoted(line.shown)} in config.txt: ${parameter.keyword} has to be ${parameter.codec.expected}`
}

/** Whatever a stranger sent, made fit for a line of the log. */
function quoted(shown: string): string {
  const clean = shown.replace(/[^\x20-\x7e]/g, '?')
  return JSON.stringify(clean.length > 40 ? `${clean.slice(0, 40)}…` : clean)
}
