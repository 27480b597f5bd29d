import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OutputLines } from '../../src/system/output-lines.ts'

function linesOf(chunks: string[], limits = { lineLength: 100, lines: 100 }): string[] {
  const lines: string[] = []
  const stream = new OutputLines(limits, line => lines.push(line)).stream()
  for (const chunk of chunks) stream.push(chunk)
  stream.end()
  return lines
}

test('lines are the same however the text is chopped', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') })), chunks => {
      assert.deepEqual(linesOf(chunks), linesOf([chunks.join('')]))
    }),
  )
})

const texts = [
  ['a\nb\n', ['a', 'b']],
  ['a\nb', ['a', 'b']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['\n\n', ['', '']],
  ['', []],
] as const
for (const [text, lines] of texts)
  test(`${JSON.stringify(text)} has ${lines.length} lines`, () => assert.deepEqual(linesOf([text]), lines))

test('the rest of a long line is dropped, the next line is whole', () => {
  assert.deepEqual(linesOf(['abcdef', 'gh\nxy\n'], { lineLength: 4, lines: 9 }), ['abcd', 'xy'])
})

test('after the last line that is allowed one says that there were more', () => {
  const many = 'x\n'.repeat(9)
  assert.deepEqual(linesOf([many], { lineLength: 4, lines: 2 }), ['x', 'x', '… output cut'])
})

test('the limit on lines is one for all streams', () => {
  const lines: string[] = []
  const output = new OutputLines({ lineLength: 9, lines: 1 }, line => lines.push(line))
  output.stream().push('a\n')
  output.stream().push('b\n')
  assert.deepEqual(lines, ['a', '… output cut'])
})
