import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { describe, it } from 'node:test'
import { openOutput } from '../../src/cli/output.ts'
import { nodeOfPrograms, program } from '../helpers/programs.ts'
import { quietStream } from './quiet-stream.ts'
import { follow } from './run-berofosd.ts'

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

  for (const [columns, wide] of [
    [200, 160],
    [120, 120],
    [80, 80],
    [20, 60],
    [0, 80],
  ] as const)
    it(`that is only looked at uses ${wide} of ${columns} columns`, () =>
      assert.equal(open({ isTTY: true, columns }).wide, wide))

  it('that is sent on is no wider than mails are', () => assert.equal(open({ columns: 200 }).wide, 80))

  for (const [what, shape, env, signs] of [
    ['a terminal with UTF-8', { isTTY: true }, { LANG: 'de_DE.UTF-8' }, true],
    ['a terminal with utf8', { isTTY: true }, { LC_CTYPE: 'C.utf8', LANG: 'C' }, true],
    ['a terminal without a locale', { isTTY: true }, {}, false],
    ['a terminal whose locale is overruled', { isTTY: true }, { LC_ALL: 'C', LANG: 'C.UTF-8' }, false],
    ['the console of Linux', { isTTY: true }, { LANG: 'C.UTF-8', TERM: 'linux' }, false],
    ['a pipe', {}, { LANG: 'C.UTF-8' }, false],
  ] as const)
    it(`to ${what} ${signs ? 'has signs' : 'is ASCII'}`, () => assert.equal(open(shape, env).signs, signs))

  it('of our own words is ASCII on a terminal without signs', () => {
    const [stdout, stderr] = [quietStream({ isTTY: true }), quietStream({ isTTY: true })]
    const output = openOutput({ stdout, stderr }, { LANG: 'C' })
    output.print('doctor [NAME …]')
    output.complain('… waiting for ping')
    assert.deepEqual([stdout.text, stderr.text], ['doctor [NAME ...]\n', '... waiting for ping\n'])
  })

  it('that is sent on stays byte for byte', () => {
    const [stdout, stderr] = [quietStream(), quietStream()]
    openOutput({ stdout, stderr }, { LANG: 'C' }).print('{"reason":"to be mended …"}')
    assert.equal(stdout.text, '{"reason":"to be mended …"}\n')
  })

  it('that could not be written turns success into failure, and says why', async () => {
    const [stdout, stderr] = [quietStream(), quietStream()]
    stdout._write = (_, __, done) =>
      done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))
    const output = openOutput({ stdout, stderr }, {})
    output.print('lost')
    assert.equal(await output.ended('berofosd', 0), 1)
    assert.equal(await output.ended('berofosd', 3), 3)
    const [line] = stderr.text.split('\n')
    assert.equal(line, 'berofosd: the output could not be written: ENOSPC: no space left on device, write')
  })

  for (const name of ['berofosd', 'bnfos', 'xivo-berofos'] as const)
    it(`of ${name} into a full disk ends with 1`, async t => {
      const full = openSync('/dev/full', 'w')
      t.after(() => closeSync(full))
      const child = spawn(nodeOfPrograms, [program(name), '--help'], { stdio: ['ignore', full, 'pipe'] })
      const { code, err } = await follow(child).ended
      assert.equal(code, 1)
      assert.match(err, new RegExp(`^${name}: the output could not be written: ENOSPC`))
    })

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
