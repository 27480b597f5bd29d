import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { needs } from './helpers/needs.ts'

const root = join(import.meta.dirname, '..')
const all = (directory: string) => readdirSync(join(root, directory)).map(name => join(directory, name))
const scripts = [
  ...['systemd/debian/preinst', 'systemd/debian/postinst', 'systemd/debian/prerm', 'systemd/debian/postrm'],
  ...all('config/checks'),
  '.ci/run',
]

describe('Shell is free of what shellcheck finds', { skip: needs('shellcheck') }, () => {
  for (const script of scripts)
    it(script, () => {
      // debhelper puts commands of its own there.
      const input = readFileSync(join(root, script), 'utf8').replace('#DEBHELPER#', ':')
      const { stdout, status } = spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' })
      assert.equal(status, 0, stdout)
    })

  it('each of its scripts in systemd is looked at', () => {
    const shell = all('systemd/debian').filter(path => !path.endsWith('/source') && isShell(path))
    assert.deepEqual(
      shell.filter(path => !scripts.includes(path)),
      [],
    )
  })
})

function isShell(path: string): boolean {
  return readFileSync(join(root, path), 'utf8').startsWith('#!/bin/sh')
}
