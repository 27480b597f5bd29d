import assert from 'node:assert/strict'
import { createLoginMemory } from '../../../src/berofos/http/login.ts'
import { createReplyReader, type Reply, type ReplyResult } from '../../../src/berofos/http/reply.ts'
import { replyLimitBytes } from '../../../src/berofos/http/reply-body.ts'
import { readTarget, requestHead } from '../../../src/berofos/http/request.ts'
import type { Random } from '../../helpers/random.ts'
import { expectOneLine, piecesOf } from '../expect.ts'
import type { Target } from '../target.ts'

const heads = [
  ...[
    'HTTP/1.0 200 OK',
    'HTTP/1.1 200 OK',
    'HTTP/1.1 401 Unauthorized',
    'HTTP/1.1 100 Continue',
    'HTTP/1.1 204 N',
    'HTTP/2 304',
  ],
  ...[
    'HTTP/1.1 999 x',
    'http/1.0  200',
    'HTTP/1.1 099 x',
    'HTTP/1.1 2000',
    'HTTP/0.9 200',
    'SSH-2.0-x',
    'HTTP/1.1 101 Switching',
  ],
]
const headers = [
  ...[
    'Content-Length: 5',
    'Content-Length: +7',
    'Content-Length: 99999999999999999999',
    'Content-Length: -1',
    'Content-Length: 5, 5',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'transfer-encoding: identity',
    'Connection: close',
    ' folded',
    '\tfolded: x',
  ],
  ...[
    'WWW-Authenticate: Basic realm="berofos"',
    'WWW-Authenticate: Digest realm="b", nonce="n", qop="auth", algorithm=MD5, opaque="o"',
  ],
  ...[
    'WWW-Authenticate: Digest nonce=n, qop="auth-int"',
    'WWW-Authenticate: Digest nonce="a\\"b\\\\", realm="\x01\xff", qop=auth, algorithm=SHA-256-sess, stale=TRUE',
  ],
  ...['WWW-Authenticate: Negotiate, Basic, Digest nonce="x', 'no colon', ': empty', 'a:b'],
]
const bodies = [
  ...[
    'bnfos_confmap_magic=0.1\n4_mode=1\n',
    '5\r\nhello\r\n0\r\n\r\n',
    'A;ext="x"\n0123456789\n0\nTrailer: x\n\n',
    'ffffffffffffffff\r\nx',
  ],
  ...['0\r\n\r\n', '1\r\na\r\n1\r\nb\r\n0\r\n', 'hello', '', '<html>'],
]

export const httpSeeds = heads
  .slice(0, 3)
  .flatMap(head => [
    ...bodies.map(body => Buffer.from(`${head}\r\nConnection: close\r\n\r\n${body}`)),
    ...headers.map(header => Buffer.from(`${head}\r\n${header}\r\n\r\nhello`, 'latin1')),
  ])
export const httpWords = [
  ...heads,
  ...headers,
  ...bodies,
  '\r\n',
  '\n',
  '\r\n\r\n',
  '\n\n',
  ':',
  'HTTP/1.1 200 OK\r\n\r\n',
  '"',
  '\\"',
  ',',
  'nonce=',
]

export const httpReplies: Target = {
  name: 'http-replies',
  holds: 'any split gives one result, a login of one header line, and no more than 64 KiB',
  seeds: httpSeeds,
  words: httpWords,
  generate: httpText,
  limitMs: 500,
  open: () => ({ run: readReply }),
}

export function httpText(random: Random): Buffer {
  const end = random.pick(['\r\n', '\r\n', '\n'])
  const whole = () =>
    [random.pick(heads), ...random.many(0, 4, () => random.pick(headers)), '', random.pick(bodies)].join(end)
  return Buffer.from(random.oneIn(5) ? whole() + whole() : whole(), 'latin1')
}

function readReply(input: Buffer): void {
  const result = readIn([input])
  assert.deepEqual(shown(readIn(piecesOf(input))), shown(result), 'a split makes a difference')
  if (!result.ok) {
    expectOneLine(result.error)
    return
  }
  const { status, body, headers } = result.reply
  assert.ok(status >= 100 && status <= 999, `status ${status}`)
  assert.ok(body.length <= 2 * replyLimitBytes, `a body of ${body.length} bytes`)
  for (const [name] of headers) assert.equal(name, name.toLowerCase())
  answerChallenge(result.reply)
}

function readIn(pieces: readonly Buffer[]): ReplyResult {
  const reader = createReplyReader()
  for (const piece of pieces) reader.push(piece)
  return reader.end()
}

function shown(result: ReplyResult) {
  return result.ok ? { ...result.reply, body: result.reply.body.toString('latin1') } : result
}

/** Whatever is asked for: the next request has its lines and no other, and the password is not in it as it is. */
function answerChallenge(reply: Reply): void {
  const login = createLoginMemory('admin:Sesame77 "\\\u00e9')
  for (let answers = 0; answers < 4 && login.refused(reply, answers) === 'ask again'; answers++) {
    const head = requestHead(readTarget, '10.34.1.20', 80, login.authorization(readTarget))
    assert.equal(head.split('\r\n').length, 8, 'a header line more or less')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose
    assert.ok(!/[\x00-\x09\x0b\x0c\x0e-\x1f]/.test(head), 'a control character in the request')
    assert.equal(head.match(/[\r\n]/g)?.length, 14, 'a line end more or less')
    assert.ok(!head.includes('Sesame77'), 'the password is sent as it is')
  }
}
