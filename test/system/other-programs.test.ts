import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { otherPrograms } from '../../src/system/other-programs.ts'

/** A root with our programs as the package installs them. */
function rootWith(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'others-')))
  t.after(() => rmSync(root, { recursive: true }))
  const put = (path: string, text: string, mode = 0o755) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode })
  }
  put('usr/lib/berofosd/xivo-berofos.cjs', '')
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  symlinkSync('../lib/berofosd/xivo-berofos.cjs', join(root, 'usr/bin/xivo-berofos'))
  symlinkSync('usr/bin', join(root, 'bin'))
  for (const [path, text] of Object.entries(files)) put(path, text)
  const find = () => otherPrograms(root, Promise.resolve(join(root, 'usr/lib/berofosd')))
  return { root, put, find }
}

describe('Other programs of our names', () => {
  it('are none where only ours are', async t => assert.deepEqual(await rootWith(t).find(), []))

  it('are named where they come first in the PATH of root, once, and with the cure', async t => {
    const { root, find } = rootWith(t, { 'usr/sbin/xivo-berofos': '#!/bin/sh\n' })
    symlinkSync('usr/sbin', join(root, 'sbin'))
    assert.deepEqual(await find(), [
      `${root}/usr/sbin/xivo-berofos is another program of this name, which moves relays beside the daemon: remove it`,
    ])
  })

  for (const name of ['bnfos', 'berofosd'])
    it(`are named when it is ${name}, wherever root's shell or cron finds it`, async t => {
      for (const directory of ['usr/local/sbin', 'usr/local/bin', 'usr/sbin', 'usr/bin']) {
        const { root, find } = rootWith(t, { [`${directory}/${name}`]: '#!/bin/sh\n' })
        assert.deepEqual(await find(), [
          `${root}/${directory}/${name} is another program of this name, which moves relays beside the daemon: remove it`,
        ])
      }
    })

  it('are no files that can not be run', async t => {
    const { put, find } = rootWith(t)
    put('usr/sbin/xivo-berofos', '', 0o644)
    assert.deepEqual(await find(), [])
  })

  it('are named with the cron jobs that run them', async t => {
    const { root, find } = rootWith(t, {
      'usr/sbin/xivo-berofos': '#!/bin/sh\n',
      'etc/cron.d/berofos': '* * * * * root /usr/sbin/xivo-berofos -q master\n',
      'etc/cron.d/idle': '# * * * * * root xivo-berofos master\n',
      'etc/crontab': '* * * * * root xivo-berofos-report\n',
    })
    assert.deepEqual((await find()).slice(1), [
      `${root}/etc/cron.d/berofos runs such a program: remove the job`,
    ])
  })
})
