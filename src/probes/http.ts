import { readFile } from 'node:fs/promises'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type buildConnector, Client, type Dispatcher } from 'undici'
import type { HttpCheck } from '../core/settings.ts'
import { type Attempt, attempt } from './attempt.ts'
import { codeOf } from './judge-error.ts'
import type { ProbeOnce } from './probe.ts'
import { type Address, resolveFor } from './resolve.ts'
import { firstLine } from './spoken.ts'
import { openSocket } from './tcp.ts'

/** A body is read so far and so long for the peer's sake; nobody looks at it. */
const bodyMaxBytes = 65_536
const bodyMs = 100

/**
 * One request, redirects not followed: an expected status is life. Decided when the head is there. The URL, not
 * `check.host`, says whom to ask.
 */
export const probeHttp: ProbeOnce<HttpCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, async running => {
    const url = new URL(check.url)
    const ca = await readCa(running, check)
    const address = await resolveFor(running, url.hostname)
    if (address === null || running.signal.aborted) return
    const client = new Client(url.origin, {
      connect: connector(running, check, { address, url, ca }),
      pipelining: 0, // Connection: close
      headersTimeout: 0, // the attempt keeps time: undici's own time-outs come late
      bodyTimeout: 0,
      maxResponseSize: bodyMaxBytes,
    })
    running.atEnd(() => void client.destroy().catch(() => {}))
    await ask(running, client, check, url)
  })

async function ask(running: Attempt, client: Client, check: HttpCheck, url: URL): Promise<void> {
  try {
    const { statusCode, body } = await client.request({
      path: url.pathname + url.search,
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
    settleOnError(running, error)
  }
}

function decideOn(running: Attempt, check: HttpCheck, status: number): void {
  const expected = check.expect.some(([from, to]) => status >= from && status <= to)
  const ranges = check.expect.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
  if (expected) running.decide('answered', `HTTP ${status}`)
  else running.decide('failed', `HTTP ${status}, expected ${ranges}`)
}

/** The parser's errors have no code; certificate errors have codes of OpenSSL's, spelled out in the message. */
function settleOnError(running: Attempt, error: unknown): void {
  const name = error instanceof Error ? error.name : ''
  const message = error instanceof Error ? error.message : ''
  if (name === 'HTTPParserError') running.settle('failed', `malformed HTTP answer: ${message}`)
  else if (codeOf(error) === 'UND_ERR_SOCKET') running.settle('failed', 'connection closed without an answer')
  else running.settleError(error)
}

interface Target {
  readonly address: Address
  readonly url: URL
  /** PEM to trust instead of the system's. */
  readonly ca: Buffer | null
}

/** Connects as the attempt wants it: to the resolved address, with every error the attempt's, at once. */
function connector(running: Attempt, check: HttpCheck, target: Target): buildConnector.connector {
  const secure = target.url.protocol === 'https:'
  return (_options, done) => {
    const port = Number(target.url.port) || (secure ? 443 : 80)
    openSocket(running, target.address, port, socket => {
      // From here on its errors are undici's to report, or TLS's.
      socket.on('error', () => {})
      if (secure) startTls(running, check, target, socket, done)
      else done(null, socket)
    })
  }
}

function startTls(
  running: Attempt,
  check: HttpCheck,
  { url, ca }: Target,
  socket: Socket,
  done: buildConnector.Callback,
): void {
  const host = bare(url.hostname)
  const tls = connectTls({
    socket,
    host, // what the certificate must name
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca ? { ca } : {}),
    rejectUnauthorized: check.tlsVerify,
    ALPNProtocols: ['http/1.1'],
  })
  const onError = (error: Error) => settleOnTlsError(running, error)
  tls.on('error', onError)
  tls.once('secureConnect', () => {
    done(null, tls)
    tls.on('error', () => {}).off('error', onError)
  })
  running.atEnd(() => tls.destroy())
}

/** A URL's host name without the brackets of an IPv6 address. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/** Certificate errors are not errno; the cure belongs to them. */
function settleOnTlsError(running: Attempt, error: Error): void {
  const code = codeOf(error)
  const certificate = /CERT|SIGNATURE|ISSUER|ALTNAME|CRL/.test(code)
  if (certificate) {
    running.settle(
      'failed',
      `certificate refused: ${firstLine(error.message)} (set ca = FILE, or tls_verify = no)`,
    )
  } else if (code.startsWith('ERR_SSL')) running.settle('failed', `TLS failed: ${firstLine(error.message)}`)
  else running.settleError(error)
}

async function readCa(running: Attempt, check: HttpCheck): Promise<Buffer | null> {
  if (check.ca === null || !check.tlsVerify) return null
  running.blameDeadlineOn(`reading the CA file ${check.ca} took too long`)
  try {
    const pem = await readFile(check.ca, { signal: running.signal })
    if (!pem.includes('-----BEGIN'))
      running.settle('cannot', `the CA file ${check.ca} holds no PEM certificate`)
    return pem
  } catch (error) {
    running.settle(
      'cannot',
      `cannot read the CA file ${check.ca} (${codeOf(error)}): check ca = and its permissions`,
    )
    return null
  }
}
