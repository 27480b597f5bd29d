import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

type Respond = (datagram: Buffer, say: (answer: Uint8Array) => void, from: RemoteInfo) => void

/** A UDP socket that answers as the test wants; `others` are further sockets to answer from. */
export async function udpStub(respond: Respond, address = '127.0.0.1') {
  const socket = await bound(address, 0)
  const heard: Buffer[] = []
  socket.on('message', (datagram, from) => {
    heard.push(datagram)
    respond(datagram, answer => socket.send(answer, from.port, from.address), from)
  })
  const others: Socket[] = []
  const port = socket.address().port
  return {
    port,
    heard,
    /** A further socket, at that address and port; port 0: any. */
    async other(address: string, port: number): Promise<Socket> {
      const other = await bound(address, port)
      others.push(other)
      return other
    },
    async [Symbol.asyncDispose]() {
      for (const each of [socket, ...others]) {
        each.close()
        await once(each, 'close')
      }
    },
  }
}

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(port, address)
  await once(socket, 'listening')
  return socket
}
