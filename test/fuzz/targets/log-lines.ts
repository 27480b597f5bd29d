import assert from 'node:assert/strict'
import { firstLine } from '../../../src/net/printable.ts'
import { parsePingLine } from '../../../src/probes/ping-output.ts'
import { cutUtf8, longestLineBytes, printable } from '../../../src/system/log-line.ts'
import { OutputLines } from '../../../src/system/output-lines.ts'
import { Random } from '../../helpers/random.ts'
import { expectOneLine, piecesOf } from '../expect.ts'
import type { Target } from '../target.ts'

const reply = '64 bytes from 10.34.1.10: icmp_seq=7 ttl=64 time=0.412 ms'

export const logLines: Target = {
  name: 'log-lines',
  holds: 'one line without control characters, within its limit',
  seeds: ['failover: ping: 5 failures in a row', 'a\nb\r\n\tc', '\x1b[31mred\x1b[0m', 'é€💩', reply].map(
    text => Buffer.from(text),
  ),
  words: [
    '\n',
    '\x1b]0;x\x07',
    '\xc2\x9b31m',
    '\xe2\x80\xa8',
    ' icmp_seq=',
    'no answer yet for icmp_seq=70000',
    'From 10.0.0.1 icmp_seq=1 ',
    reply,
  ],
  limitMs: 250,
  open: () => ({ run: makeLines }),
}

function makeLines(input: Buffer): void {
  const random = new Random(input)
  const text = input.toString('utf8')
  expectOneLine(printable(text), 6 * longestLineBytes)
  expectOneLine(firstLine(text), 160)
  const most = random.below(input.length + 2)
  const cut = cutUtf8(Buffer.from(text), most)
  assert.ok(cut.length <= most && text.startsWith(cut.toString('utf8')), 'half a character')
  for (const line of text.split('\n').slice(0, 50)) {
    const meaning = parsePingLine(line)
    if ('seq' in meaning) assert.ok(meaning.seq >= 0 && meaning.seq <= 0xffff, `icmp_seq ${meaning.seq}`)
  }
  const limits = { lineLength: 1 + random.below(60), lines: 1 + random.below(9) }
  const pieces = piecesOf(input).map(piece => piece.toString('latin1'))
  const lines = cutLines(pieces, limits)
  assert.deepEqual(cutLines([pieces.join('')], limits), lines, 'a split makes a difference')
  assert.ok(lines.length <= limits.lines + 1, `${lines.length} lines`)
}

function cutLines(pieces: readonly string[], limits: { lineLength: number; lines: number }): string[] {
  const lines: string[] = []
  const stream = new OutputLines(limits, line => lines.push(line)).stream()
  for (const piece of pieces) stream.push(piece)
  stream.end()
  return lines
}
