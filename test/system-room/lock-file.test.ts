import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lockFile } from '../../src/system/lock-file.ts'
import { needs } from '../helpers/needs.ts'
import { until } from '../helpers/until.ts'

function place(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lock-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a lock is held until it is released', async t => {
  const path = join(place(t), 'lock')
  const first = await lockFile(path)
  assert.ok(first.ok)
  assert.deepEqual(await lockFile(path), {
    ok: false,
    reason: 'held',
    text: `another process holds ${path}`,
  })
  first.release()
  await until('it is free', async () => (await lockFile(path)).ok)
})

test('releasing twice closes nothing of somebody else', async t => {
  const directory = place(t)
  const first = await lockFile(join(directory, 'one'))
  assert.ok(first.ok)
  first.release()
  await until('it is free', async () => (await lockFile(join(directory, 'one'))).ok)
  const other = await lockFile(join(directory, 'two'))
  first.release()
  assert.ok(other.ok)
  assert.equal((await lockFile(join(directory, 'two'))).ok, false)
})

test('the file is made, for its owner alone', async t => {
  const path = join(place(t), 'lock')
  assert.ok((await lockFile(path)).ok)
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a directory is locked itself, and leaves no file', async t => {
  const path = place(t)
  assert.ok((await lockFile(path)).ok)
  assert.equal((await lockFile(path)).ok, false)
})

const impossible = [
  ['in a directory that is not there', (path: string) => join(path, 'none/lock'), 'ENOENT'],
  ['below a file', () => '/etc/passwd/lock', 'ENOTDIR'],
  [
    'at a symbolic link',
    (path: string) => {
      symlinkSync('/dev/null', join(path, 'lock'))
      return join(path, 'lock')
    },
    'ELOOP',
  ],
] as const
for (const [where, pathIn, code] of impossible)
  test(`${where} no lock can be had, with the reason`, async t => {
    const path = pathIn(place(t))
    assert.deepEqual(await lockFile(path), {
      ok: false,
      reason: 'impossible',
      text: `${path} can't be locked: ${code}`,
    })
  })

test('the lock ends with a process that is killed, although its child lives on', async t => {
  const directory = place(t)
  const path = join(directory, 'lock')
  const source = `
    import { lockFile } from './src/system/lock-file.ts'
    import { spawn } from 'node:child_process'
    lockFile(${JSON.stringify(path)}).then(({ ok }) => {
      const child = spawn('sleep', ['60'], { stdio: 'ignore', detached: true })
      console.log(ok, child.pid)
    })
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => holder.kill('SIGKILL'))
  const [said] = await once(holder.stdout, 'data')
  const [ok, child] = String(said).trim().split(' ')
  t.after(() => process.kill(Number(child), 'SIGKILL'))
  assert.equal(ok, 'true')
  assert.equal((await lockFile(path)).ok, false)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  process.kill(Number(child), 0)
  assert.ok((await lockFile(path)).ok)
})

test('of many processes that start at once, one has it', { skip: needs('flock') }, async t => {
  const directory = place(t)
  mkdirSync(join(directory, 'state'))
  const path = join(directory, 'state/lock')
  const results = await Promise.all(Array.from({ length: 20 }, () => lockFile(path)))
  assert.equal(results.filter(({ ok }) => ok).length, 1)
  // flock(1) speaks of the same lock.
  const other = spawn('flock', ['--nonblock', path, 'true'], { stdio: 'ignore' })
  assert.deepEqual((await once(other, 'exit'))[0], 1)
})
