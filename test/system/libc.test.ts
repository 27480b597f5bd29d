import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Libc, libc } from '../../src/system/libc.ts'
import { addressOf } from '../../src/system/unix-datagram.ts'
import { temporary } from '../helpers/temporary.ts'

// A wrong signature ends the process or writes past its arguments: each function is called here with what it takes.
const calls = libc() as Libc

test('socket and close: a descriptor that is open, then is not', () => {
  const opened = calls.unixDatagramSocket()
  assert.ok(opened.ok)
  assert.match(readFileSync(`/proc/self/fdinfo/${opened.value}`, 'utf8'), /^flags:\s*02004002$/m)
  assert.deepEqual(calls.close(opened.value), { ok: true, value: 0 })
  assert.deepEqual(calls.close(opened.value), { ok: false, code: 'EBADF' })
})

test('sendto: the count of bytes, or the name of what is wrong', () => {
  const opened = calls.unixDatagramSocket()
  assert.ok(opened.ok)
  const address = addressOf('/nowhere/at/all') as Buffer
  assert.deepEqual(calls.sendTo(opened.value, Buffer.from('x'), address), { ok: false, code: 'ENOENT' })
  assert.deepEqual(calls.sendTo(999_999, Buffer.from('x'), address), { ok: false, code: 'EBADF' })
  calls.close(opened.value)
})

test('flock: one of two descriptors has it, until it is closed', async t => {
  const path = join(temporary(t), 'lock')
  const [first, second] = [openSync(path, 'a+'), openSync(path, 'a+')]
  assert.deepEqual(await calls.lock(first), { ok: true, value: 0 })
  assert.deepEqual(await calls.lock(second), { ok: false, code: 'EAGAIN' })
  closeSync(first)
  assert.deepEqual(await calls.lock(second), { ok: true, value: 0 })
  closeSync(second)
  assert.deepEqual(await calls.lock(second), { ok: false, code: 'EBADF' })
})

test('clock_gettime: the time since the kernel started', () => {
  const uptimeMs = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000
  const before = uptimeMs()
  const ms = calls.bootTimeMs() ?? Number.NaN
  // /proc/uptime has hundredths of a second.
  assert.ok(ms >= before - 10 && ms <= uptimeMs() + 10, `${before} ${ms}`)
})

test('what is no argument of its kind is a TypeError, not the end of the process', () => {
  assert.throws(() => calls.close('1' as never), TypeError)
  assert.throws(() => calls.sendTo(1, Buffer.from('x'), 7 as never), TypeError)
})

test('_exit: ends at once with its status, without the listeners of an exit', async () => {
  const source = `
    import { libc } from './src/system/libc.ts'
    process.once('exit', () => console.log('exit'))
    libc().exitNow(7)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [out, [code]] = await Promise.all([child.stdout.toArray(), once(child, 'exit')])
  assert.deepEqual([Buffer.concat(out).toString(), code], ['', 7])
})
