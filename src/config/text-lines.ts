/** Spaces and tabs only: a password may begin with a no-break space. Not a regex: those take quadratic time here. */
export function trimBlanks(text: string): string {
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
export function textLines(content: Uint8Array): (string | null)[] {
  const whole = utf8(content)
  const lines = whole === null ? byteLines(content).map(utf8) : whole.split('\n')
  const first = lines[0]
  if (first?.startsWith('\ufeff')) lines[0] = first.slice(1)
  return lines.map(line => (line?.endsWith('\r') ? line.slice(0, -1) : line))
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
