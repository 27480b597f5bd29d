import { Client, type Dispatcher } from 'undici'
import type { HttpCheck } from '../core/settings.ts'
import { type Attempt, attempt } from './attempt.ts'
import { connectTo, findTarget, type HttpTarget } from './http-connect.ts'
import { askLeniently } from './http-lenient.ts'
import { codeOf, isKnownError } from './judge-error.ts'
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
    attempt(clock, check.timeoutMs, signal, async running => {
      const target = await findTarget(running, check, readSystemCas)
      if (target !== null) await ask(running, check, target)
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
