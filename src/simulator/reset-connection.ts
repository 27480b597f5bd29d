import type { Socket } from 'node:net'

/**
 * Ends a connection by RST. One that is half closed is only destroyed: there Node fails with `EINVAL reset` and never
 * closes the socket.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded || socket.readableEnded || socket.destroyed) socket.destroy()
  else socket.resetAndDestroy()
}
