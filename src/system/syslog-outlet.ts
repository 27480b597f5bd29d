import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import { systemLookUpInOrder } from '../net/resolve.ts'
import type { Sent } from './line-sender.ts'
import { openDatagram } from './unix-datagram.ts'

/** A collector: the path of a datagram socket, or host and UDP port. */
export type SyslogAddress = { readonly path: string } | { readonly host: string; readonly port: number }

/** The way out for datagrams. Opens, and after a failure reopens, by itself at the next `send`. */
export interface Outlet {
  send(datagram: Buffer): Sent
  close(): void
}

/** Opens nothing yet; never throws. */
export function openOutlet(address: SyslogAddress): Outlet {
  return 'path' in address ? openUnixOutlet(address.path) : new UdpOutlet(address.host, address.port)
}

function openUnixOutlet(path: string): Outlet {
  const sender = openDatagram()
  return { send: datagram => sender.send(path, datagram), close: sender.close }
}

/**
 * A connected socket, so that the name is looked up once and a collector that is down answers ECONNREFUSED
 * (ICMP): that much is known of UDP, and only of the datagram before.
 */
class UdpOutlet implements Outlet {
  readonly #host: string
  readonly #port: number
  #socket: Socket | null = null
  #ready = false
  #opening = false
  #closed = false
  #failure: string | null = null

  constructor(host: string, port: number) {
    this.#host = host
    this.#port = port
  }

  send(datagram: Buffer): Sent {
    if (this.#failure !== null) {
      const failure = this.#failure
      this.#failure = null
      return failure
    }
    if (!this.#ready) this.#open()
    if (!this.#ready || !this.#socket) return 'EAGAIN'
    try {
      this.#socket.send(datagram, error => error && this.#fail(error))
      return 'sent'
    } catch (error) {
      this.#fail(error)
      return 'EAGAIN'
    }
  }

  close(): void {
    this.#closed = true
    this.#drop()
  }

  #open(): void {
    if (this.#opening || this.#closed) return
    this.#opening = true
    const family = isIP(this.#host)
    if (family === 0) this.#lookup()
    else this.#connect(this.#host, family)
  }

  #lookup(): void {
    systemLookUpInOrder(this.#host).then(
      ([{ address, family }]) => this.#connect(address, family),
      error => this.#fail(error),
    )
  }

  #connect(address: string, family: number): void {
    if (this.#closed) return
    try {
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
      this.#socket = socket
      socket.unref()
      const failed = (error: Error) => this.#socket === socket && this.#fail(error)
      socket.on('error', failed)
      // A connect(2) that fails (no route, say) comes here and is no 'error' event (node:dgram, doConnect).
      socket.connect(this.#port, address, (error?: Error) => {
        if (error) failed(error)
        else this.#ready = this.#socket === socket
      })
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#failure = (error as NodeJS.ErrnoException)?.code ?? 'EIO'
    this.#drop()
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#ready = false
    this.#opening = false
    try {
      socket?.close()
    } catch {
      // Closed already.
    }
  }
}
