import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  answersTo,
  buildOptions,
  buildResponse,
  firstValue,
  frameSip,
  parseSip,
  type SipMessage,
  type SipOptions,
} from '../../src/probes/sip-message.ts'

const options: SipOptions = {
  transport: 'udp',
  target: { host: '10.34.1.10', port: 5060 },
  local: { host: '10.34.1.11', port: 40001 },
  branch: 'b1',
  callId: 'c1@berofosd',
  tag: 't1',
  cseq: 1,
}

/** What Asterisk 16 sends, shortened. */
const answer = [
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/UDP 10.34.1.11:40001;branch=z9hG4bKb1;received=10.34.1.11;rport=40001',
  'From: <sip:berofosd@10.34.1.11>;tag=t1',
  'To: <sip:10.34.1.10:5060>;tag=as6d7c1f55',
  'Call-ID: c1@berofosd',
  'CSeq: 1 OPTIONS',
  'Allow: INVITE, ACK, CANCEL, OPTIONS',
  'Content-Length: 0',
  '',
  '',
].join('\r\n')

const parsed = (text: string): SipMessage => {
  const message = parseSip(text)
  assert.ok(message, text)
  return message
}

test('the request is what RFC 3261 11.1 asks for', () => {
  assert.deepEqual(buildOptions(options).split('\r\n'), [
    'OPTIONS sip:10.34.1.10:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 10.34.1.11:40001;rport;branch=z9hG4bKb1',
    'Max-Forwards: 70',
    'From: <sip:berofosd@10.34.1.11>;tag=t1',
    'To: <sip:10.34.1.10:5060>',
    'Call-ID: c1@berofosd',
    'CSeq: 1 OPTIONS',
    'Contact: <sip:berofosd@10.34.1.11:40001>',
    'Accept: application/sdp',
    'User-Agent: berofosd',
    'Content-Length: 0',
    '',
    '',
  ])
})

test('over TCP the URIs and the Via say so', () => {
  const [request, via] = buildOptions({ ...options, transport: 'tcp' }).split('\r\n')
  assert.equal(request, 'OPTIONS sip:10.34.1.10:5060;transport=tcp SIP/2.0')
  assert.match(via ?? '', /^Via: SIP\/2\.0\/TCP /)
})

test('IPv6 addresses stand in brackets, without their zone', () => {
  const text = buildOptions({
    ...options,
    local: { host: 'fe80::1%eth0', port: 7 },
    target: { host: '::1', port: 5 },
  })
  assert.match(text, /^OPTIONS sip:\[::1\]:5 SIP/)
  assert.match(text, /Via: SIP\/2\.0\/UDP \[fe80::1\]:7;/)
})

test('a real answer is known as ours', () => {
  assert.equal(parsed(answer).status, 200)
  assert.equal(answersTo(parsed(answer), options), true)
})

for (const [why, from, to] of [
  ['another branch', 'branch=z9hG4bKb1', 'branch=z9hG4bKb2'],
  ['a branch that only begins alike', 'branch=z9hG4bKb1', 'branch=z9hG4bKb11'],
  ['another number', 'CSeq: 1 ', 'CSeq: 2 '],
  ['another method', 'CSeq: 1 OPTIONS', 'CSeq: 1 INVITE'],
  ['no Via', 'Via:', 'X-Via:'],
  ['a request', 'SIP/2.0 200 OK', 'OPTIONS sip:a@b SIP/2.0'],
] as const) {
  test(`${why}: not the answer to our request`, () => {
    assert.equal(answersTo(parsed(answer.replace(from, to)), options), false)
  })
}

