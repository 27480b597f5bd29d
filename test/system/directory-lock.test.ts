import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { lockDirectory } from '../../src/system/directory-lock.ts'
import { temporary } from '../helpers/temporary.ts'

describe('The lock of a directory', () => {
  it('is held by one, and can be taken again when that one has released it', async t => {
    const directory = temporary(t)
    const first = await lockDirectory(directory)
    assert.equal(first.is, 'held')
    assert.deepEqual(await lockDirectory(directory), { is: 'taken' })
    if (first.is === 'held') await first.release()
    const second = await lockDirectory(directory)
    assert.equal(second.is, 'held')
    if (second.is === 'held') await second.release()
  })

  it('ends with the process that holds it, killed or not', async t => {
    const directory = temporary(t)
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
