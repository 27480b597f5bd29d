import { connect, type Socket } from 'node:net'
import { createReplyReader, type Reply, type ReplyReader, type ReplyResult } from './reply.ts'
import type { Call } from './turns.ts'

/** How one request over one connection ended. */
export type Exchanged =
  /** `flaw`: its head is sound, and its body is not whole, for this reason; null: the reply is whole. */
  | { readonly kind: 'reply'; readonly reply: Reply; readonly flaw: string | null }
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
    const reader = createReplyReader()
    const stopped = () => {
      // A head of a few hundred bytes is with the system as soon as there is a connection.
      if (!socket.connecting) call.noteSent()
      const reply = reader.partial()
      finish(reply ? { kind: 'reply', reply, flaw: 'it did not finish its answer' } : { kind: 'stopped' })
    }
    call.stop.addEventListener('abort', stopped, { once: true })
    converse(socket, head, call, reader, finish)
  })
}

function converse(
  socket: Socket,
  head: string,
  call: Call,
  reader: ReplyReader,
  finish: (exchanged: Exchanged) => void,
): void {
  let heard = false
  const conclude = (result: ReplyResult) => {
    const reply = result.ok ? result.reply : reader.partial()
    if (reply) finish({ kind: 'reply', reply, flaw: result.ok ? null : result.error })
    else if (!result.ok)
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
  socket.on('connect', () => call.noteReached())
  // Called once the system has taken every byte, which it does only on a connection.
  socket.write(head, 'latin1', error => {
    if (!error) call.noteSent()
  })
}

/** The error's code when the system refuses even to try, such as for a port that does not exist. */
function connectTo(address: string, port: number): Socket | string {
  try {
    return connect({ host: address, port, autoSelectFamily: false })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}
