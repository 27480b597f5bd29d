import { once } from 'node:events'
import { chmod, stat } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { LineSplitter } from '../net/lines.ts'
import { ClientPlaces } from '../system/client-places.ts'
import { type Clock, systemClock, type Timer } from '../system/clock.ts'
import { clearSocketPath } from '../system/socket-path.ts'
import { talk } from './client.ts'
import { isOrder, type Progress, parseRequest, type Reply, type Request } from './messages.ts'

/** Longest request line, bytes: a reason of 200 characters fits many times. */
const longestLine = 8192
/** A client that has said nothing for so long is dropped. */
const idleMs = 15_000
/** Requests of one client that wait for their turn; more are not an operator's. */
const mostLines = 64

/** Who may use a socket, and for what. */
export interface SocketKind {
  readonly mode: number
  /** Clients at once: for more, whoever has been idle for longest makes room. */
  readonly clients: number
  /** Only questions are answered. */
  readonly readOnly: boolean
  /** Pause after each answer to a client, so that one who asks without end leaves time for decisions. */
  readonly pauseMs: number
}

/** For the operators' group: everything. */
export const controlSocket: SocketKind = { mode: 0o660, clients: 64, readOnly: false, pauseMs: 0 }
/** For every local user: status and history. */
export const statusSocket: SocketKind = { mode: 0o666, clients: 32, readOnly: true, pauseMs: 50 }

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
 * Serves a socket at `path`; a stale file there is replaced.
 * @throws when the path can't be listened on; the caller says so
 */
export async function serveControl(
  path: string,
  handle: Handler,
  kind: SocketKind = controlSocket,
): Promise<ControlServer> {
  const places = new ClientPlaces<Socket>(kind.clients, () => systemClock.mono())
  const open = async () => {
    const server = createServer(socket => {
      socket.on('error', () => socket.destroy())
      socket.on('close', () => places.leave(socket))
      if (places.enter(socket)) serveClient(socket, places, kind, handle)
    })
    await clearSocketPath(path)
    await listen(server, path)
    await chmod(path, kind.mode)
    return server
  }
  const listener = new KeptListener(await open(), path, open, systemClock)
  return {
    async close() {
      places.clear()
      await listener.close()
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
function serveClient(
  socket: Socket,
  places: ClientPlaces<Socket>,
  { readOnly, pauseMs }: SocketKind,
  handle: Handler,
): void {
  const send = async (line: Reply | Progress) => {
    if (!socket.destroyed && !socket.write(`${JSON.stringify(line)}\n`)) await taken(socket)
  }
  const answer = async (line: string) => {
    const parsed = parseRequest(line)
    if ('error' in parsed) return send({ ok: false, error: parsed.error })
    const { request } = parsed
    if (isOrder(request) && readOnly) return send({ ok: false, error: onlyTells })
    if (isOrder(request) && (await hasGone(socket))) return
    socket.setTimeout(0)
    places.begin(socket)
    const reply = await handle(request, line => void send(line)).catch(asReply)
    places.end(socket)
    socket.setTimeout(idleMs)
    await send(reply)
    if (pauseMs > 0) await systemClock.sleep(pauseMs)
  }
  socket.setTimeout(idleMs, () => socket.destroy())
  readLines(socket, async line => {
    if (!socket.destroyed) await answer(line)
  })
}

/** Waits until a client has read what it was sent: one answer at a time is kept for one that does not. */
async function taken(socket: Socket): Promise<void> {
  const either = new AbortController()
  const event = (name: string) => once(socket, name, { signal: either.signal }).catch(() => {})
  await Promise.race([event('drain'), event('close')])
  either.abort()
}

const onlyTells = 'this socket answers status and history only: orders go to [control] socket'

/** Hands over each line once the one before was dealt with. Who sends too much is dropped. */
function readLines(socket: Socket, take: (line: string) => Promise<void>): void {
  const splitter = new LineSplitter(longestLine)
  let open = 0
  let turn: Promise<void> = Promise.resolve()
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = splitter.push(text)
    if (splitter.isCut || open + lines.length > mostLines) {
      socket.destroy()
      return
    }
    open += lines.length
    for (const line of lines)
      turn = turn.then(async () => {
        await take(line)
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

/** How often the socket is looked for. */
const lookMs = 2000

/**
 * Keeps a unix socket reachable: one whose file was removed is made anew within two seconds, since nobody could ask or
 * order anything. Clients that are connected stay.
 */
class KeptListener {
  private timer: Timer | null = null
  private closed = false

  /** `open`: makes a server that listens at `path`. */
  constructor(
    private server: Server,
    private readonly path: string,
    private readonly open: () => Promise<Server>,
    private readonly clock: Clock,
  ) {
    this.lookLater()
  }

  async close(): Promise<void> {
    this.closed = true
    this.timer?.cancel()
    await ended(this.server)
  }

  private lookLater(): void {
    if (!this.closed) this.timer = this.clock.after(lookMs, () => void this.look())
  }

  private async look(): Promise<void> {
    const isGone = await stat(this.path).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    )
    if (isGone && !this.closed) await this.reopen()
    this.lookLater()
  }

  /** The old one is closed first: closing removes whatever is at its path. */
  private async reopen(): Promise<void> {
    this.server.close()
    const server = await this.open().catch(() => null)
    if (server === null) return
    this.server = server
    if (this.closed) server.close()
  }
}

function ended(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()))
}
