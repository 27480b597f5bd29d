import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutUtf8, longestLineBytes, printable } from '../../src/system/log-line.ts'

const anyText = fc.string({ unit: 'binary' })

test('whatever is logged becomes one line without a control character', () => {
  fc.assert(
    fc.property(anyText, text => assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)),
  )
})

test('text without control characters stays as it is', () => {
  assert.equal(printable('fos1: größer als “5” 🙂'), 'fos1: größer als “5” 🙂')
})

test('control characters are shown escaped', () => {
  assert.equal(printable('a\nb\r\tc\x1b[31m\x7f\u0085\u2028'), 'a\\nb\\r\\tc\\x1b[31m\\x7f\\x85\\u2028')
})

test('what is not seen and changes how the rest is shown is escaped, too', () => {
  assert.equal(
    printable('a\u202eb\u2066c\ufeffd\u200be\u{e0041}f\u00ad'),
    'a\\u202eb\\u2066c\\ufeffd\\u200be\\u{e0041}f\\xad',
  )
})

test('a cut is never longer than allowed, never within a character, and never shorter than it need be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 40 }), (text, max) => {
      const cut = cutUtf8(Buffer.from(text), max)
      assert.ok(cut.length <= max)
      assert.ok(text.startsWith(cut.toString()))
      assert.ok(cut.length === Buffer.byteLength(text) || cut.length > max - 4)
    }),
  )
})

test('enormous text costs no more than a line', () => {
  assert.equal(printable('x'.repeat(1 << 24)).length, longestLineBytes)
})
