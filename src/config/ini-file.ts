import ini from 'ini'
import { type RawEntry, type RawSection, repeatedNames, scanLines } from './ini-lines.ts'
import type { Problem } from './problem.ts'
import { splitValue } from './value-text.ts'

export interface Entry {
  readonly key: string
  /** Decoded: without quotes, escapes and comment. */
  readonly value: string
  readonly line: number
  /** Whether text after the value was taken for a comment. */
  readonly commented: boolean
  /** Whether it could not be decoded: the value is empty, the problem is told. */
  readonly broken: boolean
}

export interface Section {
  readonly name: string
  readonly line: number
  readonly entries: readonly Entry[]
}

/**
 * Reads an INI file: every section and key with its line, every value decoded. Never throws; a name that occurs
 * twice keeps its first place and is a problem.
 */
export function scanIni(content: Uint8Array | string): { sections: Section[]; problems: Problem[] } {
  const raw = scanLines(typeof content === 'string' ? Buffer.from(content) : content)
  const decoded = raw.sections.map(decodeSection)
  return {
    sections: decoded.map(({ section }) => section),
    problems: [
      ...raw.problems,
      ...repeatedSections(raw.sections),
      ...decoded.flatMap(({ problems }) => problems),
    ],
  }
}

function decodeSection({ name, line, entries }: RawSection): { section: Section; problems: Problem[] } {
  const problems = repeatedKeys(name, entries)
  const decoded = entries.map(entry => {
    const value = decodeValue(entry.rest)
    if (!value.ok) problems.push({ line: entry.line, section: name, key: entry.key, what: value.wrong })
    const { key, line } = entry
    return { key, line, value: value.text, commented: value.commented, broken: !value.ok }
  })
  return { section: { name, line, entries: decoded }, problems }
}

/** One value line's text → the value. Not ok: what is wrong, with an empty text. */
export function decodeValue(
  rest: string,
): { text: string; commented: boolean } & ({ ok: true } | { ok: false; wrong: string }) {
  const { form, text, commented } = splitValue(rest)
  const decoded = decoders[form](text)
  if (decoded === null) return { ok: false, text: '', commented, wrong: badQuotes }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape like \u0000 can make them
  if (/[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/.test(decoded))
    return { ok: false, text: '', commented, wrong: hiddenControl }
  return { ok: true, text: decoded, commented }
}

const badQuotes =
  'malformed between double quotes, expected \\" and \\\\ for a quote and a backslash inside, or single quotes'
const hiddenControl = 'holds a control character, expected plain text'

/**
 * Each value is an ini document of its own: `v=…`. ini turns true, null and what stands between single quotes into
 * other types, and cuts at any ; or #. So every value goes in with a letter before it, a plain one with its ; and #
 * escaped, and a single-quoted one as the JSON string that means the same.
 */
const decoders: Record<'plain' | 'single' | 'double', (text: string) => string | null> = {
  plain: text => parsed(`x${text}`),
  single: text => parsed(JSON.stringify(`x${text}`)),
  double: text => parsed(`"x${text.slice(1).replaceAll('\t', '\\t')}`),
}

/** Without the letter; null: malformed JSON, which ini hands back as it was, quote first. */
function parsed(value: string): string | null {
  const decoded: unknown = ini.parse(`v=${value}`).v
  return typeof decoded === 'string' && decoded.startsWith('x') ? decoded.slice(1) : null
}

/** A problem for each key that occurs again. */
export function repeatedKeys(section: string, entries: readonly RawEntry[]): Problem[] {
  return repeatedNames(
    entries,
    entry => entry.key,
    ({ key, line }, first) => ({ line, section, key, what: `again, expected once: it is in line ${first}` }),
  )
}

/** A problem for each section that occurs again. */
export function repeatedSections(sections: readonly { name: string; line: number }[]): Problem[] {
  return repeatedNames(
    sections,
    section => section.name,
    ({ name, line }, first) => ({
      line,
      section: name,
      what: `again, expected once: it is in line ${first}`,
    }),
  )
}
