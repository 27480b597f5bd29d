import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { type BroadcastPath, limitedBroadcast } from './broadcast-paths.ts'

export interface Sender {
  readonly address: string
  readonly port: number
}

type Listener = (datagram: Buffer, from: Sender) => void

/** Sends to one address, or out of every interface, and hears what comes back. */
export interface UdpLink {
  /** The system's word for why nothing left by any way; null: something did. Never rejects. */
  send(datagram: Uint8Array): Promise<string | null>
  /** What is called for each datagram from now on. */
  hear(listener: Listener | null): void
  close(): void
}

export type OpenedLink =
  | { readonly ok: true; readonly link: UdpLink }
  | { readonly ok: false; readonly systemCode: string }

/** A link to one IPv4 address, which may be a broadcast address. */
export function openLink(address: string, port: number): Promise<OpenedLink> {
  return openSockets(port, [{ from: '0.0.0.0', to: [address] }])
}

/**
 * A link to all devices around. Besides one socket an interface there is one for all, at the same port: an answer
 * that comes as a broadcast is not given to a socket that has an address.
 */
export function openBroadcastLink(paths: readonly BroadcastPath[], port: number): Promise<OpenedLink> {
  return openSockets(port, [{ from: '0.0.0.0', to: paths.length > 0 ? [] : [limitedBroadcast] }, ...paths])
}

async function openSockets(port: number, paths: readonly BroadcastPath[]): Promise<OpenedLink> {
  let listener: Listener | null = null
  const hear = (datagram: Buffer, { address, port }: RemoteInfo) => listener?.(datagram, { address, port })
  const open: { readonly socket: Socket; readonly to: readonly string[] }[] = []
  const close = () => {
    listener = null
    for (const { socket } of open) socket.close()
  }
  let own = 0
  let failure: string | null = null
  for (const { from, to } of paths) {
    const socket = await boundSocket(from, own, paths.length > 1)
    // An interface may go away at any moment; the others remain.
    if (typeof socket === 'string') failure ??= socket
    else {
      own ||= socket.address().port
      socket.on('message', hear)
      open.push({ socket, to })
    }
  }
  if (open.length === 0 && failure !== null) return { ok: false, systemCode: failure }
  const send = async (datagram: Uint8Array) => {
    const sent = open.flatMap(({ socket, to }) => to.map(address => sendOne(socket, datagram, port, address)))
    const codes = await Promise.all(sent)
    return codes.includes(null) ? null : (codes[0] ?? 'ENETUNREACH')
  }
  return {
    ok: true,
    link: {
      send,
      close,
      hear: next => {
        listener = next
      },
    },
  }
}

/** The socket, or the system's word for why there is none. */
function boundSocket(address: string, port: number, shared: boolean): Promise<Socket | string> {
  return new Promise(resolve => {
    const socket = createSocket({ type: 'udp4', reuseAddr: shared, lookup: asItIs })
    const refused = (error: NodeJS.ErrnoException) => {
      socket.close()
      resolve(error.code ?? 'unknown')
    }
    socket.once('error', refused)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', refused)
      // Whatever is wrong with one datagram shows as an answer that is missing.
      socket.on('error', () => {})
      socket.setBroadcast(true)
      resolve(socket)
    })
  })
}

/** Only addresses come here: looking them up would put every datagram off by a turn. */
function asItIs(
  address: string,
  _options: unknown,
  found: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  found(null, address, 4)
}

function sendOne(
  socket: Socket,
  datagram: Uint8Array,
  port: number,
  address: string,
): Promise<string | null> {
  return new Promise(resolve => {
    try {
      socket.send(datagram, port, address, error => {
        resolve(error ? ((error as NodeJS.ErrnoException).code ?? 'unknown') : null)
      })
    } catch (error) {
      resolve((error as NodeJS.ErrnoException).code ?? 'unknown')
    }
  })
}
