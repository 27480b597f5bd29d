import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRequest } from '../../src/control/messages.ts'

describe('The reason of an order', () => {
  const rows: readonly (readonly [title: string, typed: string, kept: string])[] = [
    ['is kept as it was typed', 'a new cable, 2 m', 'a new cable, 2 m'],
    ['has no line end in it', ' one\ntwo\r\n', 'one two'],
    ['has nothing in it that steers a terminal', 'a\x1b[31mb\x9bc', 'a [31mb c'],
    ['has no separator in it that some viewers break lines at', 'a\u2028b\u2029c', 'a b c'],
  ]
  for (const [title, typed, kept] of rows)
    it(title, () => {
      const parsed = parseRequest(JSON.stringify({ command: 'pause', forMs: null, reason: typed }))
      assert.deepEqual(parsed, { request: { command: 'pause', forMs: null, reason: kept } })
    })
})
