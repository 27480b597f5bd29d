import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { latenessOf, parseRequest } from '../../src/control/messages.ts'

describe('The reason of an order', () => {
  const rows: readonly (readonly [title: string, typed: string, kept: string])[] = [
    ['is kept as it was typed', 'a new cable, 2 m', 'a new cable, 2 m'],
    ['has no line end in it', ' one\ntwo\r\n', 'one two'],
    ['has nothing in it that steers a terminal', 'a\x1b[31mb\x9bc', 'a [31mb c'],
    ['has nothing in it that turns what follows', 'a\u202eb\u2066c', 'a b c'],
    ['has no separator in it that some viewers break lines at', 'a\u2028b\u2029c', 'a b c'],
  ]
  for (const [title, typed, kept] of rows)
    it(title, () => {
      const parsed = parseRequest(JSON.stringify({ command: 'pause', forMs: null, reason: typed }))
      assert.deepEqual(parsed, { request: { command: 'pause', forMs: null, reason: kept } })
    })
})

describe('The name of who gives an order', () => {
  const rows: readonly (readonly [title: string, typed: unknown, kept: string | null | undefined])[] = [
    ['is kept', 'alice', 'alice'],
    ['has no line end in it', 'al\nice', 'al ice'],
    ['that is empty is none', ' \u202e', null],
    ['may be unknown', null, null],
    ['may be left out', undefined, undefined],
  ]
  for (const [title, typed, kept] of rows)
    it(title, () => {
      const parsed = parseRequest(JSON.stringify({ command: 'resume', by: typed }))
      const by = kept === undefined ? {} : { by: kept }
      assert.deepEqual(parsed, { request: { command: 'resume', ...by } })
    })

  it('that is longer than a name is refused', () => {
    assert.ok('error' in parseRequest(JSON.stringify({ command: 'resume', by: 'a'.repeat(65) })))
  })
})

describe('An order', () => {
  const rows: readonly (readonly [title: string, sent: object | undefined, late: string | null])[] = [
    ['is in time while its sender waits', { at: 90_000, withinMs: 10_000 }, null],
    [
      'is late when its sender has given up',
      { at: 59_001, withinMs: 10_000 },
      'came 31 s late and was not carried out: give it again',
    ],
    ['from the future is of now: the clock was set back', { at: 900_000, withinMs: 1 }, null],
    ['that does not say when it was sent is in time', undefined, null],
  ]
  for (const [title, sent, late] of rows)
    it(title, () => {
      const parsed = parseRequest(JSON.stringify({ command: 'resume', sent }))
      assert.ok('request' in parsed && parsed.request.command === 'resume')
      assert.equal(latenessOf(parsed.request, 100_000), late)
    })
})
