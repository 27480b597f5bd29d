import { type BodyReader, createBodyReader } from './reply-body.ts'
import { parseReplyHead, type ReplyHead } from './reply-head.ts'
import { createHeadReader } from './reply-head-reader.ts'

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
