/** Text on a terminal: nothing here knows colours. */

/** Foreign text, fit for a terminal: control characters could move its cursor or set its title. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
}

/**
 * Breaks at blanks into lines of at most `width` characters; a word that is longer is broken anywhere. At least one
 * line.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/).flatMap(word => pieces(word, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** The same with blanks before every line but the first: `first` stands before that. */
export function hang(first: string, text: string, width: number): string[] {
  return wrap(text, width - first.length).map((line, index) =>
    index === 0 ? first + line : ' '.repeat(first.length) + line,
  )
}

/** At most `width` characters; `…` stands for what is cut. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word]
  return Array.from({ length: Math.ceil(word.length / width) }, (_, i) =>
    word.slice(i * width, (i + 1) * width),
  )
}
