/** Text as man(7) takes it. */

const characters: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '~': '\\(ti',
  '^': '\\(ha',
  '`': '\\(ga',
  '→': '\\(->',
  '×': '\\(mu',
  '…': '...',
}

/** Prose: the special characters of roff as they are, in ASCII. */
export function plain(text: string): string {
  return text.replace(/[\\~^`→×…]/g, char => characters[char] ?? char)
}

/** What is typed: hyphens and quotes that can be copied. */
export function typed(text: string): string {
  return plain(text).replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('"', '\\(dq')
}

/** What is typed or named, never hyphenated. */
export function bold(text: string): string {
  return `\\fB${typed(text).replace(/(?<=^| )(?=\S)/g, '\\%')}\\fR`
}

/** Markdown within a line: `code`, **strong** and [links](to), of which the words stay. */
export function inline(markdown: string): string {
  const parts = markdown.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/)
  return parts
    .map(part => {
      if (/^`.+`$/.test(part)) return bold(part.slice(1, -1))
      if (/^\*\*.+\*\*$/.test(part)) return `\\fB${inline(part.slice(2, -2))}\\fR`
      return plain(part.replace(/^\[([^\]]+)\]\(.*\)$/, '$1'))
    })
    .join('')
}

/** A line of text: a dot or a quote at its beginning would be a request. */
export function textLine(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line
}

/** A term and what it means. */
export function tagged(term: string, meaning: readonly string[]): string[] {
  return ['.TP', textLine(term), ...meaning.map(textLine)]
}

/** Lines that stay as they are. */
export function example(lines: readonly string[]): string[] {
  return ['.PP', '.in +4n', '.EX', ...lines.map(line => textLine(typed(line))), '.EE', '.in']
}

/** `  .TH` of a page in section 5 or 8. */
export function heading(name: string, section: number): string {
  return `.TH ${typed(name.toUpperCase())} ${section} "" berofosd`
}
