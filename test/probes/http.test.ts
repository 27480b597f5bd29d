import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { probeHttp } from '../../src/probes/http.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openSockets, until } from '../helpers/until.ts'
import { httpCheck, neverAborts } from './checks.ts'

async function serve(onRequest: RequestListener) {
  const server = createHttpServer(onRequest)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}/api/status?x=1`, close }
}

/** Answers with these very bytes, whatever is asked. */
async function serveBytes(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { url: `http://127.0.0.1:${port}/`, close }
}

const longHead = (kib: number) => `HTTP/1.1 200 OK\r\n${`X-Y: ${'y'.repeat(1017)}\r\n`.repeat(kib)}\r\n`

const ask = (url: string, over: Partial<Parameters<typeof httpCheck>[0]> = {}) =>
  probeHttp(httpCheck({ ...over, url }), systemClock, neverAborts)

for (const [status, expect, outcome, detail] of [
  [200, [[200, 499]], 'answered', 'HTTP 200'],
  [404, [[200, 499]], 'answered', 'HTTP 404'],
  [499, [[200, 499]], 'answered', 'HTTP 499'],
  [503, [[200, 499]], 'failed', 'HTTP 503, expected 200-499'],
  [
    204,
    [
      [200, 200],
      [300, 399],
    ],
    'failed',
    'HTTP 204, expected 200, 300-399',
  ],
] as const) {
  test(`status ${status}, when ${JSON.stringify(expect)} are expected: ${outcome}`, async () => {
    const peer = await serve((_request, response) => response.writeHead(status).end())
    const result = await ask(peer.url, { expect })
    assert.deepEqual([result.outcome, result.detail], [outcome, detail])
    peer.close()
  })
}

test('the request is the one configured, says who asks, and keeps no connection', async () => {
  const seen: unknown[] = []
  const peer = await serve((request, response) => {
    const { 'user-agent': agent, connection } = request.headers
    seen.push([request.method, request.url, agent, connection])
    response.end()
  })
  await ask(peer.url, { method: 'HEAD' })
  assert.deepEqual(seen, [['HEAD', '/api/status?x=1', 'berofosd', 'close']])
  peer.close()
})

test('a redirect is not followed: its status counts', async () => {
  let requests = 0
  const peer = await serve((_request, response) => {
    requests++
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  const result = await ask(peer.url, { expect: [[302, 302]] })
  assert.deepEqual([result.outcome, requests], ['answered', 1])
  peer.close()
})

for (const [what, answer] of [
  [
    'a body that never ends',
    (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1'),
  ],
  [
    'a body beyond the bound',
    (socket: Socket) => socket.write(`HTTP/1.0 200 OK\r\n\r\n${'x'.repeat(200_000)}`),
  ],
  [
    'a reset behind the head',
    (socket: Socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1', () => socket.resetAndDestroy()),
  ],
  ['HTTP/1.0 without a length', (socket: Socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nalive')],
  ['no reason phrase', (socket: Socket) => socket.end('HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n')],
  ['bare line feeds', (socket: Socket) => socket.end('HTTP/1.1 200 OK\nServer: x\n\n')],
  ['a line without a colon', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nServer x\r\n\r\n')],
  ['a folded header', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nServer: x\r\n y\r\n\r\n')],
  [
    'a length that stands twice',
    (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    'two different lengths',
    (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n'),
  ],
  ['20 KiB of headers', (socket: Socket) => socket.end(longHead(20))],
  ['60 KiB of headers', (socket: Socket) => socket.end(longHead(60))],
  ['a protocol in lower case', (socket: Socket) => socket.end('http/1.1 200 ok\r\n\r\n')],
  ['a head that is cut off', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nServer: x')],
  [
    '100 Continue before it',
    (socket: Socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
  ],
] as const) {
  test(`life is decided by the head, with ${what}`, async () => {
    const peer = await serveBytes(answer)
    const before = systemClock.mono()
    const result = await ask(peer.url, { timeoutMs: 30_000 })
    assert.deepEqual([result.outcome, result.detail], ['answered', 'HTTP 200'])
    assert.ok(systemClock.mono() - before < 10_000, 'well before the deadline')
    peer.close()
  })
}

for (const [what, answer, detail] of [
  ['says nothing', () => {}, /^no answer in 200 ms$/],
  ['drips a head', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nX-'), /^no answer in 200 ms$/],
  ['closes', (socket: Socket) => socket.end(), /^connection closed without an answer$/],
  ['resets', (socket: Socket) => socket.resetAndDestroy(), /^connection (reset|closed)/],
  ['speaks something else', (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n'), /^malformed HTTP answer/],
] as const) {
  test(`a peer that ${what} has failed, on time`, async () => {
    const peer = await serveBytes(answer)
    const result = await ask(peer.url, { timeoutMs: 200 })
    assert.equal(result.outcome, 'failed')
    assert.match(result.detail, detail)
    assert.ok(result.ms < 450, `took ${result.ms} ms`)
    peer.close()
  })
}

test('a refused connection is a failure at once', async () => {
  const peer = await serve(() => {})
  peer.close()
  const result = await ask(peer.url)
  assert.deepEqual([result.outcome, result.detail], ['failed', 'connection refused'])
})

test('an abort ends it as inconclusive', async () => {
  const stopping = new AbortController()
  const peer = await serve(() => stopping.abort())
  const result = await probeHttp(
    httpCheck({ url: peer.url, timeoutMs: 60_000 }),
    systemClock,
    stopping.signal,
  )
  assert.equal(result.outcome, 'inconclusive')
  peer.close()
})

test('a CA file that cannot be read says so', async () => {
  const result = await ask('https://127.0.0.1:1/', { ca: '/nonexistent/ca.pem' })
  assert.equal(result.outcome, 'inconclusive')
  assert.match(result.detail, /^cannot read the CA file \/nonexistent\/ca\.pem \(ENOENT\)/)
})

test('a CA file without a certificate says so', async () => {
  const result = await ask('https://127.0.0.1:1/', { ca: '/etc/passwd' })
  assert.deepEqual(
    [result.outcome, result.detail],
    ['inconclusive', 'the CA file /etc/passwd holds no PEM certificate'],
  )
})

test('nothing is left open', async () => {
  const before = openSockets()
  const peer = await serveBytes(socket => socket.write('HTTP/1.1 200 OK\r\n\r\nx'))
  await Promise.all([ask(peer.url), ask(peer.url), ask(peer.url, { timeoutMs: 1 })])
  peer.close()
  await until('all sockets closed', () => openSockets() <= before)
})
