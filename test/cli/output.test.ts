import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openOutput } from '../../src/cli/output.ts'
import { quietStream } from './quiet-stream.ts'

const open = (shape: { isTTY?: boolean; columns?: number }, env: NodeJS.ProcessEnv = {}) =>
  openOutput({ stdout: quietStream(shape), stderr: quietStream() }, env)

describe('Output', () => {
  for (const [what, shape, env, colour] of [
    ['a terminal', { isTTY: true }, {}, true],
    ['a pipe', {}, {}, false],
    ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, true],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, false],
  ] as const) {
    it(`to ${what} is ${colour ? '' : 'not '}coloured`, () => {
      assert.equal(open(shape, env).colour, colour)
      assert.equal(open(shape, env).paint('bad', 'x'), colour ? '\x1b[1;31mx\x1b[0m' : 'x')
    })
  }

  for (const [columns, width] of [
    [200, 80],
    [80, 80],
    [70, 70],
    [20, 60],
    [0, 80],
    [undefined, 80],
  ] as const) {
    it(`to a terminal of ${columns} columns uses ${width}`, () =>
      assert.equal(open({ isTTY: true, ...(columns === undefined ? {} : { columns }) }).width, width))
  }

  it('whose reader has gone is silent, and says so', () => {
    const stdout = quietStream()
    const output = openOutput({ stdout, stderr: quietStream() }, {})
    stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    return new Promise<void>(resolve => {
      output.gone.addEventListener('abort', () => {
        output.print('into the void')
        assert.equal(stdout.text, '')
        resolve()
      })
    })
  })
})
