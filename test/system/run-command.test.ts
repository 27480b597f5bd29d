import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/system/clock.ts'
import { type CommandOptions, runCommand, shellArguments } from '../../src/system/run-command.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { until } from '../helpers/until.ts'

/** Runs a line, by the real clock unless told otherwise, and keeps its output. */
function run(line: string, options: Partial<CommandOptions> = {}) {
  const lines: string[] = []
  const result = runCommand({
    line,
    env: {},
    timeoutMs: 60_000,
    clock: systemClock,
    onLine: text => lines.push(text),
    ...options,
  })
  return { lines, result }
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const endings = [
  ['exit 0', { outcome: 'exited', code: 0 }],
  ['exit 7', { outcome: 'exited', code: 7 }],
  ['no-such-program-here', { outcome: 'exited', code: 127 }],
  ['kill -9 $$', { outcome: 'killed', signal: 'SIGKILL' }],
  ['cat', { outcome: 'exited', code: 0 }],
] as const
for (const [line, expected] of endings)
  test(`\`${line}\` is ${JSON.stringify(expected)}`, async () => {
    assert.deepEqual(await run(line).result, expected)
  })

test('both outputs arrive line by line, the last without line end too', async () => {
  const { lines, result } = run('echo one; echo two >&2; printf drei')
  await result
  assert.deepEqual(lines.sort(), ['drei', 'one', 'two'])
})

test('variables are added to the environment', async () => {
  const { lines, result } = run('echo "$BEROFOSD_EVENT:$PATH"', { env: { BEROFOSD_EVENT: 'after_slave' } })
  await result
  assert.deepEqual(lines, [`after_slave:${process.env.PATH}`])
})

test('what the service manager tells us is not passed on', async t => {
  process.env.NOTIFY_SOCKET = '/run/notify'
  t.after(() => delete process.env.NOTIFY_SOCKET)
  const { lines, result } = run('echo "[$NOTIFY_SOCKET]"')
  await result
  assert.deepEqual(lines, ['[]'])
})

test('endless output is cut and does not stop the command', async () => {
  const { lines, result } = run('seq 1 200000')
  assert.deepEqual(await result, { outcome: 'exited', code: 0 })
  assert.deepEqual([lines.length, lines[999], lines[1000]], [1001, '1000', '… output cut'])
})

test('when late, it is killed with its children', async () => {
  const clock = new FakeClock()
  const { lines, result } = run('sh -c "sleep 1000 & echo \\$!; wait" & echo $!; wait', {
    clock,
    timeoutMs: 500,
  })
  await until('child and grandchild run', () => lines.length === 2)
  const pids = lines.map(Number)
  assert.deepEqual(pids.map(isAlive), [true, true])
  await clock.advance(500)
  assert.deepEqual(await result, { outcome: 'late' })
  await until('both are gone', () => !pids.some(isAlive))
})

test('a grandchild that ignores SIGTERM is killed 2 s later, though the shell has ended', async () => {
  const clock = new FakeClock()
  const stubborn = `sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & wait`
  const { lines, result } = run(stubborn, { clock, timeoutMs: 500 })
  await until('the grandchild runs', () => lines.length === 1)
  const pid = Number(lines[0])
  await clock.advance(500)
  // The pipe is still held: the shell's end, then 100 ms for its last words.
  await until('the result is there', async () => {
    await clock.advance(50)
    return (await Promise.race([result, null])) !== null
  })
  assert.equal(isAlive(pid), true)
  await clock.advance(2000)
  await until('it is gone', () => !isAlive(pid))
})

test('a shell that ignores SIGTERM is late all the same', async () => {
  const clock = new FakeClock()
  const { lines, result } = run('trap "" TERM; echo on; while :; do sleep 1; done', { clock, timeoutMs: 10 })
  await until('the shell runs', () => lines.length === 1)
  await clock.advance(2010)
  assert.deepEqual(await result, { outcome: 'late' })
})

test('a child in the background that holds the output delays nothing and lives on', async () => {
  const { lines, result } = run('sleep 1000 & echo $!')
  const before = performance.now()
  assert.deepEqual(await result, { outcome: 'exited', code: 0 })
  assert.ok(performance.now() - before < 5000)
  const pid = Number(lines[0])
  assert.equal(isAlive(pid), true)
  process.kill(pid)
})

test('an abort ends it with its children', async () => {
  const stop = new AbortController()
  const { lines, result } = run('sleep 1000 & echo $!; wait', { signal: stop.signal })
  await until('it runs', () => lines.length === 1)
  stop.abort()
  assert.deepEqual(await result, { outcome: 'killed', signal: 'SIGTERM' })
  await until('the child is gone', () => !isAlive(Number(lines[0])))
})

test('aborted before, it does not begin', async () => {
  const { result } = run('exit 0', { signal: AbortSignal.abort() })
  assert.equal((await result).outcome, 'cannot')
})

const impossible = [
  ['a NUL in the line', 'echo \0'],
  ['a line longer than the kernel takes', `: ${'x'.repeat(1 << 22)}`],
] as const
for (const [what, line] of impossible)
  test(`${what} is a command that cannot run`, async () => {
    assert.equal((await run(line).result).outcome, 'cannot')
  })

test('a hundred commands leave no timer, listener or descriptor behind', async () => {
  const clock = new FakeClock()
  const stop = new AbortController()
  await run('exit 0', { clock, signal: stop.signal }).result
  const before = readdirSync('/proc/self/fd').length
  for (let batch = 0; batch < 10; batch++)
    await Promise.all(Array.from({ length: 10 }, () => run('exit 0', { clock, signal: stop.signal }).result))
  assert.equal(clock.waiting, 0)
  await until('descriptors are closed', () => readdirSync('/proc/self/fd').length <= before)
})

test('a child in the background may go on printing after the command has ended', async () => {
  const child = 'trap "exit 7" PIPE; i=0; while [ $i -lt 40 ]; do echo on $i; i=$((i+1)); sleep 0.01; done'
  const mark = join(mkdtempSync(join(tmpdir(), 'run-')), 'done')
  const { result } = run(`(${child}; echo >${mark}) & exit 0`)
  assert.deepEqual(await result, { outcome: 'exited', code: 0 })
  await until('it came to its end', () => existsSync(mark))
})

test('a hundred megabytes and binary rubbish are output as well', async () => {
  const { lines, result } = run('head -c 100000000 /dev/zero; head -c 100000 /dev/urandom >&2; echo end')
  assert.deepEqual(await result, { outcome: 'exited', code: 0 })
  assert.ok(lines.every(line => line.length <= 8192))
})

test('a command that stopped itself hears that it is to end', async () => {
  const stop = new AbortController()
  const { lines, result } = run('trap "echo bye; exit 3" TERM; echo on; kill -STOP $$; sleep 60', {
    signal: stop.signal,
  })
  await until('it runs', () => lines.length === 1)
  stop.abort()
  assert.deepEqual(await result, { outcome: 'killed', signal: 'SIGTERM' })
  assert.deepEqual(lines, ['on', 'bye'])
})

test('a command that closes its output and forks on is over when its shell is', async () => {
  const { result } = run('exec >&- 2>&-; (exec sleep 1) & exit 4')
  assert.deepEqual(await result, { outcome: 'exited', code: 4 })
})

test('endless output holds up nothing else', async () => {
  const clock = new FakeClock()
  const { result } = run('exec yes', { clock, timeoutMs: 500 })
  await clock.advance(500)
  await clock.advance(3000)
  assert.deepEqual(await result, { outcome: 'late' })
})

test('where the kernel spares us, a command raises its own score, and is else what it was', () => {
  assert.deepEqual(shellArguments('exit 3', 0), ['-c', 'exit 3'])
  const line = 'cat /proc/self/oom_score_adj; echo "$0"; nosuch; exit 3'
  const { status, stdout, stderr } = spawnSync('/bin/sh', shellArguments(line, -900), { encoding: 'utf8' })
  assert.deepEqual([status, stdout], [3, '0\n/bin/sh\n'])
  assert.match(stderr, /^\S*sh: \S*1: nosuch: not found\n$|^\S*sh: line 1: nosuch/)
})
