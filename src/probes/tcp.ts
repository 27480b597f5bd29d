import { connect, type Socket } from 'node:net'
import type { TcpCheck } from '../core/settings.ts'
import type { Address } from '../net/resolve.ts'
import { askAddresses } from './ask-addresses.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { ProbeOnce } from './probe.ts'

/** So long the peer may take to close after us; without it, closing on an unread banner would be a reset. */
const lingerMs = 100

/** Connects, and takes the connection as life. Closes with FIN, not RST, for the peer's log's sake. */
export const probeTcp: ProbeOnce<TcpCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, whole =>
    askAddresses(whole, check, (running, address) => {
      openSocket(running, address, check.port, socket => {
        running.decide('answered', `connected to port ${check.port}`)
        running.endWithin(lingerMs)
        socket.on('error', () => running.end()).once('close', () => running.end())
        socket.resume().end()
      })
    }),
  )

/**
 * Connects to `address`; an error until then settles the attempt, whose end destroys the socket. Later errors are for
 * `onConnect` to handle.
 */
export function openSocket(
  running: Attempt,
  address: Address,
  port: number,
  onConnect: (socket: Socket) => void,
): Socket {
  const socket = connect({ host: address.address, port, family: address.family })
  // Our own kernel refuses within this turn of the loop; what comes later came over the network.
  let local = true
  setImmediate(() => {
    local = false
  })
  const onError = (error: Error) => running.settleError(error, local)
  socket.on('error', onError)
  socket.once('connect', () => {
    onConnect(socket)
    socket.off('error', onError)
  })
  running.atEnd(() => socket.destroy())
  return socket
}