for (const [what, text] of [
  ['bare line feeds', answer.replaceAll('\r\n', '\n')],
  ['short header names', answer.replace('Via:', 'v:').replace('Call-ID:', 'i:')],
  [
    'upper case and blanks',
    answer.replace('Call-ID:', 'CALL-ID  :  ').replace('CSeq: 1 OPTIONS', 'CSEQ:1  options'),
  ],
  ['folded headers', answer.replace(';branch', '\r\n ;branch')],
  ['several Vias in one header', answer.replace('rport=40001', 'rport=40001, SIP/2.0/UDP x;branch=z9hG4bKx')],
  ['no reason phrase', answer.replace('200 OK', '200')],
  ['a line without a colon', answer.replace('Allow: ', 'Allow ')],
  ['a Call-ID that a gateway rewrote', answer.replace('c1@berofosd', 'c2@gateway')],
  ['a body', `${answer}v=0\r\n\r\nmore`],
  ['no empty line at the end', answer.trimEnd()],
] as const) {
  test(`an answer is understood with ${what}`, () => {
    assert.equal(answersTo(parsed(text), options), true)
  })
}

for (const text of [
  '',
  '\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'SIP/2.0 2000 OK',
  'SIP/2.0',
  'SIP/2.0 abc',
  'x',
]) {
  test(`${JSON.stringify(text)} is not SIP`, () => assert.equal(parseSip(text), null))
}

test('a header named like something of Object is a header like others', () => {
  assert.equal(firstValue(parsed('SIP/2.0 200 OK\r\nconstructor: x\r\n\r\n'), 'constructor'), 'x')
})

test('parsing takes any bytes, and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(answer.length), (bytes, at) => {
      const noise = Buffer.from(bytes).toString('latin1')
      for (const text of [noise, answer.slice(0, at) + noise, `SIP/2.0 200 OK\r\n${noise}`]) {
        const message = parseSip(text)
        if (message) answersTo(message, options)
        frameSip(text)
      }
    }),
  )
})

test('a truncated answer is never taken for another number', () => {
  for (let length = 0; length < answer.length; length++) {
    const message = parseSip(answer.slice(0, length))
    if (message && answersTo(message, options)) assert.ok(length >= answer.indexOf('CSeq: 1 OPTIONS') + 15)
  }
})

test('whatever marks and addresses: the answer built for a request is known by it, and by no other', () => {
  const mark = fc.stringMatching(/^[0-9a-f]{1,24}$/)
  fc.assert(
    fc.property(mark, mark, mark, fc.nat(2 ** 31 - 1), (branch, callId, other, cseq) => {
      const asked = { ...options, branch, callId, cseq }
      const request = parsed(buildOptions(asked))
      const response = parsed(
        buildResponse(request, 'SIP/2.0 404 Not Found', { address: '10.0.0.1', port: 9 }),
      )
      assert.equal(answersTo(response, asked), true)
      assert.equal(answersTo(response, { ...asked, branch: `${branch}${other}` }), false)
    }),
  )
})

test('a stream is cut at the Content-Length', () => {
  const first = answer.replace('Content-Length: 0', 'Content-Length: 4')
  const frame = frameSip(`\r\n\r\n${first}body${answer}`)
  assert.ok(frame.kind === 'head')
  assert.equal(frame.totalBytes, 4 + first.length + 4)
})

for (const [what, text, kind] of [
  ['nothing', '', 'incomplete'],
  ['keep-alives', '\r\n\r\n', 'incomplete'],
  ['half a head', answer.slice(0, 40), 'incomplete'],
  ['a head without Content-Length', 'SIP/2.0 200 OK\r\n\r\n', 'head'],
  ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'garbage'],
  ['a Content-Length that is no number', 'SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n', 'garbage'],
  ['a Content-Length beyond all reason', 'SIP/2.0 200 OK\r\nContent-Length: 99999999\r\n\r\n', 'garbage'],
  ['a head without end', `SIP/2.0 200 OK\r\nX: ${'.'.repeat(65_600)}`, 'garbage'],
] as const) {
  test(`in a stream, ${what}: ${kind}`, () => assert.equal(frameSip(text).kind, kind))
}
