import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../systemd/master-is-named', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'named-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const file = join(directory, 'berofosd.conf')

const named: [title: string, text: string][] = [
  ['a host', '[master]\nhost = 10.34.1.10\n'],
  ['no blanks, or many', '  [ master ] ; ours\n\thost=a.example\n'],
  ['a byte order mark and CRLF', '\ufeff[master]\r\nhost = 10.34.1.10\r\n'],
  ['a host between quotes', "[master]\nhost = 'a.example'\n"],
  ['other sections before and behind', '[node]\n[master]\nhost = a\n[check.ping]\ntype = ping\n'],
  ['a malformed section line, which the daemon tells', '[master\nhost = 10.34.1.10\n'],
  ['a key that there is not, which the daemon tells', '[master]\nhost = 10.34.1.10\nhosts = 1\n'],
  ['the same section twice, which the daemon tells', '[master]\n[master]\nhost = 10.34.1.10\n'],
]

const unnamed: [title: string, text: string][] = [
  ['nothing', ''],
  ['no host', '[master]\n'],
  ['a host in a comment', '[master]\n;host = 10.34.1.10\n # host = 10.34.1.10\n'],
  ['an empty host', '[master]\r\nhost =\r\n'],
  ['a comment instead of a host', '[master]\nhost = ; the address\n'],
  ['only the host of a check', '[master]\n[check.ping]\ntype = ping\nhost = 10.34.1.10\n'],
  ['a host in no section', 'host = 10.34.1.10\n'],
  ['the section in a comment', '; [master]\nhost = 10.34.1.10\n'],
  ['the section in a value', '[hooks]\nbefore_slave = test [master]\nhost = 10.34.1.10\n'],
]

describe('the unit starts the daemon with', () => {
  for (const [title, text] of named)
    it(title, () => {
      writeFileSync(file, text)
      assert.deepEqual(run(file), { status: 0, said: '' })
    })

  it('a file that can not be read, which the daemon tells', () => {
    assert.deepEqual(run(directory), { status: 0, said: '' })
  })
})

describe('the unit stays idle, and says what to do, with', () => {
  for (const [title, text] of unnamed)
    it(title, () => {
      writeFileSync(file, text)
      assert.deepEqual(run(file), { status: 1, said: idle(file) })
    })

  it('no file', () => {
    const none = join(directory, 'none')
    assert.deepEqual(run(none), { status: 1, said: idle(none) })
  })
})

function idle(path: string): string {
  return `idle: no master is named: set [master] host in ${path}, then 'systemctl start berofosd'\n`
}

function run(path: string) {
  const { status, stdout, stderr } = spawnSync(program, [path], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}
