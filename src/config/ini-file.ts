import ini from 'ini'
import { type RawEntry, type RawSection, repeatedNames, scanLines } from './ini-lines.ts'
import type { Problem } from './problem.ts'

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

/** Where a value ends and a comment begins. */
interface ValueText {
  /** `single`: the text between single quotes; `double`: with its double quotes; `plain`: ; and # are escaped. */
  readonly form: 'plain' | 'single' | 'double'
  readonly text: string
  readonly commented: boolean
}

/**
 * Cuts the comment off what follows `key =`. A comment begins at a `;` or `#` at the start of the value or after a
 * blank; glued to what precedes it, between quotes or after a backslash it belongs to the value, so that
 * `http://host/#top`, `echo a;echo b` and `logger "a ; b"` stay whole. Quotes around the whole value are not part of it.
 */
function splitValue(rest: string): ValueText {
  const quoted = quotedWhole(rest)
  if (quoted !== null) return quoted
  const end = commentStart(rest)
  const text = rest.slice(0, end).trim()
  return { form: 'plain', text: escapeMarks(text), commented: end < rest.length }
}

/** The value when it is one quoted text with nothing but a comment behind it; else null. */
function quotedWhole(rest: string): ValueText | null {
  const quote = rest[0]
  if (quote !== '"' && quote !== "'") return null
  const end = closingQuote(rest, 0)
  if (end === -1 || !/^(?:[ \t]*|[ \t]+[;#].*)$/.test(rest.slice(end + 1))) return null
  const commented = /[;#]/.test(rest.slice(end + 1))
  if (quote === "'") return { form: 'single', text: rest.slice(1, end), commented }
  return { form: 'double', text: rest.slice(0, end + 1), commented }
}

function commentStart(rest: string): number {
  let blankBefore = true
  for (let at = 0; at < rest.length; at++) {
    const character = rest[at]
    if (blankBefore && (character === ';' || character === '#')) return at
    blankBefore = character === ' ' || character === '\t'
    if (character === '\\') at++
    else if (character === '"' || character === "'") at = Math.max(at, closingQuote(rest, at))
  }
  return rest.length
}

/** As in a shell: a backslash escapes between double quotes only. -1: never closed, so it is an apostrophe. */
function closingQuote(rest: string, start: number): number {
  const quote = rest[start]
  for (let at = start + 1; at < rest.length; at++) {
    if (rest[at] === quote) return at
    if (rest[at] === '\\' && quote === '"') at++
  }
  return -1
}

/** What an escape stands for is ini's business; here those that have none get theirs. */
function escapeMarks(text: string): string {
  return text.replace(/\\[\s\S]|[;#]/g, found => (found.length === 1 ? `\\${found}` : found))
}
