import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import { type LookUp, systemLookUpInOrder } from '../net/resolve.ts'
import type { Clock } from './clock.ts'
import type { Sent } from './line-sender.ts'
import { openDatagram } from './unix-datagram.ts'

/** A collector: the path of a datagram socket, or host and UDP port. */
export type SyslogAddress = { readonly path: string } | { readonly host: string; readonly port: number }

/** The way out for datagrams. Opens, and after a failure reopens, by itself at the next `send`. */
export interface Outlet {
  /** For so long after `sent` it may turn out that a datagram has not arrived; 0: never. */
  readonly proofMs: number
  send(datagram: Buffer): Sent
  close(): void
}

/** Hears that the collector is away, and that what was sent within the last `proofMs` may not have arrived. */
export type Refused = (why: Sent) => void

/** Opens nothing yet; never throws. `lookUp` replaces the system's name look-up. */
export function openOutlet(
  address: SyslogAddress,
  clock: Clock,
  refused: Refused,
  lookUp: LookUp = systemLookUpInOrder,
): Outlet {
  return 'path' in address ? openUnixOutlet(address.path) : new UdpOutlet(address, clock, refused, lookUp)
}

function openUnixOutlet(path: string): Outlet {
  const sender = openDatagram()
  return { proofMs: 0, send: datagram => sender.send(path, datagram), close: sender.close }
}

/**
 * A closed port is told by ICMP within a round trip; what was sent before that has arrived. Of a host or a network that
 * is gone Linux tells a UDP socket nothing (icmp.c: such errors are not fatal).
 */
const refusalMs = 500
/** A name server that is silent: lines go to stdout meanwhile. */
const longestLookUpMs = 2000

/**
 * A connected socket, so that the name is looked up once, and a collector that is down answers with an error (ICMP):
 * some time after the datagram that it belongs to, as an event, at the callback of that datagram or of a later one,
 * which was not sent then.
 */
class UdpOutlet implements Outlet {
  readonly proofMs = refusalMs
  readonly #host: string
  readonly #port: number
  readonly #clock: Clock
  readonly #refused: Refused
  readonly #lookUp: LookUp
  #socket: Socket | null = null
  #ready = false
  #closed = false
  /** Since when it is being opened; null: it is not. */
  #openingSince: number | null = null
  /** Why it failed last; null: it is open, or was never opened. */
  #failure: string | null = null

  constructor(
    { host, port }: { host: string; port: number },
    clock: Clock,
    refused: Refused,
    lookUp: LookUp,
  ) {
    this.#host = host
    this.#port = port
    this.#clock = clock
    this.#refused = refused
    this.#lookUp = lookUp
  }

  send(datagram: Buffer): Sent {
    if (!this.#ready) this.#open()
    const socket = this.#socket
    if (!this.#ready || !socket) return this.#failure ?? this.#slowness()
    try {
      socket.send(datagram, error => error && this.#fail(error, socket))
      return 'sent'
    } catch (error) {
      this.#drop()
      return codeOf(error)
    }
  }

  close(): void {
    this.#closed = true
    this.#drop()
  }

  #open(): void {
    if (this.#openingSince !== null || this.#closed) return
    this.#openingSince = this.#clock.mono()
    const family = isIP(this.#host)
    if (family === 0) this.#lookup()
    else this.#connect(this.#host, family)
  }

  #slowness(): Sent {
    const sinceMs = this.#clock.mono() - (this.#openingSince ?? Number.POSITIVE_INFINITY)
    return sinceMs > longestLookUpMs ? 'ETIMEDOUT' : 'EAGAIN'
  }

  #lookup(): void {
    this.#lookUp(this.#host).then(
      ([{ address, family }]) => this.#connect(address, family),
      error => this.#fail(error, null),
    )
  }

  #connect(address: string, family: number): void {
    if (this.#closed) return
    try {
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
      this.#socket = socket
      socket.unref()
      socket.on('error', error => this.#fail(error, socket))
      // A connect(2) that fails (no route, say) comes here and is no 'error' event (node:dgram, doConnect).
      socket.connect(this.#port, address, (error?: Error) => {
        if (error) this.#fail(error, socket)
        else if (this.#socket === socket) this.#opened()
      })
    } catch (error) {
      this.#fail(error, this.#socket)
    }
  }

  #opened(): void {
    this.#ready = true
    this.#openingSince = null
    this.#failure = null
  }

  /** Each datagram of a socket that was dropped fails once more. */
  #fail(error: unknown, socket: Socket | null): void {
    if (this.#closed || socket !== this.#socket) return
    const code = codeOf(error)
    this.#failure = code
    this.#drop()
    this.#refused(code)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#ready = false
    this.#openingSince = null
    try {
      socket?.close()
    } catch {
      // Closed already.
    }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException)?.code ?? 'EIO'
}
