import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** What a device does with a request for its page. It is written from the protocol's description and shares nothing with the client. */
export type PageAnswer = (socket: Socket, mode: number, asked: readonly string[]) => void

/** A berofos of the fewest lines: takes `/?cmd=4&mode=N`, and answers `/config.txt` as it is told to. */
export interface PlainBerofos {
  readonly port: number
  mode(): number
  /** Targets of all requests, in order. */
  readonly asked: string[]
}

export async function startPlainBerofos(t: TestContext, page: PageAnswer): Promise<PlainBerofos> {
  const sockets = new Set<Socket>()
  const asked: string[] = []
  let mode = 1
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let head = ''
    socket.on('data', bytes => {
      head += bytes.toString('latin1')
      const [, target] = /^GET (\S+) HTTP[\s\S]*\r\n\r\n$/.exec(head) ?? []
      if (target === undefined) return
      head = ''
      asked.push(target)
      const [, written] = /^\/\?cmd=4&mode=([01])$/.exec(target) ?? []
      if (written !== undefined) mode = Number(written)
      if (target === '/config.txt') page(socket, mode, asked)
      else socket.end('HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html></html>\r\n')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  })
  return { port: (server.address() as AddressInfo).port, mode: () => mode, asked }
}

const head = 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n'
const plainLines = (mode: number) => [
  'bnfos_confmap_magic=0.1',
  '1_sz=0',
  `4_mode=${mode}`,
  '1_rm=checked',
  '5_p0=1',
  '5_p1=1',
  '6_wen=0',
  '2_wen=',
  '6_wstate=0',
  '2_wintv=60',
  '2_men=',
  '0_wretv=0',
]

/** A page with one line in place of that of the same key, or one more. */
export function withLine(line: string): PageAnswer {
  const key = line.slice(0, line.indexOf('=') + 1)
  return (socket, mode) => {
    const lines = plainLines(mode)
    const at = lines.findIndex(each => each.startsWith(key))
    lines.splice(at < 0 ? lines.length : at, at < 0 ? 0 : 1, line)
    socket.end(`${head}${lines.join('\r\n')}\r\n`, 'latin1')
  }
}

/** As long as its watchdog was not turned off it says that it has tripped. */
export const tripped: PageAnswer = (socket, mode, asked) => {
  const isOff = asked.includes('/?cmd=6&wen=0')
  return withLine(isOff ? '6_wen=0' : '6_wen=2')(socket, mode, asked)
}

/** The page made into something else. */
export function remade(make: (page: string) => string): PageAnswer {
  return (socket, mode) => socket.end(make(`${head}${plainLines(mode).join('\r\n')}\r\n`), 'latin1')
}

/** Not a page at all. */
export function status(line: string): PageAnswer {
  return socket => socket.end(`HTTP/1.0 ${line}\r\n\r\n`)
}
