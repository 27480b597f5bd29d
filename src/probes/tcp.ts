import { connect, type Socket } from 'node:net'
import type { TcpCheck } from '../core/settings.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { ProbeOnce } from './probe.ts'
import { type Address, resolveFor } from './resolve.ts'

/** So long the peer may take to close after us; without it, closing on an unread banner would be a reset. */
const lingerMs = 100

/** Connects, and takes the connection as life. Closes with FIN, not RST, for the peer's log's sake. */
export const probeTcp: ProbeOnce<TcpCheck> = (check, clock, signal) =>
  attempt(clock, check.timeoutMs, signal, async running => {
    const address = await resolveFor(running, check.host)
    if (address === null) return
    const socket = openSocket(running, address, check.port)
    socket.once('connect', () => {
      running.decide('answered', `connected to port ${check.port}`)
      running.endWithin(lingerMs)
      socket.resume().end()
    })
    socket.once('close', () => running.end())
  })

/** A socket on its way to `address`, destroyed when the attempt ends; its errors settle the attempt. */
export function openSocket(running: Attempt, address: Address, port: number): Socket {
  const socket = connect({ host: address.address, port, family: address.family })
  // Our own kernel refuses within this turn of the loop; what comes later came over the network.
  let local = true
  setImmediate(() => {
    local = false
  })
  socket.on('error', error => running.settleError(error, local))
  running.atEnd(() => socket.destroy())
  return socket
}
