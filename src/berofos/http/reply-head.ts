/** The first part of a reply, and how long its body is. */
export interface ReplyHead {
  readonly status: number
  /** Names in lower case, in order; values as bytes (one character a byte), unfolded. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly framing: Framing
}

/** How many bytes the body has; Infinity: all until the device closes. */
export type Framing = number | 'chunked'

type ParsedHead =
  | { readonly ok: true; readonly head: ReplyHead }
  | { readonly ok: false; readonly error: string }

// Versions and blanks as curl 7.88 takes them; the reason phrase is nobody's business.
const statusLine = /^HTTP\/(?:1\.[01]|2|2\.0) \s*([1-9]\d\d)(?!\d)/i

/** Understands the lines of a head, without their line ends and without the empty one. */
export function parseReplyHead(lines: readonly string[]): ParsedHead {
  const status = statusLine.exec(lines[0] ?? '')?.[1]
  if (status === undefined) return { ok: false, error: 'the answer is not HTTP' }
  if (lines.some(line => line.includes('\0'))) return { ok: false, error: 'the answer has a NUL in its head' }
  const headers = headersOf(lines.slice(1))
  const framing = framingOf(Number(status), headers)
  return typeof framing === 'object'
    ? { ok: false, error: framing.error }
    : { ok: true, head: { status: Number(status), headers, framing } }
}

/** Lines without a colon are passed over; a line that begins with a blank goes on with the one before. */
function headersOf(lines: readonly string[]): [string, string][] {
  const headers: [string, string][] = []
  for (const line of lines) {
    const last = headers.at(-1)
    const colon = line.indexOf(':')
    if (/^[ \t]/.test(line)) {
      if (last) last[1] = `${last[1]} ${line.trim()}`.trim()
    } else if (colon > 0) headers.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()])
  }
  return headers
}

/** RFC 9112 6.3, taken as widely as curl does: the last Content-Length counts, and only its leading digits. */
function framingOf(status: number, headers: ReplyHead['headers']): Framing | { error: string } {
  const all = (wanted: string) => headers.filter(([name]) => name === wanted).map(([, value]) => value)
  if (status === 204 || status === 304) return 0

  const codings = all('transfer-encoding')
    .flatMap(value => value.toLowerCase().split(','))
    .map(coding => coding.trim())
  const foreign = codings.some(coding => !['chunked', 'identity', ''].includes(coding))
  if (foreign) return { error: 'the answer has a transfer encoding that is not known' }
  if (codings.includes('chunked')) return 'chunked'

  const lengths = all('content-length').map(value => /^\+?(\d+)/.exec(value)?.[1])
  if (lengths.includes(undefined)) return { error: 'the answer has a Content-Length that is not a number' }
  const bytes = Number(lengths.at(-1) ?? Number.NaN)
  return Number.isSafeInteger(bytes) ? bytes : Number.POSITIVE_INFINITY
}
