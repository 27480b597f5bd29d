import { connect, type Socket } from 'node:net'
import { createReplyReader, type Reply, type ReplyResult } from './reply.ts'
import type { Call } from './turns.ts'

/** How one request over one connection ended. */
export type Exchanged =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** No byte came back; the system's word for why. */
  | { readonly kind: 'unreachable'; readonly systemCode: string }
  /** Something came back that is no reply. */
  | { readonly kind: 'garbage'; readonly why: string }
  | { readonly kind: 'stopped' }

/**
 * Sends `head` (one character a byte) on a connection of its own and reads one reply. Settles at once when the
 * call is stopped; the socket is destroyed in any case.
 */
export function exchange(address: string, port: number, head: string, call: Call): Promise<Exchanged> {
  return new Promise(resolve => {
    if (call.stop.aborted) return resolve({ kind: 'stopped' })
    const socket = connectTo(address, port)
    if (typeof socket === 'string') return resolve({ kind: 'unreachable', systemCode: socket })

    const finish = (exchanged: Exchanged) => {
      call.stop.removeEventListener('abort', stopped)
      socket.destroy()
      resolve(exchanged)
    }
    const stopped = () => finish({ kind: 'stopped' })
    call.stop.addEventListener('abort', stopped, { once: true })
    converse(socket, head, call, finish)
  })
}

function converse(socket: Socket, head: string, call: Call, finish: (exchanged: Exchanged) => void): void {
  const reader = createReplyReader()
  let heard = false
  const conclude = (result: ReplyResult) => {
    if (result.ok) finish({ kind: 'reply', reply: result.reply })
    else
      finish(
        heard ? { kind: 'garbage', why: result.error } : { kind: 'unreachable', systemCode: 'ECONNRESET' },
      )
  }
  socket.on('data', bytes => {
    heard = true
    call.heard = true
    const result = reader.push(bytes)
    if (result) conclude(result)
  })
  socket.on('end', () => conclude(reader.end()))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (heard) conclude(reader.end())
    else finish({ kind: 'unreachable', systemCode: error.code ?? 'unknown' })
  })
  socket.write(head, 'latin1')
}

/** The error's code when the system refuses even to try, such as for a port that does not exist. */
function connectTo(address: string, port: number): Socket | string {
  try {
    return connect({ host: address, port, autoSelectFamily: false })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}
