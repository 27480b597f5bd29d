import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, fork, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { LogOptions } from '../../src/system/logger.ts'
import { needs } from '../helpers/needs.ts'
import { until } from '../helpers/until.ts'
import { openReceiver } from './datagram-receiver.ts'
import type { Report, Request } from './log-program.ts'

const path = fileURLToPath(new URL('log-program.ts', import.meta.url))
const nowhere = { path: '/nowhere/log' }
const stamp = /^\d\d:\d\d:\d\d /

/** Starts the program with `stdout` as fd 1. */
function start(t: TestContext, target: LogOptions['target'], stdout: 'pipe' | number = 'pipe', env = {}) {
  const stdio: StdioOptions = ['ignore', stdout, 'inherit', 'ipc']
  const environment = { ...process.env, ...env }
  const program = fork(path, [JSON.stringify(target)], {
    stdio,
    execArgv: ['--import', 'tsx'],
    env: environment,
  })
  t.after(() => program.kill('SIGKILL'))
  const ask = async (request: Request): Promise<Report> => {
    program.send(request)
    return (await once(program, 'message'))[0] as Report
  }
  return { program, ask }
}

/** Lets the program end by itself and gives all it printed from now on. */
async function finish({ program, ask }: ReturnType<typeof start>, deadlineMs = 5000): Promise<string[]> {
  const printed = textOf(program)
  const ended = once(program, 'close')
  await ask({ close: deadlineMs })
  assert.deepEqual(await ended, [0, null])
  return printed().split('\n').slice(0, -1)
}

function textOf(program: ChildProcess): () => string {
  let text = ''
  program.stdout?.setEncoding('utf8').on('data', more => {
    text += more
  })
  return () => text
}

/** A file as stdout: what stands in it when the program has ended. */
async function printedToFile(t: TestContext, envFor: (id: string) => object): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'stdout-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'out')
  const fd = openSync(file, 'w')
  const { dev, ino } = fstatSync(fd)
  const program = start(t, 'none', fd, envFor(`${dev}:${ino}`))
  closeSync(fd)
  await program.ask({ write: ['notice', 'hello'] })
  await finish(program)
  return readFileSync(file, 'utf8')
}

test('with target none lines go to stdout', async t => {
  const program = start(t, 'none')
  await program.ask({ write: ['notice', 'hello\nyou'] })
  const [line = ''] = await finish(program)
  assert.match(line, stamp)
  assert.equal(line.replace(stamp, ''), 'notice hello\\nyou')
})

test('when the journal reads stdout, each line has its priority', async t => {
  assert.equal(await printedToFile(t, id => ({ JOURNAL_STREAM: id })), '<5>hello\n')
})

test('a JOURNAL_STREAM that names another stream means nothing', async t => {
  assert.match(await printedToFile(t, () => ({ JOURNAL_STREAM: '8:1' })), /^\d\d:\d\d:\d\d notice hello\n$/)
})

test('while the socket takes lines, stdout stays empty', async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const program = start(t, { path: receiver.path })
  await program.ask({ write: ['info', 'hello'] })
  assert.deepEqual(await finish(program), [])
  await until('the line arrives', () => receiver.received.length === 1)
})

test('a line printed because the socket was never there is not sent when it comes', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'late-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const socket = join(directory, 'log')
  const program = start(t, { path: socket })
  await program.ask({ write: ['info', 'early'] })
  const receiver = openReceiver(socket)
  t.after(receiver.close)
  let late = 0
  await until('a line arrives', async () => {
    await program.ask({ write: ['info', `late ${late++}`] })
    return receiver.received.length > 0
  })
  const printed = (await finish(program)).map(line => line.replace(stamp, '').replace('info ', ''))
  const sent = receiver.received.map(line => line.replace(/^.*?\]: /, ''))
  assert.deepEqual([...printed, ...sent], ['early', ...Array.from({ length: late }, (_, at) => `late ${at}`)])
})

test('at the end, lines that no socket took any more are printed', async t => {
  const receiver = openReceiver()
  const program = start(t, { path: receiver.path })
  await program.ask({ write: ['info', 'first'] })
  await until('the first arrives', () => receiver.received.length === 1)
  receiver.close()
  assert.equal((await program.ask({ write: ['info', 'last'] })).pending, 1)
  assert.deepEqual(
    (await finish(program, 50)).map(line => line.replace(stamp, '')),
    ['info last'],
  )
})

