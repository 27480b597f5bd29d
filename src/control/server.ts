import { chmod } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../system/clock.ts'
import { clearSocketPath } from '../system/socket-path.ts'
import { talk } from './client.ts'
import { isOrder, type Progress, parseRequest, type Reply, type Request } from './messages.ts'

/** Longest request line, bytes: a reason of 200 characters fits many times. */
const longestLine = 8192
/** A client that has said nothing for so long is dropped. */
const idleMs = 15_000
/** A client that does not read what it asked for is dropped at so many unread bytes. */
const mostUnread = 4 * 1024 * 1024
const mostClients = 64
/** So many requests that wait are no operator's. */
const mostLines = 64

export type Handler = (request: Request, progress: (line: Progress) => void) => Promise<Reply>

export interface ControlServer {
  close(): Promise<void>
}

/**
 * Someone answers on this socket: another daemon runs. denied: there is a socket that may not be asked, and behind it
 * another user's daemon may run. Never throws.
 */
export async function isServed(path: string, clock: Clock): Promise<boolean | 'denied'> {
  const { outcome } = await talk(path, { command: 'status' }, { clock, silenceMs: 2000 })
  return outcome === 'denied' ? outcome : outcome !== 'nobody'
}

/**
 * Serves the control socket at `path`, mode 0660; a stale file there is replaced.
 * @throws when the path can't be listened on; the caller says so
 */
export async function serveControl(path: string, handle: Handler): Promise<ControlServer> {
  const clients = new Set<Socket>()
  const server = createServer(socket => {
    if (clients.size >= mostClients) {
      socket.destroy()
      return
    }
    clients.add(socket)
    socket.on('close', () => clients.delete(socket))
    serveClient(socket, handle)
  })
  await clearSocketPath(path)
  await listen(server, path)
  await chmod(path, 0o660)
  return {
    async close() {
      for (const socket of clients) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      // Such as too many open files while accepting: that client is lost, the daemon is not.
      server.on('error', () => {})
      resolve()
    })
  })
}

/** One client: whatever it sends, it harms nobody but itself. */
function serveClient(socket: Socket, handle: Handler): void {
  let pending = ''
  let turn: Promise<void> = Promise.resolve()
  let open = 0
  const send = (line: Reply | Progress) => {
    if (socket.destroyed) return
    socket.write(`${JSON.stringify(line)}\n`)
    if (socket.writableLength > mostUnread) socket.destroy()
  }
  const answer = async (line: string) => {
    const parsed = parseRequest(line)
    if ('error' in parsed) return send({ ok: false, error: parsed.error })
    if (isOrder(parsed.request) && (await hasGone(socket))) return
    socket.setTimeout(0)
    send(await handle(parsed.request, send).catch(asReply))
    socket.setTimeout(idleMs)
  }
  socket.setEncoding('utf8')
  socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('data', (text: string) => {
    const lines = (pending + text).split('\n')
    pending = lines.pop() ?? ''
    if (pending.length > longestLine || open + lines.length > mostLines) {
      socket.destroy()
      return
    }
    open += lines.length
    for (const line of lines)
      turn = turn.then(async () => {
        if (!socket.destroyed) await answer(line)
        open -= 1
      })
  })
}

/** Of a client that gave up while the daemon stood still, the order and the end arrive together, in this sequence. */
async function hasGone(socket: Socket): Promise<boolean> {
  await setImmediate()
  return socket.destroyed || socket.readableEnded
}

function asReply(error: unknown): Reply {
  return { ok: false, error: `internal error: ${error instanceof Error ? error.message : String(error)}` }
}
