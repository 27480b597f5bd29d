import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { openOutput } from '../../src/cli/output.ts'
import { tableLines } from '../../src/cli/table.ts'
import { quietStream } from './quiet-stream.ts'
import { widthOf } from './run-berofosd.ts'

const pipe = () => openOutput({ stdout: quietStream(), stderr: quietStream() }, {})
const terminal = () =>
  openOutput({ stdout: quietStream({ isTTY: true, columns: 80 }), stderr: quietStream() }, {})

describe('A table', () => {
  it('has its columns below their titles, and a mark before each row', () => {
    const rows = [
      { tone: 'good' as const, cells: ['fos1', 'yes', 'a text'] },
      { tone: 'bad' as const, cells: ['fos10', 'no', 'more'] },
    ]
    assert.deepEqual(tableLines(pipe(), ['RELAY', 'CONFIRMED', 'WHY'], rows), [
      '   RELAY  CONFIRMED  WHY',
      'ok fos1   yes        a text',
      '!! fos10  no         more',
    ])
  })

  it('wraps its last column below itself', () => {
    const cells = ['x'.repeat(40), `${'word '.repeat(20)}end`]
    const lines = tableLines(pipe(), ['A', 'B'], [{ tone: 'plain', cells }])
    assert.equal(lines.length, 4)
    assert.match(lines[1] ?? '', /^ {3}x{23}~ {2}word word/)
    assert.match(lines[2] ?? '', /^ {29}word/)
  })

  it('leaves out columns that can be spared, the first one first, before it cuts another', () => {
    const head = ['NAME', 'TYPE', 'EVERY', 'ASKS']
    const table = (name: string, spare: readonly string[]) => {
      const rows = [{ tone: 'plain' as const, cells: [name, 'b'.repeat(22), 'c'.repeat(22), 'host'] }]
      return tableLines(pipe(), head, rows, spare)
    }
    const titles = (lines: string[]) => lines[0]?.trim().split(/ +/)
    assert.deepEqual(titles(table('pbx', ['EVERY', 'TYPE'])), head)
    assert.deepEqual(titles(table('n'.repeat(24), ['EVERY', 'TYPE'])), ['NAME', 'TYPE', 'ASKS'])
    assert.match(table('n'.repeat(24), ['EVERY', 'TYPE'])[1] ?? '', / n{24} {2}b{22} {2}host$/)
  })

  it('colours cells only on a terminal', () => {
    const rows = [{ tone: 'bad' as const, cells: ['a', { text: 'down', tone: 'bad' as const }, 'b'] }]
    const painted = '\x1b[1;31m!!\x1b[0m a  \x1b[1;31mdown\x1b[0m  b'
    assert.equal(tableLines(terminal(), ['A', 'B', 'C'], rows)[1], painted)
    assert.ok(!tableLines(pipe(), ['A', 'B', 'C'], rows).join('\n').includes('\x1b'))
  })

  it('is never wider than 80, whatever is in them', () => {
    const cells = fc.array(fc.string({ maxLength: 300 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 4 }), all => {
        const rows = all.map(cells => ({ tone: 'good' as const, cells }))
        assert.ok(widthOf(tableLines(terminal(), ['A', 'B', 'C'], rows).join('\n')) <= 80)
      }),
    )
  })
})
