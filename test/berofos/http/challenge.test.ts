import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { strongestChallenge } from '../../../src/berofos/http/challenge.ts'

const shortName = (values: string[]) => {
  const found = strongestChallenge(values)
  return found?.scheme === 'digest' ? `digest ${found.algorithm} ${found.qop}` : (found?.scheme ?? null)
}

for (const [title, values, expected] of [
  ['Basic alone', ['Basic realm="x"'], 'basic'],
  ['Basic without a realm', ['basic'], 'basic'],
  [
    'Digest before Basic, one header',
    ['Basic realm="a, Digest", Digest realm="x", nonce="n"'],
    'digest md5 null',
  ],
  ['Digest before Basic, two headers', ['Digest nonce="n", qop="auth,auth-int"', 'Basic'], 'digest md5 auth'],
  [
    'the stronger of two Digests',
    ['Digest nonce="n", algorithm=MD5, Digest nonce="m", algorithm=SHA-256, qop=auth'],
    'digest sha-256 auth',
  ],
  ['session variants', ['DIGEST Nonce=n,Algorithm="MD5-sess",QOP="auth"'], 'digest md5-sess auth'],
  [
    'Basic when Digest can not be answered',
    ['Digest nonce="n", algorithm=SHA-512-256', 'Basic realm=x'],
    'basic',
  ],
  ['integrity when only that is offered', ['Digest nonce="n", qop="auth-int"'], 'digest md5 auth-int'],
  ['nothing when what is offered is not known', ['Digest nonce="n", qop="auth-conf"'], null],
  ['nothing for a session without qop', ['Digest nonce="n", algorithm=MD5-sess'], null],
  ['nothing for other schemes', ['Negotiate abc==', 'Bearer realm="x"'], null],
  ['Basic after a token68', ['Negotiate abc==, Basic realm="x"'], 'basic'],
  ['nothing for a Digest without nonce', ['Digest realm="x"'], null],
  ['nothing for no header', [], null],
] as const) {
  test(`chooses: ${title}`, () => assert.equal(shortName([...values]), expected))
}

test('quoted values are unquoted, commas and escapes in them kept', () => {
  const found = strongestChallenge(['Digest realm="a \\"b\\", c", nonce="n=", opaque="", stale=TRUE'])
  assert.ok(found?.scheme === 'digest')
  assert.deepEqual([found.realm, found.nonce, found.opaque, found.stale], ['a "b", c', 'n=', '', true])
})

test('no header makes the parser throw', () => {
  const part = fc.constantFrom('Digest', 'Basic', ' ', ',', '=', '"', '\\', 'nonce', 'qop="auth"', 'x')
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part).map(parts => parts.join('')),
  )
  fc.assert(fc.property(fc.array(value), values => strongestChallenge(values) !== undefined))
})

for (const filler of [' ', ',', '"', 'a ', 'a=', '\\', '="', 'a="\\']) {
  test(`64 KiB of ${JSON.stringify(filler)} are read in a blink`, () => {
    const started = performance.now()
    strongestChallenge([`Digest ${filler.repeat(65536 / filler.length)}`])
    assert.ok(performance.now() - started < 1000)
  })
}