test('a reader of stdout that stalls delays nothing, and gets whole lines in order', async t => {
  const program = start(t, 'none')
  const { pending } = await program.ask({ burst: 20_000 })
  assert.ok(pending >= 1000, 'the reader has stalled')
  // However often it stalls: each line comes in its turn, or is counted where it would have stood.
  let next = 0
  for (const line of await finish(program)) {
    const [, lost] = /^warning (\d+) lines lost$/.exec(line.replace(stamp, '')) ?? []
    if (lost === undefined) assert.equal(line.replace(stamp, ''), `info line ${next}`)
    next += Number(lost ?? 1)
  }
  assert.equal(next, 20_000)
})

test('while the reader of stdout stalls, 1500 lines of a hook do not push out the failover', async t => {
  const program = start(t, 'none')
  await program.ask({ burst: 1000, width: 1000 })
  await program.ask({ write: ['warning', 'failover: lines to the slave'] })
  const { pending } = await program.ask({ burst: 1500 })
  assert.ok(pending >= 1000, 'the reader has stalled')
  const texts = (await finish(program)).map(line => line.replace(stamp, ''))
  assert.ok(texts.includes('warning failover: lines to the slave'))
  assert.equal(texts.at(-1), 'info line 1499')
})

test('a pipe with room for half a line gets the other half later', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'fifo-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const fifo = join(directory, 'fifo')
  execFileSync('mkfifo', [fifo])
  const reading = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
  const writing = openSync(fifo, constants.O_WRONLY)
  const program = start(t, 'none', writing)
  closeSync(writing)
  // Pipes take at most 4096 bytes whole or not at all (PIPE_BUF).
  await program.ask({ burst: 100, width: 6000 })
  const reader = new Socket({ fd: reading, writable: false })
  let text = ''
  reader.setEncoding('utf8').on('data', more => {
    text += more
  })
  await finish(program)
  await until('the last line arrives', () => text.includes('line 99') && text.endsWith('\n'))
  const lines = text.split('\n').slice(0, -1)
  assert.deepEqual(
    lines.map(line => line.replace(stamp, '')),
    Array.from({ length: 100 }, (_, at) => `info ${`line ${at} `.padEnd(6000, '.')}`),
  )
})

test('a reader that never reads again does not keep the program from ending', async t => {
  const program = start(t, 'none')
  await program.ask({ burst: 20_000 })
  const ended = once(program.program, 'exit')
  await program.ask({ close: 100 })
  assert.deepEqual(await ended, [0, null])
})

test('a reader that goes away harms nobody', async t => {
  const program = start(t, 'none')
  program.program.stdout?.destroy()
  await program.ask({ burst: 2000 })
  const ended = once(program.program, 'exit')
  await program.ask({ close: 100 })
  assert.deepEqual(await ended, [0, null])
})

for (const [what, isThere] of [
  ['was never there', false],
  ['went away', true],
] as const)
  test(`200000 lines for a socket that ${what} cost no memory to speak of`, async t => {
    const receiver = openReceiver()
    const program = start(t, isThere ? { path: receiver.path } : nowhere)
    await program.ask({ write: ['info', 'first'] })
    receiver.close()
    const before = await program.ask({ burst: 2000 })
    const after = await program.ask({ burst: 200_000 })
    const grownBytes = after.rssBytes - before.rssBytes
    assert.ok(grownBytes < 64 << 20, `grown by ${grownBytes >> 20} MiB`)
    assert.ok(after.pending <= 1001)
  })

/** Runs the program on a terminal of its own and gives what it shows. */
async function shownOnTerminal(t: TestContext, target: LogOptions['target'], env: object): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'terminal-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const command = `'${process.execPath}' --import tsx '${path}' '${JSON.stringify(target)}' drift`
  const terminal = spawn('script', ['-qec', command, join(directory, 'typescript')], {
    env: { ...process.env, NO_COLOR: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const shown = textOf(terminal)
  await once(terminal, 'close')
  return shown()
}

const skip = needs('script')

test('on a terminal lines are shown in colour, and sent as well', { skip }, async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const shown = await shownOnTerminal(t, { path: receiver.path }, {})
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
  assert.match(shown, /^\x1b\[33m\d\d:\d\d:\d\d warning drift\x1b\[0m\r\n$/)
  await until('the line arrives', () => receiver.received.length === 1)
})

test('on a terminal NO_COLOR is honoured', { skip }, async t => {
  assert.match(await shownOnTerminal(t, 'none', { NO_COLOR: '1' }), /^\d\d:\d\d:\d\d warning drift\r\n$/)
})

test('on a terminal a line is shown once, also without a socket', { skip }, async t => {
  assert.equal((await shownOnTerminal(t, nowhere, {})).match(/drift/g)?.length, 1)
})
