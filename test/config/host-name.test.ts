import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isHost, splitHostPort } from '../../src/config/host-name.ts'

describe('a host is a name or an address', () => {
  const hosts = [
    '10.34.1.10',
    '::1',
    'fe80::1%eth0',
    '2001:db8::10',
    'master',
    'pbx-1.example',
    'a_b.example.',
    '1a',
    '0xen',
    'x'.repeat(63),
  ]
  for (const host of hosts) test(host, () => assert.equal(isHost(host), true))

  const others = [
    '',
    '10.34.1',
    '10.34.1.300',
    '0x7f000001',
    '127.0.0.0x1',
    '1',
    '0.0.0.0',
    '::',
    '255.255.255.255',
    '-a',
    'a-',
    'a..b',
    '.a',
    'a b',
    'a:80',
  ]
  for (const text of [
    ...others,
    '[::1]',
    'http://a',
    'a/b',
    'a@b',
    'ä.example',
    'a\n',
    'x'.repeat(64),
    'x.'.repeat(127),
  ])
    test(`not ${JSON.stringify(text)}`, () => assert.equal(isHost(text), false))
})

describe('host and port are divided', () => {
  const rows: [string, { host: string; port: number } | null][] = [
    ['127.0.0.1:9427', { host: '127.0.0.1', port: 9427 }],
    ['[::1]:9427', { host: '::1', port: 9427 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::]:80', { host: '::', port: 80 }],
    ['log.example:514', { host: 'log.example', port: 514 }],
    ['::1:80', null],
    ['127.0.0.1', null],
    ['127.0.0.1:', null],
    [':80', null],
    ['127.0.0.1:0', null],
    ['127.0.0.1:65536', null],
    ['user@host:80', null],
    ['[host]:80', null],
  ]
  for (const [text, expected] of rows) test(text, () => assert.deepEqual(splitHostPort(text), expected))
})
