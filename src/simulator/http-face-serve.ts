import type { Socket } from 'node:net'
import type { Clock } from '../system/clock.ts'
import { type AnswerPlan, answerPlan, type FaultName } from './faults.ts'
import type { LoginCheck } from './http-face-login.ts'
import { resetConnection } from './reset-connection.ts'
import { logRequest, type SimulatedDevice, settleWatchdog } from './simulated-device.ts'
import { renderConfigPage, takeWrite } from './simulated-device-pages.ts'

export interface ServeOptions {
  readonly clock: Clock
  /** What a sound device takes for an answer (the iron: about 20); default 0. */
  readonly delayMs?: number
  /** A request's head is complete: at this monotonic time. */
  readonly onRequest?: (request: { readonly target: string; readonly atMono: number }) => void
}

/** What all parts of a face share. */
export interface FaceState {
  readonly device: SimulatedDevice
  readonly options: ServeOptions
  readonly login: LoginCheck
  fault: { readonly name: FaultName; readonly ms: number }
  /** Calls `run` later, unless the face is closed first; gives back what cancels it. */
  after(ms: number, run: () => void): () => void
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
export function serveConnection(socket: Socket, state: FaceState): Promise<void> {
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

function answer(socket: Socket, request: Request, state: FaceState): void {
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
    // A peer that has given up meanwhile changes nothing: the iron has the request and does it.
    const body = status === 200 ? perform(request.target, plan, state) : `<html>${status}</html>\r\n`
    send(socket, plan.raw ?? replyText(status, challenge, body), plan.byteEveryMs, state)
  }
  if (plan.delayMs > 0) state.after(plan.delayMs, reply)
  else reply()
}

function statusOf(target: string): number {
  return target === '/config.txt' || target === '/' || target.startsWith('/?') ? 200 : 404
}

/** Does what the target asks for; gives back the body. */
function perform(target: string, plan: AnswerPlan, state: FaceState): string {
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

function send(socket: Socket, text: string, byteEveryMs: number, state: FaceState): void {
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
