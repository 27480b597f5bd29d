import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { lastChangeS } from '../../src/build/debian-source.ts'
import { needs } from '../helpers/needs.ts'
import { temporary } from '../helpers/temporary.ts'

const [committedS, writtenS] = [1_800_000_000, 1_700_000_000]

describe('The time of the last change', () => {
  it('is that of the last commit', { skip: needs('git') }, async t => {
    assert.equal(await lastChangeS(clone(t)), committedS)
  })

  const skip = process.getuid?.() === 0 ? needs('git') : 'only root can give files away'
  it('is the same for root in a clone of somebody else', { skip }, async t => {
    const directory = clone(t)
    execFileSync('chown', ['-R', '65534', directory])
    assert.equal(await lastChangeS(directory), committedS)
  })

  it('is that of package.json without git', async t => {
    assert.equal(await lastChangeS(archive(t)), writtenS)
  })
})

function archive(t: TestContext): string {
  const directory = temporary(t)
  const file = join(directory, 'package.json')
  writeFileSync(file, '{}')
  utimesSync(file, writtenS, writtenS)
  return directory
}

function clone(t: TestContext): string {
  const directory = archive(t)
  const env = { ...process.env, GIT_COMMITTER_DATE: `${committedS} +0000` }
  const git = (...words: string[]) => execFileSync('git', words, { cwd: directory, env })
  git('init', '--quiet')
  git('add', '.')
  const author = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org']
  git(...author, 'commit', '--quiet', '--message', 'one')
  return directory
}
