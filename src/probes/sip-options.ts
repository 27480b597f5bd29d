import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { SipCheck } from '../core/settings.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { ProbeOnce } from './probe.ts'
import { type Address, resolveFor } from './resolve.ts'
import { answersTo, buildOptions, parseSip, type SipMessage, type SipOptions } from './sip-message.ts'
import { sipStreamReader } from './sip-stream.ts'
import { openSocket } from './tcp.ts'

type Ask = (running: Attempt, check: SipCheck, address: Address) => void

const transports: Readonly<Record<SipCheck['transport'], Ask>> = { udp: askOverUdp, tcp: askOverTcp }

/** One OPTIONS, sent once: any final answer is life, for it takes a working SIP stack to refuse. */
export const probeSip: ProbeOnce<SipCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, async running => {
    const address = await resolveFor(running, check.host)
    if (address !== null) transports[check.transport](running, check, address)
  })

/**
 * Exactly one datagram: a fail2ban on the master counts them, and the next probe is the retransmission. The socket is
 * connected, so strangers' datagrams never arrive and an ICMP "port unreachable" is an error at once.
 */
function askOverUdp(running: Attempt, check: SipCheck, address: Address): void {
  const socket = createSocket({ type: address.family === 6 ? 'udp6' : 'udp4' })
  let local = true
  running.atEnd(() => socket.close())
  socket.on('error', error => running.settleError(error, local))
  // A connect(2) that fails (no route, say) comes here and is no 'error' event (node:dgram, doConnect).
  socket.connect(check.port, address.address, (error?: Error) => {
    if (error) return running.settleError(error, local)
    if (running.signal.aborted) return
    const { address: host, port } = socket.address()
    const options = newOptions(check, { host, port })
    socket.on('message', bytes => {
      const message = parseSip(bytes.toString('latin1'))
      if (message) settleOn(running, message, options)
    })
    socket.send(buildOptions(options), error => {
      if (error) running.settleError(error, local)
      local = false
    })
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

/** 1xx promises an answer only; requests and answers to others are none of ours. */
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
