import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A server that answers each request head with whatever `answer` does with the socket. */
export async function rawServer(answer: (socket: Socket, head: string, number: number) => void) {
  const sockets = new Set<Socket>()
  let requests = 0
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let head = ''
    socket.on('data', data => {
      head += data.toString('latin1')
      if (!head.endsWith('\r\n\r\n')) return
      requests += 1
      answer(socket, head, requests)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    requests: () => requests,
    close,
    [Symbol.asyncDispose]: close,
  }
}
