import { randomBytes } from 'node:crypto'
import { createSocket, type SocketType } from 'node:dgram'
import type { SipCheck } from '../core/settings.ts'
import type { Address } from '../net/resolve.ts'
import { askAddresses } from './ask-addresses.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { ProbeOnce } from './probe.ts'
import {
  answersTo,
  buildOptions,
  parseSip,
  type SipMessage,
  type SipOptions,
  sipStreamReader,
} from './sip-message.ts'
import { openSocket } from './tcp.ts'

type Ask = (running: Attempt, check: SipCheck, address: Address) => void

const transports: Readonly<Record<SipCheck['transport'], Ask>> = { udp: askOverUdp, tcp: askOverTcp }

/** One OPTIONS, sent once to an address: any final answer is life, for it takes a working SIP stack to refuse. */
export const probeSip: ProbeOnce<SipCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, whole =>
    askAddresses(whole, check, (running, address) => transports[check.transport](running, check, address)),
  )

/**
 * Exactly one datagram: a fail2ban on the master counts them, and the next probe is the retransmission. It leaves by a
 * connected socket, for which an ICMP "port unreachable" is an error at once. A server of several addresses may answer
 * from another one (RFC 3261 18.2.2, 17.1.3): that goes to a second socket, which has the same address and port.
 */
function askOverUdp(running: Attempt, check: SipCheck, address: Address): void {
  // `reuseAddr` lets the two share the port; Linux gives each datagram to the socket that is connected to its source.
  const type = address.family === 6 ? 'udp6' : 'udp4'
  const socket = createSocket({ type, reuseAddr: true })
  let local = true
  running.atEnd(() => socket.close())
  socket.on('error', error => running.settleError(error, local))
  // A connect(2) that fails (no route, say) comes here and is no 'error' event (node:dgram, doConnect).
  socket.connect(check.port, address.address, (error?: Error) => {
    if (error) return running.settleError(error, local)
    if (running.signal.aborted) return
    const from = socket.address()
    const options = newOptions(check, { host: from.address, port: from.port })
    const onMessage = (bytes: Buffer) => {
      const message = parseSip(bytes.toString('latin1'))
      if (message) settleOn(running, message, options)
    }
    socket.on('message', onMessage)
    listenBeside(running, { type, ...from }, onMessage, () => {
      socket.send(buildOptions(options), error => {
        if (error) running.settleError(error, local)
        local = false
      })
    })
  })
}

/** Where a socket is bound. */
interface Place {
  readonly type: SocketType
  readonly address: string
  readonly port: number
}

/** Takes what any address sends to that place. Without it only the address asked is heard: better than no probe. */
function listenBeside(
  running: Attempt,
  { type, address, port }: Place,
  onMessage: (bytes: Buffer) => void,
  onReady: () => void,
): void {
  const socket = createSocket({ type, reuseAddr: true })
  running.atEnd(() => socket.close())
  const ready = () => {
    if (!running.signal.aborted) onReady()
  }
  socket.once('error', ready).on('error', () => {})
  socket.on('message', onMessage)
  socket.bind({ port, address, exclusive: true }, () => {
    socket.off('error', ready)
    ready()
  })
}

function askOverTcp(running: Attempt, check: SipCheck, address: Address): void {
  openSocket(running, address, check.port, socket => {
    const options = newOptions(check, { host: socket.localAddress ?? '', port: socket.localPort ?? 0 })
    socket.on('error', error => running.settleError(error))
    socket.once('end', () => running.settle('failed', 'connection closed without an answer'))
    const onGarbage = () => running.settle('failed', 'something that is not SIP answered')
    socket.on(
      'data',
      sipStreamReader(message => settleOn(running, message, options), onGarbage),
    )
    socket.write(buildOptions(options))
  })
}

/** 1xx promises an answer only; requests, and answers to others, are ignored. */
function settleOn(running: Attempt, message: SipMessage, options: SipOptions): void {
  const isFinal = message.status !== null && message.status >= 200
  if (isFinal && answersTo(message, options)) running.settle('answered', message.startLine)
}

function newOptions(check: SipCheck, local: SipOptions['local']): SipOptions {
  const mark = () => randomBytes(12).toString('hex')
  return {
    transport: check.transport,
    target: { host: check.host, port: check.port },
    local,
    branch: mark(),
    callId: `${mark()}@berofosd`,
    tag: mark(),
    cseq: 1,
  }
}
