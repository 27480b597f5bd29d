import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { lockDirectory } from '../../src/system/directory-lock.ts'

function directoryFor(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'lock-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

describe('The lock of a directory', () => {
  it('is held by one, and can be taken again when that one has released it', async t => {
    const directory = directoryFor(t)
    const first = await lockDirectory(directory)
    assert.equal(first.is, 'held')
    assert.deepEqual(await lockDirectory(directory), { is: 'taken' })
    if (first.is === 'held') await first.release()
    const second = await lockDirectory(directory)
    assert.equal(second.is, 'held')
    if (second.is === 'held') await second.release()
  })

  it('ends with the process that holds it, killed or not', async t => {
    const directory = directoryFor(t)
    const holder = spawn('flock', [
      '--exclusive',
      '--no-fork',
      directory,
      'sh',
      '-c',
      'echo held; exec sleep 60',
    ])
    await once(holder.stdout, 'data')
    assert.deepEqual(await lockDirectory(directory), { is: 'taken' })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const lock = await lockDirectory(directory)
    assert.equal(lock.is, 'held')
    if (lock.is === 'held') await lock.release()
  })

  it('is impossible where there is no directory', async () => {
    assert.deepEqual(await lockDirectory('/nonexistent'), { is: 'impossible', why: 'ENOENT' })
  })
})
