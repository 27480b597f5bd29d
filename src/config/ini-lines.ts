import type { Problem } from './problem.ts'

/** One `key = value` line, undecoded. */
export interface RawEntry {
  readonly key: string
  /** Everything after the first `=`, blanks at both ends trimmed; comments and quotes are still in it. */
  readonly rest: string
  readonly line: number
}

export interface RawSection {
  /** As written between the brackets, blanks at both ends trimmed. */
  readonly name: string
  readonly line: number
  readonly entries: readonly RawEntry[]
}

/**
 * text: UTF-8 without control characters. bytes: what the vendor's bnfos takes besides: Latin-1 in
 * values, and anything at all in comments.
 */
type FileForm = 'text' | 'bytes'

interface RawFile {
  /** In file order; names and keys may occur twice, see `repeatedNames`. */
  readonly sections: readonly RawSection[]
  readonly problems: readonly Problem[]
}

/**
 * Finds the structure of an INI file: sections, keys and their lines. Lines end with LF or CRLF; a byte order mark is
 * skipped; comments are lines that begin with `;` or `#`. What is none of these is a problem, and so are control
 * characters and, in a text, bytes that are not UTF-8.
 */
export function scanLines(content: Uint8Array, form: FileForm = 'text'): RawFile {
  const sections: RawSection[] = []
  const problems: Problem[] = []
  let entries: RawEntry[] | null = null
  const texts = form === 'text' ? textLines(content) : byteTextLines(content)
  for (const [index, text] of texts.entries()) {
    const line = index + 1
    if (line > mostLines) {
      problems.push({ line, what: `is beyond line ${mostLines}, expected a shorter file` })
      break
    }
    const found: Found = text === null ? { wrong: notUtf8 } : classify(text, form)
    if (found === null) continue
    if ('wrong' in found) problems.push({ line, what: found.wrong })
    // The keys behind a malformed section line belong to nothing, least of all to the section before it.
    if ('name' in found || ('wrong' in found && found.opens)) entries = []
    if ('name' in found && entries !== null) sections.push({ name: found.name, line, entries })
    if (!('key' in found)) continue
    if (entries === null) problems.push({ line, what: keyOutside })
    else entries.push({ ...found, line })
  }
  return { sections, problems }
}

/** A problem for each item whose name stood there before; `describe` gets it and the line of the first. */
export function repeatedNames<T extends { line: number }>(
  items: readonly T[],
  nameOf: (item: T) => string,
  describe: (item: T, firstLine: number) => Problem,
): Problem[] {
  const first = new Map<string, number>()
  return items.flatMap(item => {
    const line = first.get(nameOf(item))
    if (line === undefined) first.set(nameOf(item), item.line)
    return line === undefined ? [] : [describe(item, line)]
  })
}

const notUtf8 = 'is not UTF-8 text, save the file as UTF-8'
const keyOutside = 'a key before any section, expected a [section] line first'
const badSection = 'a malformed section line, expected [section] and nothing more'
const neither = 'is neither a [section], a key = value nor a comment'

/** `opens`: a section line, though a malformed one. */
type Found = { wrong: string; opens?: boolean } | { name: string } | { key: string; rest: string } | null

/** What follows is not looked at: the time that a file of rubbish takes is time in which nothing is decided. */
const mostLines = 10_000

/** No setting needs more; what it bounds is the time and room that a value can take. */
const longestLine = 4096

/** C0 but tab, DEL and C1, and the two separators that end a line for some programs and not for others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose
const controls = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/

/** C0 but tab, and DEL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose
const asciiControls = /[\x00-\x08\x0a-\x1f\x7f]/

function classify(text: string, form: FileForm): Found {
  const line = trimBlanks(text)
  if (form === 'bytes' && (line[0] === ';' || line[0] === '#')) return null
  if ((form === 'text' ? controls : asciiControls).test(text))
    return { wrong: 'holds a control character, expected plain text' }
  if (line === '' || line[0] === ';' || line[0] === '#') return null
  if (line.length > longestLine)
    return { wrong: `is longer than ${longestLine} characters, expected a shorter line` }
  return line[0] === '[' ? sectionOf(line) : entryOf(line)
}

function sectionOf(line: string): Found {
  const match = /^\[([^[\]]*)\][ \t]*(?:[;#].*)?$/.exec(line)
  if (match === null) return { opens: true, wrong: badSection }
  const name = trimBlanks(match[1] ?? '')
  return name === '' ? { opens: true, wrong: 'a section without a name, expected [section]' } : { name }
}

function entryOf(line: string): Found {
  const at = line.indexOf('=')
  if (at === -1) return { wrong: neither }
  const key = trimBlanks(line.slice(0, at))
  if (key === '') return { wrong: 'a value without a key, expected key = value' }
  return { key, rest: trimBlanks(line.slice(at + 1)) }
}

/** Spaces and tabs only: a password may begin with a no-break space. Not a regex: those take quadratic time here. */
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** The lines without their ends (LF or CRLF) and without a byte order mark; null for one that is not UTF-8. */
function textLines(content: Uint8Array): (string | null)[] {
  const whole = utf8(content)
  const lines = whole === null ? byteLines(content).map(utf8) : whole.split('\n')
  const first = lines[0]
  if (first?.startsWith('\ufeff')) lines[0] = first.slice(1)
  return lines.map(line => (line?.endsWith('\r') ? line.slice(0, -1) : line))
}

/**
 * The same of a file that is bytes, not text: a line that is not UTF-8 has U+DC00 plus the byte in place of each byte
 * above 0x7f, which no UTF-8 text has. What has to arrive unchanged is turned back by `parseLogin` of berofos/http.
 */
function byteTextLines(content: Uint8Array): string[] {
  const lines = byteLines(content).map(line => utf8(line) ?? escapedBytes(line))
  const marks = ['\ufeff', escapedBytes(Buffer.from('\ufeff'))]
  const mark = marks.find(each => lines[0]?.startsWith(each))
  if (mark !== undefined) lines[0] = lines[0]?.slice(mark.length) ?? ''
  return lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
}

function escapedBytes(bytes: Uint8Array): string {
  const codes = [...bytes].map(byte => (byte < 0x80 ? byte : 0xdc00 + byte))
  return codes.map(code => String.fromCharCode(code)).join('')
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function byteLines(content: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  let start = 0
  for (let end = content.indexOf(10); end !== -1; end = content.indexOf(10, start)) {
    lines.push(content.subarray(start, end))
    start = end + 1
  }
  lines.push(content.subarray(start))
  return lines
}
