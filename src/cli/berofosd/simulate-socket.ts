import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { LineSplitter } from '../../net/lines.ts'
import type { SteerReply } from '../../simulator/site-steering.ts'
import { clearSocketPath, SocketPathProblem } from '../../system/socket-path.ts'

/** Takes one steering line. */
export type SteeringSocket = (line: string) => Promise<SteerReply>

const longestLine = 1000
const longestReplyMs = 10_000
/** What is said before the text of a line that was not taken. */
const refusal = 'error: '

/**
 * Takes steering lines on a unix socket, each answered in plain text; mode 0600 by the umask of its maker. A stale
 * socket there is replaced. Rejects when the path can't be used or is another simulator's.
 */
export async function serveSteering(path: string, take: SteeringSocket): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, take)
  })
  if (await isServed(path)) throw new SocketPathProblem(path, 'a simulator serves it, name another path')
  await clearSocketPath(path)
  try {
    await once(server.listen(path), 'listening')
  } catch (error) {
    // Not the cure for a port.
    throw new SocketPathProblem(path, `no socket can be made there: ${(error as NodeJS.ErrnoException).code}`)
  }
  return {
    async close() {
      for (const socket of sockets) socket.end()
      await new Promise(resolve => {
        server.close(resolve)
        setTimeout(() => [...sockets].map(socket => socket.destroy()), 200).unref()
      })
    },
  }
}

/** Somebody listens there: to take the path from him, and to remove it at the end, would leave him deaf. */
async function isServed(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Sends one line to a simulator; `ok` false as well when none is there. Never rejects. */
export async function tellSteering(path: string, line: string): Promise<SteerReply> {
  const socket = connect(path)
  socket.setTimeout(longestReplyMs, () => socket.destroy(new Error('no answer')))
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (part: string) => {
    text += part
  })
  try {
    socket.end(`${line}\n`)
    await once(socket, 'close')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { ok: false, text: `no simulator answers on ${path}: ${code ?? message}` }
  }
  const reply = text.trimEnd()
  return reply.startsWith(refusal)
    ? { ok: false, text: reply.slice(refusal.length) }
    : { ok: true, text: reply }
}

function serve(socket: Socket, take: SteeringSocket): void {
  const splitter = new LineSplitter(longestLine)
  let turn: Promise<void> = Promise.resolve()
  const answer = async (line: string) => {
    const { ok, text } = await take(line)
    if (socket.writable) socket.write(`${ok ? '' : refusal}${text}\n`)
  }
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (part: string) => {
    const lines = splitter.push(part)
    if (splitter.isCut) return void socket.destroy()
    for (const line of lines.filter(line => line.trim() !== '')) turn = turn.then(() => answer(line))
  })
  socket.on('end', () => {
    turn = turn.then(() => void socket.end())
  })
}
