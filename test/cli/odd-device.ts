import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/**
 * A berofos made of nothing but the description of its interface, with one thing about it that is odd: none of the
 * project's own encoding is in it, and what it takes it does whatever it answers.
 */
export interface Oddity {
  /** Lines of config.txt in place of, or besides, the usual ones; null: left out. */
  readonly page?: Readonly<Record<string, string | null>>
  /** The whole body of config.txt, made from the usual one. */
  readonly body?: (usual: string) => Buffer
  /** How reading is answered: a status, so many milliseconds late, not at all, or by hanging up. */
  readonly read?: number | { readonly lateMs: number } | 'never' | 'hangs up'
  /** The same of writing. */
  readonly write?: number | { readonly lateMs: number } | 'never' | 'hangs up'
  /** What ends lines of an answer's head; default CR LF. */
  readonly lineEnd?: string
  /** Lines of the head behind the status line. */
  readonly head?: readonly string[]
  /** Writing changes what is read only so many milliseconds later. */
  readonly takesMs?: number
  /** Writing is answered and does nothing. */
  readonly ignores?: boolean
  /** After each write its web server starts anew, and refuses connections for so many milliseconds. */
  readonly awayMs?: number
}

interface OddDevice {
  readonly port: number
  /** What the relay really is. */
  mode(): string
  readonly asked: string[]
}

export async function openOddDevice(t: TestContext, host: string, oddity: Oddity): Promise<OddDevice> {
  let mode = '1'
  const set: Record<string, string> = {}
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const later = (ms: number, run: () => void) => timers.add(setTimeout(run, ms))

  const pageNow = () => {
    const lines: Record<string, string | null> = { ...usualPage, '4_mode': mode, ...set, ...oddity.page }
    return Object.entries(lines)
      .flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`]))
      .join('\n')
  }
  const answer = (socket: Socket, how: Oddity['read'], body: Buffer): void => {
    if (how === 'hangs up') socket.destroy()
    if (how === 'never' || how === 'hangs up') return
    const status = typeof how === 'number' ? how : 200
    const words = status === 401 ? ['WWW-Authenticate: Basic realm="berofos"'] : []
    const head = [`HTTP/1.0 ${status} X`, ...words, ...(oddity.head ?? ['Content-Type: text/plain']), '', '']
    const send = () => socket.end(Buffer.concat([Buffer.from(head.join(oddity.lineEnd ?? '\r\n')), body]))
    if (typeof how === 'object') later(how.lateMs, send)
    else send()
  }
  const serve = (socket: Socket, target: string): void => {
    asked.push(target)
    if (target === '/config.txt') {
      const usual = pageNow()
      answer(socket, oddity.read, oddity.body?.(usual) ?? Buffer.from(`${usual}\n`))
      return
    }
    const written = /^\/\?cmd=4&mode=([01])$/.exec(target)?.[1]
    const isTaken = written !== undefined && !oddity.ignores && typeof oddity.write !== 'number'
    const [, key, value] = /[?&](wen|s|sz)=([01])(?:&|$)/.exec(target) ?? []
    if (key !== undefined && value !== undefined) set[shownAs[key] ?? ''] = value
    const take = () => {
      mode = written ?? mode
    }
    if (isTaken && oddity.takesMs) later(oddity.takesMs, take)
    else if (isTaken) take()
    answer(socket, oddity.write, Buffer.from('<html></html>'))
    if (oddity.awayMs === undefined || !server.listening) return
    server.close()
    later(oddity.awayMs, () => server.listen(port, host))
  }
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let heard = ''
    socket.on('data', bytes => {
      heard += bytes.toString('latin1')
      const [, target] = /^GET (\S+) HTTP\/1\.[01]\r\n[\s\S]*\r\n\r\n/.exec(heard) ?? []
      if (target === undefined) return
      heard = ''
      serve(socket, target)
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  t.after(() => {
    for (const timer of timers) clearTimeout(timer)
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, mode: () => mode, asked }
}

/** Of power port 1. */
const shownAs: Readonly<Record<string, string>> = { wen: '6_wen', s: '5_p0', sz: '1_sz' }

const usualPage = {
  ...{ bnfos_confmap_magic: '0.1', '1_sz': '0', '1_rm': 'checked', '1_p0': '', '1_p1': '' },
  ...{ '2_men': '', '2_as': '', '2_wintv': '60', '2_wen': '', '3_dn': 'berofos', '3_ip': '10.34.1.20' },
  ...{ '3_nm': '255.255.255.0', '3_gw': '10.34.1.1', '3_dns': '10.34.1.1', '3_dhcp': '', '3_port': '80' },
  ...{ '3_pwd': '', '3_log': '', '4_mode': '1', '5_p0': '1', '5_p1': '1', '6_wen': '0', '6_wstate': '0' },
  ...{ '0_wretv': '0' },
}

/** A device that speaks GBL4 alone and answers each request with this payload. */
export async function openGbl4Speaker(
  t: TestContext,
  host: string,
  port: number,
  answerOf: (command: number, payload: Buffer) => Buffer | null,
): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('message', (datagram, from) => {
    const command = datagram[4] ?? 0
    const payload = answerOf(command, datagram.subarray(5, -1))
    if (!payload) return
    const body = Buffer.concat([Buffer.from('GBL\x04', 'latin1'), Buffer.of(command), payload])
    const sum = Buffer.of(body.reduce((xor, byte) => xor ^ byte, 0))
    socket.send(Buffer.concat([body, sum]), from.port, from.address)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  t.after(() => socket.close())
}
