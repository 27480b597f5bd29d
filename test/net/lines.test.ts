import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineSplitter } from '../../src/net/lines.ts'

test('lines are the same however the text is split into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ab\n\r]{0,8}$/)), pieces => {
      const splitter = new LineSplitter(1000)
      const lines = [...pieces.flatMap(piece => splitter.push(piece)), splitter.end()]
      assert.deepEqual(lines, pieces.join('').split('\n'))
      assert.equal(splitter.isCut, false)
    }),
  )
})

test('of a line that is too long the rest is dropped, and the next one is whole', () => {
  const splitter = new LineSplitter(3)
  assert.deepEqual([...splitter.push('abc'), ...splitter.push('de\nfg\n')], ['abc', 'fg'])
  assert.equal(splitter.isCut, true)
})

test('an unfinished line never grows beyond the limit', () => {
  const splitter = new LineSplitter(10)
  for (let pieces = 0; pieces < 100; pieces++) splitter.push('aaaaaaa')
  assert.equal(splitter.end(), 'aaaaaaaaaa')
})
