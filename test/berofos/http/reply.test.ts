import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createReplyReader } from '../../../src/berofos/http/reply.ts'

/** What a reader makes of a reply that comes in these pieces, then ends. */
function readIn(pieces: Buffer[]) {
  const reader = createReplyReader()
  for (const piece of pieces) reader.push(piece)
  const result = reader.end()
  return result.ok ? { ...result.reply, body: result.reply.body.toString('latin1') } : result.error
}

const read = (reply: string) => readIn([Buffer.from(reply, 'latin1')])

const replies = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        'HTTP/1.0 200 OK\r\n',
        'HTTP/1.1 100 C\n\n',
        'HTTP/1.1 204 N\r\n',
        'Content-Length: 3\r\n',
        'Content-Length: x\r\n',
        'Transfer-Encoding: chunked\r\n',
        ' folded\r\n',
        'WWW-Authenticate: Basic\n',
        '\r\n',
        '\n',
        '3\r\nabc\r\n',
        '0\r\n',
        'body',
        '\0',
      ),
      { maxLength: 12 },
    )
    .map(parts => parts.join('')),
)

test('any split into pieces gives the same result', () => {
  fc.assert(
    fc.property(replies, fc.array(fc.nat(200)), (reply, cuts) => {
      const bytes = Buffer.from(reply, 'latin1')
      const at = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      assert.deepEqual(readIn(pieces), readIn([bytes]))
    }),
    { numRuns: 2000 },
  )
})

test('any split into single bytes gives the same result', () => {
  fc.assert(
    fc.property(replies, reply => {
      const bytes = [...Buffer.from(reply, 'latin1')].map(byte => Buffer.from([byte]))
      assert.deepEqual(readIn(bytes), read(reply))
    }),
  )
})

test('header names are in lower case, folded values are joined, every value of a name is kept', () => {
  const reply = read(
    'HTTP/1.0 401 No\r\nWWW-AUTHENTICATE: Digest\r\n\trealm="x",\r\n nonce=n\r\nwww-authenticate: Basic\r\n\r\n',
  )
  assert.deepEqual(reply, {
    status: 401,
    headers: [
      ['www-authenticate', 'Digest realm="x", nonce=n'],
      ['www-authenticate', 'Basic'],
    ],
    body: '',
  })
})

test('what follows a complete reply changes nothing', () => {
  const reader = createReplyReader()
  const first = reader.push(Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na'))
  assert.ok(first?.ok)
  assert.equal(reader.push(Buffer.from('junk')), first)
  assert.equal(reader.end(), first)
})

test('another protocol is told from its first byte', () => {
  assert.deepEqual(createReplyReader().push(Buffer.from('S')), { ok: false, error: 'the answer is not HTTP' })
})

const kib64 = 'x'.repeat(65536)
for (const [title, reply, error] of [
  ['a head', `HTTP/1.0 200 OK\r\nX: ${kib64}`, "the answer's head is longer than 64 KiB"],
  ['a status line', `HTTP/1.0 200 ${kib64}`, "the answer's head is longer than 64 KiB"],
  ['interim replies', 'HTTP/1.1 100 C\r\n\r\n'.repeat(4000), "the answer's head is longer than 64 KiB"],
  ['a body', `HTTP/1.0 200 OK\r\n\r\n${kib64}x`, 'the answer is longer than 64 KiB'],
  [
    'a chunk',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n',
    'the answer is longer than 64 KiB',
  ],
  [
    'a chunk extension',
    `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${kib64}${kib64}`,
    'the answer is longer than 64 KiB',
  ],
] as const) {
  test(`${title} beyond the limit is refused at once`, () => {
    assert.deepEqual(createReplyReader().push(Buffer.from(reply)), { ok: false, error })
  })
}

test('a body whose length is beyond the limit is read up to the limit, and then refused', () => {
  const reader = createReplyReader()
  assert.equal(reader.push(Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n')), null)
  assert.equal(reader.push(Buffer.from(kib64)), null)
  assert.deepEqual(reader.push(Buffer.from('x')), { ok: false, error: 'the answer is longer than 64 KiB' })
})

test('a body of exactly 64 KiB is taken', () => {
  assert.equal((read(`HTTP/1.0 200 OK\r\n\r\n${kib64}`) as { body: string }).body.length, 65536)
})

test('64 KiB that come byte by byte are read in a blink', () => {
  const started = performance.now()
  readIn([...Buffer.from(`HTTP/1.0 200 OK\r\nX: ${kib64}`)].map(byte => Buffer.from([byte])))
  assert.ok(performance.now() - started < 2000)
})
