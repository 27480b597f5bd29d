import { constants } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { HttpCheck } from '../core/settings.ts'
import { codeOf } from '../net/error-texts.ts'
import { firstLine } from '../net/printable.ts'
import type { Address } from '../net/resolve.ts'
import type { Attempt } from './attempt.ts'
import { type SystemCas, systemCas } from './system-cas.ts'
import { openSocket } from './tcp.ts'

/** Whom to ask at which address, and what to believe of him. */
export interface HttpTarget {
  readonly url: URL
  readonly address: Address
  /** Whether the certificate must be good. */
  readonly tlsVerify: boolean
  /** What to believe; undefined: what Node has built in. */
  readonly secureContext: SecureContext | undefined
  /** null: the URL says http. A daemon that never asks by HTTPS is smaller without it. */
  readonly tls: Tls | null
}

type Tls = typeof import('node:tls')

/** Reads what connecting takes besides an address; null: the attempt is over (`inconclusive`). */
export async function readTarget(
  running: Attempt,
  check: HttpCheck,
  readSystemCas: SystemCas = systemCas,
): Promise<Omit<HttpTarget, 'address'> | null> {
  const url = new URL(check.url)
  const { tlsVerify } = check
  const tls = url.protocol === 'https:' ? await import('node:tls') : null
  const secureContext = tls && tlsVerify ? await readCas(running, tls, check.ca, readSystemCas) : undefined
  return running.signal.aborted ? null : { url, tlsVerify, secureContext, tls }
}

/**
 * Connects, with TLS if the URL says https. Errors until then settle the attempt, at once; later ones are for whoever
 * reads the socket.
 */
export function connectTo(running: Attempt, target: HttpTarget, onConnect: (socket: Socket) => void): void {
  const { tls } = target
  const port = Number(target.url.port) || (tls ? 443 : 80)
  openSocket(running, target.address, port, socket => {
    socket.on('error', () => {})
    if (tls) startTls(running, tls, target, socket, onConnect)
    else onConnect(socket)
  })
}

/** Who asks for no proof of who answers gets no proof of secrecy either: old telephones and gateways know no newer TLS. */
const anyTls = {
  minVersion: 'TLSv1',
  ciphers: 'DEFAULT@SECLEVEL=0',
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
} as const

function startTls(
  running: Attempt,
  { connect }: Tls,
  { url, tlsVerify, secureContext }: HttpTarget,
  socket: Socket,
  onConnect: (socket: Socket) => void,
): void {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const tls = connect({
    socket,
    host, // what the certificate must name
    ...(isIP(host) ? {} : { servername: host }),
    ...(secureContext ? { secureContext } : {}),
    rejectUnauthorized: tlsVerify,
    ...(tlsVerify ? {} : anyTls),
    ALPNProtocols: ['http/1.1'],
  })
  running.atEnd(() => tls.destroy())
  const onError = (error: Error) => settleOnTlsError(running, error)
  tls.on('error', onError)
  tls.once('secureConnect', () => {
    tls.on('error', () => {}).off('error', onError)
    onConnect(tls)
  })
}

/** Certificate errors have codes of OpenSSL's, not errno's; their cure belongs to them. */
function settleOnTlsError(running: Attempt, error: Error): void {
  const code = codeOf(error)
  const reason = firstLine(error.message)
  if (/CERT|SIGNATURE|ISSUER|ALTNAME|CRL/.test(code)) {
    running.settle('failed', `certificate refused: ${reason} (set ca = FILE, or tls_verify = no)`)
  } else if (/^(ERR_SSL|EPROTO)/.test(code)) running.settle('failed', `TLS failed: ${reason}`)
  else running.settleError(error)
}

/** The certificates of the check's own file, or the system's. undefined: Node's, or the attempt is over. */
async function readCas(
  running: Attempt,
  { createSecureContext }: Tls,
  file: string | null,
  readSystemCas: SystemCas,
): Promise<SecureContext | undefined> {
  running.blameDeadlineOn(
    `reading ${file ? `the CA file ${file}` : 'the certificates of this system'} took too long`,
  )
  if (file === null) return readSystemCas()
  try {
    const pem = await readFile(file, { signal: running.signal })
    if (pem.includes('-----BEGIN')) return createSecureContext({ ca: pem })
    running.settle('inconclusive', `the CA file ${file} holds no PEM certificate`)
  } catch (error) {
    running.settle(
      'inconclusive',
      `cannot read the CA file ${file} (${codeOf(error)}): check ca = and its permissions`,
    )
  }
  return undefined
}
