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
export function splitValue(rest: string): ValueText {
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
