import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { percentEncoded, requestHead, writeTarget } from '../../../src/berofos/http/request.ts'
import { parameterNamed } from '../../../src/berofos/parameters.ts'

const target = (...changes: [string, string][]) =>
  writeTarget(
    changes.map(([keyword, value]) => {
      const parameter = parameterNamed(keyword)
      assert.ok(parameter)
      return { parameter, value }
    }),
  )

// Recorded: what the vendor's tool asks for.
for (const [keyword, value, asked] of [
  ['mode', '1', '/?cmd=4&mode=1'],
  ['mode', '0', '/?cmd=4&mode=0'],
  ['scenario', '1', '/?cmd=1&sz=1'],
  ['modedef', '1', '/?cmd=1&rm=1'],
  ['power1', '1', '/?cmd=5&p=0&s=1'],
  ['power2', '0', '/?cmd=5&p=1&s=0'],
  ['power1def', '1', '/?cmd=1&p0=1'],
  ['hostname', 'fos1', '/?cmd=3&dn=fos1'],
  ['apwd', 'a b&c=d%', '/?cmd=3&apwd=a%20b%26c%3Dd%25'],
  ['smtpto', "ü'(*)~", '/?cmd=2&mto=%C3%BC%27%28%2A%29~'],
  ['smtptest', '', '/?cmd=7'],
  ['syslog', '1', '/?cmd=3&syslog=1'],
  ['wdog', '0', '/?cmd=6&wen=0'],
  ['wdogdef', '0', '/?cmd=2&wen=0'],
  ['wdogstate', '0', '/?cmd=6&wstate=0'],
] as const) {
  test(`${keyword}=${value} is written with ${asked}`, () => assert.equal(target([keyword, value]), asked))
}

test('several parameters of a group go into one request', () => {
  assert.equal(target(['dhcp', '1'], ['pwd', '1'], ['syslog', '0']), '/?cmd=3&dhcp=1&pwd=1&syslog=0')
})

test('parameters of different groups do not', () => {
  assert.equal(target(['mode', '1'], ['wdog', '0']), null)
})

test('what can only be read has no target', () => {
  assert.equal(target(['wdogrtime', '1']), null)
})

test('any text comes back from its percent-encoding, which has unreserved characters only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const encoded = percentEncoded(text)
      assert.match(encoded, /^([\w.~-]|%[\dA-F]{2})*$/)
      assert.equal(decodeURIComponent(encoded), text)
    }),
  )
})

test('the port stands in the Host header only when it is not 80', () => {
  assert.match(requestHead('/config.txt', 'fos1', 80, null), /\r\nHost: fos1\r\n/)
  assert.match(requestHead('/config.txt', 'fos1', 8080, null), /\r\nHost: fos1:8080\r\n/)
})

test('a head has its parts in order and ends with an empty line', () => {
  assert.equal(
    requestHead('/?cmd=4&mode=1', '10.34.1.20', 80, 'Basic QTpC'),
    'GET /?cmd=4&mode=1 HTTP/1.1\r\nHost: 10.34.1.20\r\nUser-Agent: berofosd\r\nAccept: */*\r\n' +
      'Authorization: Basic QTpC\r\nConnection: close\r\n\r\n',
  )
})
