import { createServer, type Server, type Socket } from 'node:net'

/** More than these wait in vain, as on the iron. */
const mostConnections = 64

export interface DoorAddress {
  readonly host: string
  readonly port: number
}

/** A listening socket that can be taken away and put back at the same port, and a queue before it. */
export function createDoor(where: DoorAddress, serve: (socket: Socket) => Promise<void>) {
  let port = where.port
  let server: Server | null = null
  let changing: Promise<void> = Promise.resolve()
  let turn: Promise<void> = Promise.resolve()
  const sockets = new Set<Socket>()

  function admit(socket: Socket) {
    socket.on('error', () => {})
    if (sockets.size >= mostConnections) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    turn = turn.then(() => (socket.destroyed ? undefined : serve(socket)))
  }

  function dropConnections() {
    for (const socket of sockets) socket.destroy()
  }

  async function change(open: boolean) {
    if (open && !server) {
      server = createServer(admit)
      await listening(server, port, where.host)
      const address = server.address()
      if (address && typeof address === 'object') port = address.port
    } else if (!open && server) {
      const closing = server
      server = null
      const closed = new Promise<void>(resolve => closing.close(() => resolve()))
      dropConnections()
      await closed
    }
  }

  return {
    dropConnections,
    set(open: boolean): Promise<void> {
      const next = changing.then(() => change(open))
      changing = next.catch(() => {
        server = null
      })
      return next
    },
    address: () => ({ host: where.host, port }),
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
