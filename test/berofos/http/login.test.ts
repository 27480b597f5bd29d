import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { type DigestChallenge, strongestChallenge } from '../../../src/berofos/http/challenge.ts'
import {
  basicAuthorization,
  digestAuthorization,
  digestResponse,
  parseLogin,
} from '../../../src/berofos/http/login.ts'

const challenge = (header: string): DigestChallenge => {
  const found = strongestChallenge([header])
  assert.ok(found?.scheme === 'digest')
  return found
}

test('RFC 7617 2: Aladdin', () => {
  assert.equal(basicAuthorization(parseLogin('Aladdin:open sesame')), 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')
})

test('RFC 7617 2.1: a password beyond ASCII is sent as UTF-8', () => {
  assert.equal(basicAuthorization(parseLogin('test:123£')), 'Basic dGVzdDoxMjPCow==')
})

const withQop = ['qop="auth", ', 'qop="auth-int", ']

for (const [login, user, password] of [
  ['admin:a:b', 'admin', 'a:b'],
  ['admin', 'admin', ''],
  ['admin: a;b #="c ', 'admin', ' a;b #="c '],
  [':x', '', 'x'],
] as const) {
  test(`the login ${login} is the user ${user} with the password ${password}`, () => {
    assert.deepEqual(parseLogin(login), { user, password })
  })
}

test('RFC 2617 3.5: Mufasa, MD5 with qop', () => {
  const header =
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
  const use = { method: 'GET', uri: '/dir/index.html', count: 1, clientNonce: '0a4f113b' }
  assert.equal(
    digestAuthorization(challenge(header), parseLogin('Mufasa:Circle Of Life'), use),
    'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
      'uri="/dir/index.html", cnonce="0a4f113b", nc=00000001, qop=auth, ' +
      'response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  )
})

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const) {
  test(`RFC 7616 3.9.1: Mufasa, ${algorithm}`, () => {
    const header =
      'Digest realm="http-auth@example.org", qop="auth, auth-int", ' +
      `algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`
    const use = {
      method: 'GET',
      uri: '/dir/index.html',
      count: 1,
      clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    }
    assert.equal(digestResponse(challenge(header), parseLogin('Mufasa:Circle of Life'), use), response)
  })
}

test('RFC 2069 2.4 (with its erratum): Mufasa, no qop', () => {
  const header = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
  const use = { method: 'GET', uri: '/dir/index.html', count: 1, clientNonce: 'unused' }
  assert.equal(
    digestResponse(challenge(header), parseLogin('Mufasa:CircleOfLife'), use),
    '1949323746fe6a43ef61f9606e7febea',
  )
})

test('a user with quotes can not break out of the header', () => {
  const use = { method: 'GET', uri: '/', count: 255, clientNonce: 'c' }
  const sent = digestAuthorization(challenge('Digest nonce=n, qop=auth'), parseLogin('a"\\\r\nb:x'), use)
  assert.match(sent, /^Digest username="a\\"\\\\b", .*nc=000000ff/)
})

/** What curl answers to a challenge, with the words of its header. */
async function curlAnswer(challengeHeader: string, login: string, path: string) {
  let authorization = ''
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', data => {
      authorization = /^Authorization: (.*)$/im.exec(data.toString('latin1'))?.[1]?.trim() ?? ''
      const status = authorization === '' ? `401 No\r\nWWW-Authenticate: ${challengeHeader}` : '200 OK'
      socket.end(`HTTP/1.0 ${status}\r\n\r\n`)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const curl = execFile('curl', ['-qsS', '--anyauth', '-u', login, `http://127.0.0.1:${port}${path}`])
  await once(curl, 'exit')
  server.close()
  const words = authorization.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)
  return new Map([...words].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}

for (const algorithm of ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess']) {
  for (const qop of algorithm.endsWith('-sess') ? withQop : [...withQop, '']) {
    test(`curl proves the same password the same way: ${algorithm} ${qop || 'without qop'}`, async () => {
      const header = `Digest realm="be ro", ${qop}nonce="abc", opaque="o", algorithm=${algorithm}`
      const words = await curlAnswer(header, 'admin:pä;ss #1', '/?cmd=4&mode=1')
      const count = Number.parseInt(words.get('nc') ?? '1', 16)
      const use = { method: 'GET', uri: '/?cmd=4&mode=1', count, clientNonce: words.get('cnonce') ?? '' }
      assert.equal(
        digestResponse(challenge(header), parseLogin('admin:pä;ss #1'), use),
        words.get('response'),
      )
    })
  }
}
