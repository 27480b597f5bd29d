import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { buildResponse, parseSip, type SipMessage, sipStreamReader } from '../probes/sip-message.ts'
import { type Clock, systemClock } from '../system/clock.ts'
import { resetConnection } from './http-requests.ts'

export const masterServices = ['tcp', 'http', 'sip'] as const
export type MasterService = (typeof masterServices)[number]

/**
 * What a service does. `alive`: answers. `dead`: nobody listens, open connections are reset. `silent`: accepts and
 * receives, never answers. `drip`: answers for ever, byte by byte, and never says anything complete.
 */
export type MasterCondition = 'alive' | 'dead' | 'silent' | 'drip'

interface Endpoint {
  /** Default 127.0.0.1. */
  readonly address?: string
  /** Default 0: any free one. */
  readonly port?: number
}

export interface SimulatedMasterOptions extends Partial<Record<MasterService, Endpoint>> {
  readonly clock?: Clock
}

/** A virtual master: something that listens, an HTTP server (any path: 200), and SIP OPTIONS on UDP and TCP. */
export interface SimulatedMaster {
  /** Where each service listens. `sip`: the same port on UDP and TCP. */
  readonly endpoints: Readonly<Record<MasterService, Required<Endpoint>>>
  /** What each service does now. */
  readonly conditions: Readonly<Record<MasterService, MasterCondition>>
  /** So far: connections (tcp), requests (http), SIP requests on either transport (sip), answered or not. */
  readonly counts: Readonly<Record<MasterService, number>>
  /** Resolves when it applies; without a service, for all. Rejects when a port was taken by somebody else meanwhile. */
  setCondition(condition: MasterCondition, service?: MasterService): Promise<void>
  /** Ends everything; nothing is left open. */
  close(): Promise<void>
}

/** Starts with every service alive. Rejects when an address or port cannot be had. */
export async function startSimulatedMaster(options: SimulatedMasterOptions = {}): Promise<SimulatedMaster> {
  const conditions: Record<MasterService, MasterCondition> = { tcp: 'dead', http: 'dead', sip: 'dead' }
  const counts: Record<MasterService, number> = { tcp: 0, http: 0, sip: 0 }
  const clock = options.clock ?? systemClock
  const context = (service: MasterService): Context => ({
    condition: () => conditions[service],
    count: () => void counts[service]++,
    clock,
  })
  const listeners = {
    tcp: tcpListener(context('tcp')),
    http: httpListener(context('http')),
    sip: sipListener(context('sip')),
  }
  const endpoints = {} as Record<MasterService, Required<Endpoint>>
  const applySettings = async (service: MasterService, condition: MasterCondition) => {
    const { address, port } = endpoints[service]
    const isOpen = conditions[service] !== 'dead'
    if (condition !== 'dead' && !isOpen) {
      endpoints[service] = { address, port: await listeners[service].open(address, port) }
    }
    conditions[service] = condition
    if (condition === 'dead') await listeners[service].close()
  }
  // One change after the other: a port must be free again before it is listened on anew.
  let last: Promise<unknown> = Promise.resolve()
  const setCondition = (condition: MasterCondition, service?: MasterService) => {
    const services = service ? [service] : masterServices
    const done = last.then(async () => {
      for (const each of services) await applySettings(each, condition)
    })
    last = done.catch(() => {})
    return done
  }
  for (const service of masterServices) {
    endpoints[service] = { address: '127.0.0.1', port: 0, ...options[service] }
  }
  const close = () => setCondition('dead')
  await setCondition('alive').catch(error => close().then(() => Promise.reject(error)))
  return { endpoints, conditions, counts, setCondition, close }
}

/** What a service's handlers need to know, at the moment they need it. */
interface Context {
  condition(): MasterCondition
  count(): void
  readonly clock: Clock
}

interface Listener {
  /** Resolves with the port. */
  open(address: string, port: number): Promise<number>
  /** Resets what is connected, too. */
  close(): Promise<void>
}

/** What a request meets in each condition; nothing, where there is no row. */
type Rows = Readonly<Partial<Record<MasterCondition, () => unknown>>>

function meet(context: Context, rows: Rows): void {
  context.count()
  rows[context.condition()]?.()
}

