import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsePingLine, tellsOfHost } from '../../src/probes/ping-output.ts'

const reply = (seq: number, rttMs: number | null, from = '10.34.1.10') => ({
  kind: 'reply',
  seq,
  rttMs,
  from,
})
const unreachable = (seq: number, from: string, reason: string) => ({
  kind: 'unreachable',
  seq,
  from,
  reason,
})
const other = { kind: 'other' }

/** Lines of iputils ping 20221126, as printed. */
for (const [line, meaning] of [
  ['64 bytes from 10.34.1.10: icmp_seq=1 ttl=64 time=0.339 ms', reply(1, 0.339)],
  ['64 bytes from 10.34.1.10: icmp_seq=0 ttl=64 time=1001 ms', reply(0, 1001)],
  ['64 bytes from 10.34.1.10: icmp_seq=65535 ttl=64 time=12.3 ms (DUP!)', reply(65535, 12.3)],
  ['[1795355501.481233] 64 bytes from 10.34.1.10: icmp_seq=7 ttl=64 time=0.868 ms', reply(7, 0.868)],
  ['64 bytes from pbx (10.34.1.10): icmp_seq=2 ttl=64 time=0.1 ms', reply(2, 0.1, 'pbx')],
  ['64 bytes from ::1: icmp_seq=3 ttl=64 time=0.051 ms', reply(3, 0.051, '::1')],
  ['64 bytes from fe80::1%eth0: icmp_seq=3 ttl=64 time=0.051 ms', reply(3, 0.051, 'fe80::1%eth0')],
  ['16 bytes from 10.34.1.10: icmp_seq=4 ttl=64 (truncated)', reply(4, null)],
  ['8 bytes from 10.34.1.10: icmp_seq=5 ttl=64', reply(5, null)],
  ['64 bytes from 10.34.1.10: icmp_seq=6 ttl=64 time=0.1 ms (DIFFERENT ADDRESS!)', reply(6, 0.1)],
  ['64 bytes from 10.34.1.10: icmp_seq=6 ttl=64 time=0.1 ms (BAD CHECKSUM!)', other],
  ['no answer yet for icmp_seq=17', { kind: 'missing', seq: 17 }],
  ['[1795355504.050895] no answer yet for icmp_seq=5', { kind: 'missing', seq: 5 }],
  [
    'From 10.34.1.11 icmp_seq=9 Destination Host Unreachable',
    unreachable(9, '10.34.1.11', 'Destination Host Unreachable'),
  ],
  [
    'From fe80::2%eth0 icmp_seq=1 Destination unreachable: Address unreachable',
    unreachable(1, 'fe80::2%eth0', 'Destination unreachable: Address unreachable'),
  ],
  ['From gw (10.34.1.1) icmp_seq=3 Time to live exceeded', unreachable(3, 'gw', 'Time to live exceeded')],
  ['From 10.34.1.1: icmp_seq=2 Redirect Host(New nexthop: 10.34.1.10)', other],
  ['ping: sendmsg: Network is unreachable', { kind: 'unsent', reason: 'Network is unreachable' }],
  ['ping: sendmsg: Operation not permitted', { kind: 'unsent', reason: 'Operation not permitted' }],
  ['ping: sendmsg: No route to host', other],
  ['PING 10.34.1.10 (10.34.1.10) 56(84) bytes of data.', other],
  ['3 packets transmitted, 3 received, 0% packet loss, time 407ms', other],
  ['64 bytes from 10.34.1.10: icmp_seq=65536 ttl=64 time=1 ms', other],
  ['64 bytes from 10.34.1.10: icmp_seq=1x ttl=64 time=1 ms', other],
  ['no answer yet for icmp_seq=', other],
  ['', other],
] as const) {
  test(`ping says ${JSON.stringify(line)}`, () => assert.deepEqual(parsePingLine(line), meaning))
}

/** Last words on stderr of ping 20221126, which ends with status 2 then; routes made by `ip route add TYPE`. */
for (const [words, speaksOfHost] of [
  ['ping: connect: No route to host', true], // unreachable
  ['ping: connect: Host is down', true],
  ['ping: connect: Network is unreachable', false], // none
  ['ping: connect: Invalid argument', false], // blackhole
  ['ping: connect: Permission denied', false], // prohibit
  ['ping: socket: Operation not permitted', false],
  ['ping: No route to host', false],
  ['', false],
] as const) {
  test(`a ping that ends with ${JSON.stringify(words)} speaks of ${speaksOfHost ? 'the host' : 'this node'}`, () => {
    assert.equal(tellsOfHost(words), speaksOfHost)
  })
}

test('any text is taken, and numbers are 16 bits wide', () => {
  const pieces = fc.constantFrom(
    '64 bytes from ',
    'x: ',
    'icmp_seq=',
    'time=',
    ' ms',
    'From ',
    '1',
    '99999',
    '(DUP!)',
    ' ',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map(parts => parts.join('')),
      ),
      line => {
        const meaning = parsePingLine(line)
        if ('seq' in meaning) assert.ok(meaning.seq >= 0 && meaning.seq <= 65535)
      },
    ),
  )
})
