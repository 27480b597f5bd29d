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

/**
 * The same of a file that is bytes, not text: a line that is not UTF-8 has U+DC00 plus the byte in place of each byte
 * above 0x7f, which no UTF-8 text has. What has to arrive unchanged is turned back by `parseLogin` of berofos/http.
 */
export function byteTextLines(content: Uint8Array): string[] {
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
