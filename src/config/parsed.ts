/** What a text means, or why it means nothing: what is wrong, what is expected. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly wrong: string }

export function good<T>(value: T): { ok: true; value: T } {
  return { ok: true, value }
}

/** For texts that may hold a password: says nothing of them. */
export function malformed(what: string, expected: string): { ok: false; wrong: string } {
  return { ok: false, wrong: `${what}, expected ${expected}` }
}

/** For addresses: names them, unless what precedes an @ may be a login. */
export function unfitAddress(text: string, what: string, expected: string): { ok: false; wrong: string } {
  return text.includes('@') ? malformed(what, expected) : unfit(text, what, expected)
}

/** For texts that hold none: names them, cut to a readable length. */
export function unfit(text: string, what: string, expected: string): { ok: false; wrong: string } {
  if (text === '') return { ok: false, wrong: `empty, expected ${expected}` }
  const line = text.replace(/\t+/g, ' ')
  const shown = line.length > 40 ? `${line.slice(0, 39)}…` : line
  return { ok: false, wrong: `"${shown}" is ${what}, expected ${expected}` }
}
