import { replyLimitBytes } from './reply-body.ts'
import { parseReplyHead, type ReplyHead } from './reply-head.ts'

/** Takes the head of a reply piece by piece, as bytes in a string (one character a byte). */
export interface HeadReader {
  push(bytes: string): HeadStep
  /** The complete lines so far of a head that has not ended. */
  lines(): readonly string[]
}

/** The head and what followed it; null: there is more to come. */
export type HeadStep = { readonly head: ReplyHead; readonly rest: string } | { readonly error: string } | null

const tooLong = { error: `the answer's head is longer than ${replyLimitBytes / 1024} KiB` }
const notHttp = { error: 'the answer is not HTTP' }

/** Collects lines up to the empty one; interim replies (1xx) are passed over. */
export function createHeadReader(): HeadReader {
  let lines: string[] = []
  let line = ''
  let size = 0

  function takeLine(): { head: ReplyHead } | { error: string } | null {
    const complete = line
    line = ''
    if (!/^[\r\n]/.test(complete)) {
      lines.push(complete.replace(/[\r\n]+$/, ''))
      return null
    }
    const parsed = parseReplyHead(lines)
    lines = []
    if (!parsed.ok) return { error: parsed.error }
    const { status } = parsed.head
    // RFC 9110 15.2; after 101 no other reply follows.
    return status < 200 && status !== 101 ? null : { head: parsed.head }
  }

  function push(bytes: string): HeadStep {
    for (let at = 0; at < bytes.length; ) {
      const lineEnd = bytes.indexOf('\n', at) + 1 || bytes.length
      const known = line.length
      line += bytes.slice(at, lineEnd)
      size += lineEnd - at
      at = lineEnd
      // Only while it is short: looking at a string that grows byte by byte copies it each time.
      if (lines.length === 0 && known < 5 && !mayBeHttp(line)) return notHttp
      if (size > replyLimitBytes) return tooLong
      const step = bytes[at - 1] === '\n' ? takeLine() : null
      if (step) return 'error' in step ? step : { ...step, rest: bytes.slice(at) }
    }
    return null
  }

  return { push, lines: () => lines }
}

/** Told from the first bytes, so that a server that speaks first and waits (ssh, smtp) is known at once. */
function mayBeHttp(line: string): boolean {
  const start = line.slice(0, 5).toUpperCase()
  return 'HTTP/'.startsWith(start)
}
