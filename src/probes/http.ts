import { Client, type Dispatcher } from 'undici'
import type { HttpCheck } from '../core/settings.ts'
import { codeOf } from '../net/error-texts.ts'
import { askAddresses } from './ask-addresses.ts'
import { type Attempt, attempt, isKnownError } from './attempt.ts'
import { connectTo, type HttpTarget, readTarget } from './http-connect.ts'
import type { ProbeOnce } from './probe.ts'
import { type SystemCas, systemCas } from './system-cas.ts'

/** A body is read so far and so long for the peer's sake; nobody looks at it. */
const bodyMaxBytes = 65_536
const bodyMs = 100

/**
 * One request, redirects not followed: an expected status is life. Decided when the head is there. The URL, not
 * `check.host`, says whom to ask.
 */
export const probeHttp: ProbeOnce<HttpCheck> = probeHttpWith(systemCas)

/** `probeHttp` with a list of one's own in place of the system's certificates. */
export function probeHttpWith(readSystemCas: SystemCas): ProbeOnce<HttpCheck> {
  return (check, clock, signal) =>
    attempt(clock, check.timeoutMs, signal, async whole => {
      const target = await readTarget(whole, check, readSystemCas)
      if (target === null) return
      await askAddresses(whole, { ...check, host: target.url.hostname }, (running, address) =>
        ask(running, check, { ...target, address }),
      )
    })
}

async function ask(running: Attempt, check: HttpCheck, target: HttpTarget): Promise<void> {
  const client = openClient(running, target)
  try {
    const { statusCode, body } = await client.request({
      path: target.url.pathname + target.url.search,
      method: check.method.toUpperCase() as Dispatcher.HttpMethod,
      headers: { 'user-agent': 'berofosd', accept: '*/*' },
    })
    // Destroying the client makes an unread body emit an error.
    body.on('error', () => running.end())
    decideOn(running, check, statusCode)
    running.endWithin(bodyMs)
    await body.dump({ limit: bodyMaxBytes })
    running.end()
  } catch (error) {
    if (running.signal.aborted) return
    if (!isMisunderstood(error)) return settleOnError(running, error)
    askLeniently(running, check, target, status => decideOn(running, check, status))
  }
}

/** A client of its own for each request: cheap (0.8 ms), and the only way to end it on time. */
function openClient(running: Attempt, target: HttpTarget): Client {
  const client = new Client(target.url.origin, {
    connect: (_options, done) => connectTo(running, target, socket => done(null, socket)),
    pipelining: 0, // Connection: close
    headersTimeout: 0, // the attempt keeps time: undici's own time-outs come late
    bodyTimeout: 0,
    maxResponseSize: bodyMaxBytes,
  })
  running.atEnd(() => void client.destroy().catch(() => {}))
  return client
}

function decideOn(running: Attempt, check: HttpCheck, status: number): void {
  const expected = check.expect.some(([from, to]) => status >= from && status <= to)
  const ranges = check.expect.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
  if (expected) running.decide('answered', `HTTP ${status}`)
  else running.decide('failed', `HTTP ${status}, expected ${ranges}`)
}

/**
 * Whether the peer said something that undici did not understand, by whatever name it calls that: every error that is
 * neither the network's nor a connection that closed before a byte came.
 */
function isMisunderstood(error: unknown): boolean {
  if (isKnownError(error)) return false
  return codeOf(error) !== 'UND_ERR_SOCKET' || bytesReadBefore(error) > 0
}

/** undici's SocketError tells what had been read on the connection (TLS counts its handshake as well). */
function bytesReadBefore(error: unknown): number {
  const { socket } = error as { readonly socket?: { readonly bytesRead?: number } | null }
  return socket?.bytesRead ?? 0
}

function settleOnError(running: Attempt, error: unknown): void {
  if (codeOf(error) === 'UND_ERR_SOCKET') running.settle('failed', 'connection closed without an answer')
  else running.settleError(error)
}

/** A longer head is no head. */
const headMaxChars = 65_536

/**
 * Asks once more, reading no more of the answer than its status: whoever sends what undici's parser refuses (bare line
 * feeds, folded or broken headers, a length twice, a long head, an unasked 100 Continue) and curl takes is alive all the
 * same.
 */
function askLeniently(
  running: Attempt,
  check: HttpCheck,
  target: HttpTarget,
  onStatus: (status: number) => void,
): void {
  connectTo(running, target, socket => {
    let text = ''
    const look = (isEnd: boolean) => {
      const status = finalStatus(text, isEnd)
      if (status !== null) onStatus(status)
      else if (isEnd && text === '') running.decide('failed', 'connection closed without an answer')
      else if (isEnd || text.length > headMaxChars) running.decide('failed', 'malformed HTTP answer')
      running.end()
    }
    socket.on('error', error => running.settleError(error))
    socket.on('data', piece => {
      text += piece.toString('latin1')
      look(false)
    })
    socket.once('end', () => look(true))
    socket.write(requestText(check, target.url))
  })
}

/** Status of the first head that is complete, or cut off by the end, and not 1xx; null: there is none yet. */
function finalStatus(text: string, isEnd: boolean): number | null {
  for (let rest = text; ; ) {
    const end = /\r?\n\r?\n/.exec(rest)
    const found = /^HTTP\/\d(?:\.\d)? +(\d{3})(?!\d)/i.exec(rest)
    if (!found || !(end || isEnd)) return null
    const status = Number(found[1])
    if (status >= 200) return status
    if (!end) return null
    rest = rest.slice(end.index + end[0].length)
  }
}

function requestText(check: HttpCheck, url: URL): string {
  return [
    `${check.method.toUpperCase()} ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: berofosd',
    'Accept: */*',
    'Connection: close',
    '',
    '',
  ].join('\r\n')
}
