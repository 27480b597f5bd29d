import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { DigestChallenge } from '../berofos/http/challenge.ts'
import { basicAuthorization, digestResponse, parseLogin } from '../berofos/http/login.ts'
import type { Clock } from '../system/clock.ts'
import { type AnswerPlan, answerPlan, type FaultName } from './faults.ts'
import { adminUser, logRequest, type SimulatedDevice, wantsLogin } from './simulated-device.ts'
import { renderConfigPage, takeWrite } from './simulated-device-pages.ts'
import { settleWatchdog } from './simulated-watchdog.ts'

export interface ServeOptions {
  readonly clock: Clock
  /** How long a healthy device takes to answer (a real one: about 20 ms); default 0. */
  readonly delayMs?: number
  /** A request's head is complete: at this monotonic time. */
  readonly onRequest?: (request: { readonly target: string; readonly atMono: number }) => void
}

/** What all parts of a server share. */
export interface ServerState {
  readonly device: SimulatedDevice
  readonly options: ServeOptions
  readonly login: LoginCheck
  fault: { readonly name: FaultName; readonly ms: number }
  /** Calls `run` later, unless the server is closed first; gives back what cancels it. */
  after(ms: number, run: () => void): () => void
  /** Nothing listens for so long. */
  goAway(ms: number): void
  /** Tells of the moves since the last time. */
  tellChanges(): void
}

interface Request {
  readonly target: string
  readonly authorization: string | null
}

/** The longest request head taken. */
const headLimitBytes = 8192
/** A peer that says nothing holds the device up for so long. */
const headDeadlineMs = 5000

/** Serves one connection; resolves when the next one's turn has come. Never rejects. */
export function serveConnection(socket: Socket, state: ServerState): Promise<void> {
  return new Promise(resolve => {
    let served = false
    let head = ''
    socket.once('close', () => resolve())
    socket.once('finish', () => resolve())
    const cancelDeadline = state.after(headDeadlineMs, () => socket.destroy())
    socket.once('close', cancelDeadline)
    socket.on('data', (bytes: Buffer) => {
      if (served) return
      head += bytes.toString('latin1')
      if (head.length > headLimitBytes) socket.destroy()
      else if (/\r?\n\r?\n/.test(head)) {
        served = true
        cancelDeadline()
        answer(socket, parseRequest(head), state)
      }
    })
  })
}

function answer(socket: Socket, request: Request, state: ServerState): void {
  const { device, options, fault } = state
  const atMono = options.clock.mono()
  const plan = answerPlan(fault.name, fault.ms, options.delayMs ?? 0)
  const challenge =
    plan.status === 401 ? state.login.challenge() : state.login.check(request.authorization, request.target)
  const isReading = request.target === '/config.txt'
  const found = isReading && plan.reads === 'missing' ? 404 : statusOf(request.target)
  const status = plan.status ?? (challenge === null ? found : 401)
  const answers = plan.answers && !(isReading && plan.reads === 'hang')
  logRequest(device, { target: request.target, atMono, status: answers ? status : null })
  options.onRequest?.({ target: request.target, atMono })

  if (!answers) return
  const reply = () => {
    if (plan.reset) {
      resetConnection(socket)
      return
    }
    // A peer that has given up meanwhile changes nothing: a real device has the request and carries it out.
    const body = status === 200 ? perform(request.target, plan, state) : `<html>${status}</html>\r\n`
    send(socket, plan.raw ?? replyText(status, challenge, body), plan.byteEveryMs, state)
    const isWritten = !isReading && status === 200 && plan.awayAfterWriteMs > 0
    if (isWritten) socket.once('close', () => state.goAway(plan.awayAfterWriteMs))
  }
  if (plan.delayMs > 0) state.after(plan.delayMs, reply)
  else reply()
}

function statusOf(target: string): number {
  return target === '/config.txt' || target === '/' || target.startsWith('/?') ? 200 : 404
}

