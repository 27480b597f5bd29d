import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { clean, cut, hang, wrap } from '../../src/cli/table.ts'

describe('Wrapped text', () => {
  for (const [text, width, lines] of [
    ['', 10, ['']],
    ['one two', 10, ['one two']],
    ['one two', 7, ['one two']],
    ['one two', 6, ['one', 'two']],
    ['onetwothree', 4, ['onet', 'woth', 'ree']],
    ['a onetwo b', 4, ['a', 'onet', 'wo b']],
  ] as const) {
    it(`"${text}" within ${width} is ${lines.length} lines`, () => assert.deepEqual(wrap(text, width), lines))
  }

  it('is never wider, and loses nothing but blanks', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 80 }), (text, width) => {
        const lines = wrap(text, width)
        for (const line of lines) assert.ok(line.length <= width)
        assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''))
      }),
    )
  })

  it('hangs behind its first words', () => {
    assert.deepEqual(hang('- ', 'one two', 6), ['- one', '  two'])
  })

  it('that is cut says so', () => {
    assert.deepEqual([cut('12345', 5), cut('123456', 5)], ['12345', '1234…'])
  })
})

describe('Foreign text', () => {
  it('cannot move the cursor or set a title', () => {
    assert.equal(clean('a\x1b]0;title\x07b\r\nc\u202Ed\u0085e'), 'a ]0;title b c d e')
  })
})
