import assert from 'node:assert/strict'
import { chownSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { memoryCopy } from '../../src/system/memory-copy.ts'

function directoryIn(t: TestContext, parent: string): string {
  const directory = mkdtempSync(join(parent, 'copy-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const skip = existsSync('/dev/shm') ? false : 'no file system in memory'

describe('A copy in memory', { skip }, () => {
  it('is read as it was written, whole', t => {
    const path = join(directoryIn(t, '/dev/shm'), 'copy.json')
    assert.equal(memoryCopy.read(path), null)
    assert.equal(memoryCopy.write(path, 'one'), true)
    assert.equal(memoryCopy.write(path, 'two'), true)
    assert.equal(memoryCopy.read(path), 'two')
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('belongs to the owner of its directory, and follows no link laid there', {
    skip: process.getuid?.() !== 0,
  }, t => {
    const directory = directoryIn(t, '/dev/shm')
    const victim = join(directory, 'victim')
    writeFileSync(victim, 'untouched')
    chownSync(directory, 65_534, 65_534)
    const path = join(directory, 'copy.json')
    symlinkSync(victim, `${path}.tmp`)
    assert.equal(memoryCopy.write(path, 'text'), true)
    assert.deepEqual([statSync(path).uid, statSync(path).gid], [65_534, 65_534])
    assert.equal(memoryCopy.read(victim), 'untouched')
  })

  it('is none where the directory is missing or on a disk', t => {
    assert.equal(memoryCopy.write('/nonexistent/copy.json', 'text'), false)
    const directory = directoryIn(t, tmpdir())
    const inMemory = memoryCopy.write(join(directory, 'copy.json'), 'text')
    assert.equal(memoryCopy.read(join(directory, 'copy.json')), inMemory ? 'text' : null)
  })
})
