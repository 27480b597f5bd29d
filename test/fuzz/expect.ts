import assert from 'node:assert/strict'
import { Random } from '../helpers/random.ts'

/** What a log, a terminal and `status` can show: one line, nothing that steers them. */
export function expectOneLine(text: string, most = 1000): void {
  assert.ok(
    !/[\p{Cc}\u2028\u2029]/u.test(text),
    `not one printable line: ${JSON.stringify(text.slice(0, 200))}`,
  )
  assert.ok(text.length <= most, `a line of ${text.length} characters: ${text.slice(0, 80)}`)
}

/** Cuts an input as a network may, the same way each time. */
export function piecesOf(input: Buffer): Buffer[] {
  const random = new Random(input)
  const longest = random.pick([1, 3, 20, 200, 2000, input.length]) + Math.floor(input.length / 300)
  const pieces: Buffer[] = []
  for (let at = 0; at < input.length; at += pieces.at(-1)?.length ?? 1)
    pieces.push(input.subarray(at, at + 1 + random.below(longest)))
  return pieces
}
