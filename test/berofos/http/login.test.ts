import assert from 'node:assert/strict'
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