/** Does what the target asks for; gives back the body. */
function perform(target: string, plan: AnswerPlan, state: ServerState): string {
  const { device, options } = state
  const nowMono = () => options.clock.mono()
  settleWatchdog(device, nowMono())
  if (target === '/config.txt') return renderConfigPage(device, nowMono())
  const write = () => {
    settleWatchdog(device, nowMono())
    takeWrite(device, target.slice(2), nowMono())
    state.tellChanges()
  }
  if (plan.effectAfterMs === 0) write()
  else if (Number.isFinite(plan.effectAfterMs)) state.after(plan.effectAfterMs, write)
  return '<html><body>bero*fos</body></html>\r\n'
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  401: 'Unauthorized',
  404: 'Not Found',
  500: 'Internal Server Error',
}

function replyText(status: number, challenge: string | null, body: string): string {
  return [
    `HTTP/1.0 ${status} ${reasons[status]}`,
    ...(status === 401 ? [`WWW-Authenticate: ${challenge}`] : []),
    `Content-Type: ${body.startsWith('<') ? 'text/html' : 'text/plain'}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

function send(socket: Socket, text: string, byteEveryMs: number, state: ServerState): void {
  if (socket.destroyed) return
  if (byteEveryMs === 0 || text === '') {
    socket.end(text, 'latin1')
    return
  }
  socket.write(text.slice(0, 1), 'latin1')
  state.after(byteEveryMs, () => send(socket, text.slice(1), byteEveryMs, state))
}

function parseRequest(head: string): Request {
  const target = /^\S+ (\S+)/.exec(head)?.[1] ?? ''
  const authorization = /^authorization:[ \t]*(.*?)[ \t]*\r?$/im.exec(head)?.[1] ?? null
  return { target, authorization }
}

const realm = 'berofos'

interface LoginCheck {
  /** Null: come in; else the value of `WWW-Authenticate`. */
  check(authorization: string | null, target: string): string | null
  /** What to ask for, whatever the login. */
  challenge(): string
  /** Makes every nonce given out so far too old. */
  expireNonces(): void
}

/** The login check of a virtual berofos. Digest is MD5 with qop, as small embedded servers have it. */
export function createLoginCheck(device: SimulatedDevice): LoginCheck {
  let nonce = freshNonce()
  let oldNonce = ''
  const login = () => parseLogin(`${adminUser}:${device.values.get('apwd') ?? ''}`)

  function ask(stale: boolean): string {
    if (device.auth !== 'digest') return `Basic realm="${realm}"`
    return `Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=MD5${stale ? ', stale=true' : ''}`
  }

  function checkDigest(words: ReadonlyMap<string, string>, target: string): string | null {
    const challenge: DigestChallenge = {
      scheme: 'digest',
      realm,
      nonce: words.get('nonce') ?? '',
      opaque: null,
      algorithm: 'md5',
      algorithmName: null,
      qop: words.get('qop') === 'auth' ? 'auth' : null,
      stale: false,
    }
    const count = Number.parseInt(words.get('nc') ?? '1', 16)
    const use = { method: 'GET', uri: target, count, clientNonce: words.get('cnonce') ?? '' }
    const proven =
      words.get('uri') === target && words.get('response') === digestResponse(challenge, login(), use)
    if (!proven) return ask(false)
    if (challenge.nonce === nonce) return null
    return ask(challenge.nonce === oldNonce)
  }

  return {
    check(authorization, target) {
      if (!wantsLogin(device)) return null
      if (device.auth !== 'digest') return authorization === basicAuthorization(login()) ? null : ask(false)
      return authorization?.startsWith('Digest ') ? checkDigest(wordsOf(authorization), target) : ask(false)
    },
    challenge: () => ask(false),
    expireNonces() {
      oldNonce = nonce
      nonce = freshNonce()
    },
  }
}

function freshNonce(): string {
  return randomBytes(16).toString('hex')
}

function wordsOf(authorization: string): Map<string, string> {
  const words = authorization.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)
  return new Map([...words].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}

/**
 * Ends a connection by RST. One that is half closed is only destroyed: there Node fails with `EINVAL reset` and never
 * closes the socket.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded || socket.readableEnded || socket.destroyed) socket.destroy()
  else socket.resetAndDestroy()
}
