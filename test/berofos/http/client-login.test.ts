import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDevice } from '../../../src/berofos/http/client.ts'
import { fakeClock } from './fake-clock.ts'
import { rawServer } from './raw-server.ts'

const page = 'HTTP/1.0 200 OK\r\n\r\nbnfos_confmap_magic=0.1\r\n4_mode=1\r\n'
const asks = (...challenges: string[]) =>
  `HTTP/1.0 401 No\r\n${challenges.map(challenge => `WWW-Authenticate: ${challenge}\r\n`).join('')}\r\n`

/** A device that gives these replies, one a request, and the `Authorization` of each request. */
async function setUp(login: string | null, replies: readonly string[]) {
  const sent: string[] = []
  const server = await rawServer((socket, head, number) => {
    sent.push(/^Authorization: (.*)\r$/m.exec(head)?.[1] ?? '-')
    socket.end(replies[number - 1] ?? page)
  })
  const device = openDevice({ host: '127.0.0.1', port: server.port, login, timeoutMs: 3000 }, fakeClock())
  return { device, sent, [Symbol.asyncDispose]: server.close }
}

const short = (authorization: string) => {
  const [scheme] = authorization.split(' ')
  const nonce = /nonce="(\w+)"/.exec(authorization)?.[1]
  const count = /nc=0*(\w+)/.exec(authorization)?.[1]
  return [scheme, nonce, count].filter(word => word !== undefined).join(' ')
}

const md5 = (nonce: string, more = '') => `Digest realm="r", nonce="${nonce}", qop="auth"${more}`

test('a login is not sent before the device asks for it', async () => {
  await using at = await setUp('admin:x', [])
  await at.device.read()
  await at.device.read()
  assert.deepEqual(at.sent, ['-', '-'])
})

test('Basic is sent at once after it has been asked for, byte for byte', async () => {
  await using at = await setUp('admin: p;ä#"=:s ', [asks('Basic realm="x"')])
  assert.ok((await at.device.read()).ok)
  assert.ok((await at.device.write('mode', '0')).ok)
  const basic = `Basic ${Buffer.from('admin: p;ä#"=:s ').toString('base64')}`
  assert.deepEqual(at.sent, ['-', basic, basic])
})

test('a Digest nonce is used again with the next count', async () => {
  await using at = await setUp('admin:x', [asks(md5('one'))])
  for (let calls = 0; calls < 3; calls++) assert.ok((await at.device.read()).ok)
  assert.deepEqual(at.sent.map(short), ['-', 'Digest one 1', 'Digest one 2', 'Digest one 3'])
})

test('a remembered nonce that is no longer taken is replaced, with one more round trip', async () => {
  await using at = await setUp('admin:x', [asks(md5('one')), page, asks(md5('two'))])
  assert.ok((await at.device.read()).ok)
  assert.ok((await at.device.read()).ok)
  assert.deepEqual(at.sent.map(short), ['-', 'Digest one 1', 'Digest one 2', 'Digest two 1'])
})

test('a fresh nonce that the device calls stale is replaced once, not for ever', async () => {
  await using at = await setUp('admin:x', Array(9).fill(asks(md5('n', ', stale=true'))))
  const reply = await at.device.read()
  assert.ok(!reply.ok && reply.error.code === 'login')
  assert.equal(at.sent.length, 3)
})

test('Digest goes before Basic, SHA-256 before MD5', async () => {
  await using at = await setUp('admin:x', [
    asks('Basic realm="x"', md5('m'), md5('s', ', algorithm=SHA-256')),
  ])
  assert.ok((await at.device.read()).ok)
  assert.match(at.sent[1] ?? '', /^Digest .*nonce="s".*response="[\da-f]{64}".*algorithm=SHA-256$/)
})

test('a device that asks for something else each time is given up', async () => {
  const both = [asks(md5('n')), asks('Basic')]
  await using at = await setUp('admin:x', [...both, ...both, ...both])
  const reply = await at.device.read()
  assert.ok(!reply.ok && reply.error.code === 'login')
  assert.ok(at.sent.length <= 4)
})

for (const [title, challenge] of [
  ['Basic', 'Basic realm="x"'],
  ['Digest', md5('n')],
] as const) {
  test(`a wrong login with ${title} says where to correct it, without the password`, async () => {
    await using at = await setUp('admin:secret', [asks(challenge), asks(challenge)])
    const reply = await at.device.read()
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'login')
    assert.match(
      reply.error.text,
      /does not accept the login: correct "login" in its section of bnfos\.conf$/,
    )
    assert.doesNotMatch(reply.error.text, /secret/)
  })
}

test('after a wrong login the next call begins anew', async () => {
  await using at = await setUp('admin:x', [asks('Basic'), asks('Basic')])
  assert.ok(!(await at.device.read()).ok)
  assert.ok((await at.device.read()).ok)
  assert.deepEqual(at.sent.map(short), ['-', 'Basic', '-'])
})

test('a scheme that can not be answered is said', async () => {
  await using at = await setUp('admin:x', [asks('Negotiate')])
  const reply = await at.device.read()
  assert.ok(!reply.ok)
  assert.match(reply.error.text, /neither Basic nor Digest/)
})

test('Digest that was asked for once is not given up for Basic, and the cure is told', async () => {
  await using at = await setUp('admin:x', [asks(md5('a')), page, asks('Basic realm="x"'), page])
  assert.ok((await at.device.read()).ok)
  const second = await at.device.read()
  assert.match(
    second.ok ? '' : second.error.text,
    /asks for Basic after it asked for Digest.*restart berofosd/,
  )
  assert.deepEqual(
    at.sent.filter(each => each.startsWith('Basic')),
    [],
  )
})
