import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Random } from '../../helpers/random.ts'
import { piecesOf } from '../expect.ts'

/** How a stranger ends what it says. */
type Ending = 'ends' | 'resets' | 'stays' | 'repeats'
const endings: readonly Ending[] = [
  'ends',
  'ends',
  'ends',
  'ends',
  'ends',
  'ends',
  'resets',
  'stays',
  'repeats',
]
/** Whoever takes more than this of an answer has no bound; what lies in the kernel's buffers counts too. */
const mostTakenBytes = 24 * 1024 * 1024

export interface Stranger {
  readonly port: number
  /** From now on, this is said to whoever connects; `prepare` may put marks of the request into it. */
  say(input: Buffer, prepare?: (input: Buffer, request: string) => Buffer): void
  /** Throws when somebody is still connected `ms` from now, or took more than `mostBytes` of an answer. */
  expectAlone(ms: number, mostBytes?: number): Promise<void>
  close(): Promise<void>
}

/** A server that answers the first bytes of each connection with the input, in pieces, and then behaves badly. */
export async function openStranger(path?: string): Promise<Stranger> {
  const sockets = new Set<Socket>()
  let said: { input: Buffer; prepare: (input: Buffer, request: string) => Buffer } | null = null
  let greedy = 0
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      sockets.delete(socket)
      greedy = Math.max(greedy, socket.bytesWritten - socket.writableLength)
    })
    socket.once('data', request => {
      socket.resume()
      if (said) answer(socket, said.input, said.prepare(said.input, request.toString('latin1')))
    })
  })
  server.listen(path === undefined ? { host: '127.0.0.1', port: 0 } : { path })
  await once(server, 'listening')
  return {
    port: path === undefined ? (server.address() as AddressInfo).port : 0,
    say(input, prepare = same) {
      greedy = 0
      said = { input, prepare }
    },
    async expectAlone(ms, mostBytes = mostTakenBytes) {
      const end = performance.now() + ms
      while (sockets.size > 0 && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 2))
      const left = sockets.size
      for (const socket of sockets) socket.destroy()
      if (left > 0) throw new Error(`${left} connections are left open`)
      if (greedy > mostBytes) throw new Error('an answer without an end is taken without a bound')
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function same(input: Buffer): Buffer {
  return input
}

/** The ending is the input's own, so that a replay behaves alike. */
function answer(socket: Socket, input: Buffer, bytes: Buffer): void {
  const ending = new Random(Buffer.concat([input, Buffer.from('ending')])).pick(endings)
  const pieces = piecesOf(bytes).slice(0, 40)
  const rest = bytes.subarray(pieces.reduce((sum, piece) => sum + piece.length, 0))
  socket.setNoDelay()
  for (const piece of [...pieces, rest]) if (piece.length > 0) socket.write(piece)
  if (ending === 'ends') socket.end()
  // A unix socket knows no reset.
  if (ending === 'resets')
    setImmediate(() => (socket.remotePort ? socket.resetAndDestroy() : socket.destroy()))
  if (ending === 'repeats')
    repeat(socket, Buffer.concat(Array(1 + Math.floor(65_536 / (bytes.length + 1))).fill(bytes)))
}

function repeat(socket: Socket, bytes: Buffer): void {
  const more = () => {
    while (!socket.destroyed && bytes.length > 0 && socket.bytesWritten < 2 * mostTakenBytes)
      if (!socket.write(bytes)) {
        socket.once('drain', more)
        return
      }
  }
  more()
}