const dripMs = 20

/** Writes for ever, a piece each `dripMs`, until the connection closes. */
function drip(clock: Clock, socket: Socket, start: string): void {
  const next = () => {
    if (!socket.writable) return
    socket.write('.')
    clock.after(dripMs, next)
  }
  socket.write(start)
  next()
}

function tcpListener(context: Context): Listener {
  return streamListener(() =>
    createServer(socket => {
      socket.resume()
      meet(context, { drip: () => drip(context.clock, socket, '') })
    }),
  )
}

function httpListener(context: Context): Listener {
  return streamListener(() =>
    createHttpServer((request, response) => {
      request.resume()
      meet(context, {
        alive: () => response.end('alive\n'),
        drip: () => drip(context.clock, request.socket, 'HTTP/1.1 200 OK\r\nX-Drip: '),
      })
    }),
  )
}

const okLine = 'SIP/2.0 200 OK'

function sipListener(context: Context): Listener {
  const overTcp = streamListener(() => createServer(socket => answerSipStream(context, socket)))
  const overUdp = datagramListener((text, peer, reply) => answerSipDatagram(context, text, peer, reply))
  const close = async () => {
    await Promise.all([overTcp.close(), overUdp.close()])
  }
  return {
    async open(address, port) {
      // A port that is free on TCP may be taken on UDP: another one is chosen then.
      for (let tries = port === 0 ? 5 : 1; ; tries--) {
        try {
          return await overUdp.open(address, await overTcp.open(address, port))
        } catch (error) {
          await close()
          if (tries === 1) throw error
        }
      }
    },
    close,
  }
}

function answerSipStream(context: Context, socket: Socket): void {
  const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
  const take = (request: SipMessage) =>
    meet(context, {
      alive: () => socket.write(buildResponse(request, okLine, peer)),
      drip: () => drip(context.clock, socket, `${okLine}\r\nX-Drip: `),
    })
  socket.on(
    'data',
    sipStreamReader(take, () => socket.destroy()),
  )
}

/** Dripping, a datagram at a time: promises for ever that an answer will come. */
function answerSipDatagram(context: Context, text: string, peer: RemoteInfo, reply: Send): void {
  const request = parseSip(text)
  if (request === null || request.status !== null) return
  const promise = () => {
    const open = reply(buildResponse(request, 'SIP/2.0 100 Trying', peer))
    if (open && context.condition() === 'drip') context.clock.after(dripMs, promise)
  }
  meet(context, { alive: () => reply(buildResponse(request, okLine, peer)), drip: promise })
}

function streamListener(create: () => Server): Listener {
  const sockets = new Set<Socket>()
  let server: Server | null = null
  return {
    async open(address, port) {
      const opened = create()
      opened.on('connection', (socket: Socket) => {
        sockets.add(socket)
        socket.on('error', () => {}).once('close', () => sockets.delete(socket))
      })
      await once(opened.listen(port, address), 'listening')
      server = opened.on('error', () => {})
      return (opened.address() as AddressInfo).port
    },
    async close() {
      const closed = server && closedNow(server)
      server = null
      for (const socket of sockets) resetConnection(socket)
      await closed
    },
  }
}

/** Sends to whoever asked; false: the socket is closed. */
type Send = (text: string) => boolean

function datagramListener(onMessage: (text: string, peer: RemoteInfo, reply: Send) => void): Listener {
  let socket: UdpSocket | null = null
  return {
    async open(address, port) {
      const opened = createSocket(address.includes(':') ? 'udp6' : 'udp4')
      opened.on('message', (bytes, peer) => {
        const reply = (text: string) => {
          if (socket === opened) opened.send(text, peer.port, peer.address)
          return socket === opened
        }
        onMessage(bytes.toString('latin1'), peer, reply)
      })
      await once(opened.bind(port, address), 'listening')
      socket = opened.on('error', () => {})
      return opened.address().port
    },
    async close() {
      const closed = socket && closedNow(socket)
      socket = null
      await closed
    },
  }
}

/** By callback: on Node 18 an HTTP server's `close` gives back nothing that could be listened to. */
function closedNow(open: { close(done: () => void): unknown }): Promise<void> {
  return new Promise(resolve => void open.close(() => resolve()))
}
