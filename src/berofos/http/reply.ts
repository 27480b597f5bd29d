import { type BodyReader, createBodyReader, replyLimitBytes } from './reply-body.ts'
import { parseReplyHead, type ReplyHead } from './reply-head.ts'

/** A whole reply. */
export interface Reply {
  readonly status: number
  /** Names in lower case; one character a byte. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

export type ReplyResult =
  | { readonly ok: true; readonly reply: Reply }
  | { readonly ok: false; readonly error: string }

export interface ReplyReader {
  /** Takes what arrived; null: there is more to come. Once there is a result, it stays. */
  push(bytes: Buffer): ReplyResult | null
  /**
   * The device closed the connection. A reset counts as such: when it comes together with the last bytes, Node
   * does not tell one from the other, and an answer must not depend on that.
   */
  end(): ReplyResult
  /** What there is so far of a reply whose head has come, whatever is wrong with its body; null: no head yet. */
  partial(): Reply | null
}

/**
 * Reads one HTTP/1.x reply, as kindly as curl: whatever reply curl takes is taken. The device is a small embedded
 * server whose replies older tools never judged. Any split into pieces gives the same result.
 */
export function createReplyReader(): ReplyReader {
  const head = createHeadReader()
  let found: ReplyHead | null = null
  let body: BodyReader | null = null
  let result: ReplyResult | null = null

  function push(bytes: string): ReplyResult | null {
    if (body && found) return bodyResult(found, body, bytes)
    const step = head.push(bytes)
    if (step === null) return null
    if ('error' in step) return { ok: false, error: step.error }
    found = step.head
    body = createBodyReader(found.framing)
    return bodyResult(found, body, step.rest)
  }

  function end(): ReplyResult {
    if (!found || !body) return headOnly(head.lines())
    if (body.mayClose()) return { ok: true, reply: replyOf(found, body) }
    return cutOff
  }

  return {
    push: bytes => {
      result ??= push(bytes.toString('latin1'))
      return result
    },
    end: () => {
      result ??= end()
      return result
    },
    partial: () => (found && body ? replyOf(found, body) : null),
  }
}

const cutOff = { ok: false, error: 'the connection was closed before the answer was complete' } as const

function bodyResult(head: ReplyHead, body: BodyReader, bytes: string): ReplyResult | null {
  const step = body.push(bytes)
  if (step === null) return null
  return step === 'done' ? { ok: true, reply: replyOf(head, body) } : { ok: false, error: step.error }
}

function replyOf({ status, headers }: ReplyHead, body: BodyReader): Reply {
  return { status, headers, body: Buffer.from(body.text(), 'latin1') }
}

/** The device closed within the head: like curl, a status line is enough, unless a body was announced. */
function headOnly(lines: readonly string[]): ReplyResult {
  if (lines.length === 0) return { ok: false, error: 'the connection was closed without an answer' }
  const parsed = parseReplyHead(lines)
  if (!parsed.ok) return parsed
  const { framing } = parsed.head
  if (framing !== 0 && framing !== Number.POSITIVE_INFINITY) return cutOff
  return { ok: true, reply: replyOf(parsed.head, createBodyReader(0)) }
}

/** Takes the head of a reply piece by piece, as bytes in a string (one character a byte). */
interface HeadReader {
  push(bytes: string): HeadStep
  /** The complete lines so far of a head that has not ended. */
  lines(): readonly string[]
}

/** The head and what followed it; null: there is more to come. */
type HeadStep = { readonly head: ReplyHead; readonly rest: string } | { readonly error: string } | null

const tooLong = { error: `the answer's head is longer than ${replyLimitBytes / 1024} KiB` }
const notHttp = { error: 'the answer is not HTTP' }

/** Collects lines up to the empty one; interim replies (1xx) are passed over. */
function createHeadReader(): HeadReader {
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
