import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { type Limits, type PageAt, serveWeb } from '../../src/web/server.ts'
import { until } from '../helpers/until.ts'

const quick: Limits = { clients: 1, silenceMs: 100 }
const hello: PageAt = path => ({ code: 200, type: 'text/plain', body: `hello ${path}\n` })

async function open(t: TestContext, answer: PageAt = hello, limits?: Limits) {
  const server = await serveWeb({ host: '127.0.0.1', port: 0 }, answer, null, limits)
  t.after(() => server.close())
  const url = `http://127.0.0.1:${server.port}`
  return { server, url, ask: (path: string, init?: RequestInit) => fetch(url + path, init) }
}

/** What comes back for these bytes until the connection ends. */
async function sent(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let reply = ''
  socket.setEncoding('latin1').on('data', text => {
    reply += text
  })
  socket.write(bytes)
  await gone(socket)
  return reply
}

/** Ended, or reset: `once` would take that for a failure. */
function gone(socket: Socket): Promise<void> {
  socket.on('error', () => {})
  return new Promise(resolve => socket.resume().once('close', resolve))
}

function isAnswered(asked: Promise<Response>): Promise<boolean> {
  return asked.then(
    () => true,
    () => false,
  )
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n'

describe('The HTTP server', () => {
  it('answers GET with the page of the path, whatever its query', async t => {
    const { ask } = await open(t)
    const reply = await ask('/page?a=b?c')
    assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'text/plain'])
    assert.equal(await reply.text(), 'hello /page\n')
  })

  it('lets nobody keep a page, run a script in it, or guess its type', async t => {
    const { headers } = await (await open(t)).ask('/')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  it('answers HEAD with the head alone', async t => {
    const { server } = await open(t)
    const reply = await sent(server.port, 'HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.match(reply, /^HTTP\/1\.1 200 .*Connection: close\r\n.*Content-Length: 12\r\n.*\r\n\r\n$/s)
  })

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
    it(`refuses ${method}: nothing can be changed here`, async t => {
      const reply = await (await open(t)).ask('/', { method })
      assert.deepEqual([reply.status, reply.headers.get('allow')], [405, 'GET, HEAD'])
    })

  for (const [what, bytes, pattern] of [
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a head without an end', `GET / HTTP/1.1\r\nA: ${'x'.repeat(20_000)}`, /^HTTP\/1\.1 431 /],
    ['a path that is a property of objects', 'GET __proto__ HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a request for a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', /^$/],
    [
      'a request to become something else',
      `${get}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n`,
      /^HTTP\/1\.1 200 /,
    ],
  ] as const)
    it(`survives ${what}`, async t => {
      const { server, ask } = await open(t)
      assert.match(await sent(server.port, bytes), pattern)
      assert.equal((await ask('/')).status, 200)
    })

  for (const [what, request] of [
    ['one more request', `${get}\r\n`],
    [
      'one more of HTTP/1.0 that would keep the connection',
      'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    ],
    ['one more that expects something', `${get}Expect: more\r\n\r\n`],
    ['one more that waits to be told to go on', `${get}Expect: 100-continue\r\nContent-Length: 1\r\n\r\n`],
  ] as const)
    it(`makes one page for a connection, though there is ${what} in it, and ends it`, async t => {
      let made = 0
      const { server } = await open(t, path => {
        made += 1
        return hello(path)
      })
      const reply = await sent(server.port, request.repeat(1000))
      assert.equal(made, 1)
      assert.equal(reply.match(/hello/g)?.length, 1)
    })

  it('takes the address of a page whole, as a proxy gets it', async t => {
    const { server } = await open(t)
    const reply = await sent(server.port, 'GET http://a:1/page?b HTTP/1.1\r\nHost: a:1\r\n\r\n')
    assert.match(reply, /hello \/page\n$/)
  })

  it('says so when a page can not be made, and goes on', async t => {
    const { ask } = await open(t, path => {
      if (path === '/bad') throw new Error('WHY')
      return hello(path)
    })
    const reply = await ask('/bad')
    assert.deepEqual([reply.status, await reply.text()], [500, 'internal error: WHY\n'])
    assert.equal((await ask('/')).status, 200)
  })

  it('drops who says nothing', async t => {
    const { server } = await open(t, hello, quick)
    assert.match(await sent(server.port, ''), /^$|^HTTP\/1\.1 408 /)
  })

  it('drops who never ends a request', async t => {
    const { server } = await open(t, hello, quick)
    const drip = connect(server.port, '127.0.0.1')
    const drops = setInterval(() => drip.write('x'), quick.silenceMs / 4)
    t.after(() => clearInterval(drops))
    drip.write('GET / HTTP/1.1\r\nA: ')
    await gone(drip)
  })

  it('drops who takes nothing of a long page', async t => {
    const long: PageAt = path => ({ ...hello(path), body: 'x'.repeat(path === '/long' ? 2 ** 25 : 1) })
    const { server, ask } = await open(t, long, quick)
    const deaf = connect(server.port, '127.0.0.1')
    t.after(() => deaf.destroy())
    deaf.write('GET /long HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(deaf, 'readable')
    await until('room for the next', () => isAnswered(ask('/')))
  })

  it('makes room for one more than 32 clients by dropping who has been there for longest', async t => {
    const { server, ask } = await open(t)
    const clients = await Promise.all(
      Array.from({ length: 32 }, async () => {
        const client = connect(server.port, '127.0.0.1')
        await once(client, 'connect')
        t.after(() => client.destroy())
        return client
      }),
    )
    const first = clients[0]?.on('error', () => {})
    assert.match(await sent(server.port, 'GET / HTTP/1.0\r\n\r\n'), /hello/)
    await until('the first is dropped', async () => {
      assert.equal((await ask('/')).status, 200)
      return first?.closed === true
    })
  })

  it('ends at once, with a client there that waits', async t => {
    const { server } = await open(t)
    const client = connect(server.port, '127.0.0.1')
    await once(client, 'connect')
    await Promise.all([gone(client), server.close()])
  })

  it('rejects where someone else listens', async t => {
    const { server } = await open(t)
    await assert.rejects(serveWeb({ host: '127.0.0.1', port: server.port }, hello), { code: 'EADDRINUSE' })
  })

  it('listens at an IPv6 address', async t => {
    const server = await serveWeb({ host: '::1', port: 0 }, hello)
    t.after(() => server.close())
    assert.equal((await fetch(`http://[::1]:${server.port}/`)).status, 200)
  })
})
