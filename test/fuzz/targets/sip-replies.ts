import assert from 'node:assert/strict'
import {
  answersTo,
  buildOptions,
  buildResponse,
  frameSip,
  parseSip,
  type SipMessage,
  type SipOptions,
  sipMaxBytes,
  sipStreamReader,
} from '../../../src/probes/sip-message.ts'
import type { Random } from '../../helpers/random.ts'
import { piecesOf } from '../expect.ts'
import type { Target } from '../target.ts'

const options: SipOptions = {
  transport: 'tcp',
  target: { host: '10.34.1.10', port: 5060 },
  local: { host: 'fe80::1%eth0', port: 40000 },
  branch: 'BRANCH',
  callId: 'CALLID@berofosd',
  tag: 'TAG',
  cseq: 1,
}
const marks =
  'Via: SIP/2.0/UDP h;rport;branch=z9hG4bKBRANCH\r\nCall-ID: CALLID@berofosd\r\nCSeq: 1 OPTIONS\r\n'
const ok = `SIP/2.0 200 OK\r\n${marks}From: <sip:a>;tag=TAG\r\nTo: <sip:b>;tag=x\r\nContent-Length: 0\r\n\r\n`
const starts = [
  'SIP/2.0 200 OK',
  'SIP/2.0 100 Trying',
  'SIP/2.0 486',
  'sip/2.0  200 ',
  'SIP/2.0 20',
  'OPTIONS sip:a SIP/2.0',
  'NOTIFY x SIP/2.0',
  'HTTP/1.1 200 OK',
]
const lines = [
  ...marks.trim().split('\r\n'),
  ...[
    'v: SIP/2.0/TCP h;branch=z9hG4bKBRANCH',
    'i: CALLID@berofosd',
    'l: 3',
    'Content-Length: 70000',
    'Content-Length: 0007',
    'Content-Length: -1',
  ],
  ...[
    'Via: SIP/2.0/UDP a ; branch = z9hG4bKBRANCH , SIP/2.0/UDP b',
    ' folded',
    'CSeq:  1   options',
    'constructor: x',
    '__proto__: x',
    'no colon',
    ': x',
  ],
]

export const sipSeeds = [
  ok,
  ok + ok,
  `\r\n\r\n${ok}`,
  buildOptions(options),
  ok.replace('200 OK', '100 Trying') + ok,
  ok.replaceAll('\r\n', '\n'),
  ok.replace('Length: 0', 'Length: 5'),
].map(text => Buffer.from(text, 'latin1'))
export const sipWords = [
  ...starts,
  ...lines,
  '\r\n',
  '\n',
  '\r\n\r\n',
  'branch=',
  ';',
  ',',
  'SIP/2.0 200 OK\r\n\r\n',
]

export const sipReplies: Target = {
  name: 'sip-replies',
  holds: 'any split gives the same messages, and no answer counts without our marks',
  seeds: sipSeeds,
  words: sipWords,
  generate: sipText,
  limitMs: 500,
  open: () => ({ run: readMessages }),
}

export function sipText(random: Random): Buffer {
  const end = random.pick(['\r\n', '\r\n', '\n'])
  const message = () =>
    [random.pick(starts), ...random.many(0, 7, () => random.pick(lines)), '', ''].join(end)
  const texts = random.many(1, 3, () =>
    random.oneIn(3) ? ok : message() + random.pick(['', '', 'abc', '\r\n']),
  )
  return Buffer.from(texts.join(''), 'latin1')
}

function readMessages(input: Buffer): void {
  const text = input.toString('latin1')
  const message = parseSip(text)
  if (message) expectMessage(message, text)
  const frame = frameSip(text)
  if (frame.kind === 'head')
    assert.ok(frame.totalBytes > 0 && frame.totalBytes <= input.length + sipMaxBytes, 'a frame of no use')
  const whole = streamed([input])
  // A head that goes on beyond the limit is garbage as soon as so much has come, whole or not.
  if (input.length <= sipMaxBytes)
    assert.deepEqual(streamed(piecesOf(input)), whole, 'a split makes a difference')
}

function expectMessage(message: SipMessage, text: string): void {
  if (message.status !== null) assert.ok(message.status >= 0 && message.status <= 999)
  if (answersTo(message, options)) assert.ok(text.includes('z9hG4bKBRANCH'), 'a stranger counts as an answer')
  const response = buildResponse(message, 'SIP/2.0 200 OK', { address: '10.0.0.1', port: 5060 })
  assert.ok(response.endsWith('\r\n\r\n'))
}

/** The messages of a stream, and whether it ended in something else. */
function streamed(pieces: readonly Buffer[]) {
  const seen: string[] = []
  const read = sipStreamReader(
    ({ startLine, headers }) => seen.push(JSON.stringify([startLine, [...headers]])),
    () => seen.push('garbage'),
  )
  for (const piece of pieces) read(piece)
  return seen
}
