import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { Move } from '../../../src/cli/bnfos/conf-merge.ts'
import { updateFile } from '../../../src/cli/bnfos/conf-write.ts'
import { temporary } from '../../helpers/temporary.ts'

const mac = '00:19:32:00:12:1D'
const other = '00:19:32:00:12:1E'

function fileWith(t: TestContext, text: string): string {
  const directory = temporary(t)
  const file = join(directory, 'bnfos.conf')
  writeFileSync(file, text)
  return file
}

describe('A file with mistakes', () => {
  const sound = `[fos2]\nmac = ${other}\nhost = 10.0.0.8\n`
  const mistakes: readonly (readonly [name: string, text: string, line: number])[] = [
    ['a malformed section line', `[fos1\nmac = ${mac}\nhost = 10.0.0.9\nlogin = admin:x\n`, 1],
    ['a malformed MAC', `[fos1]\nmac = 00193200121D\nhost = 10.0.0.9\n`, 2],
  ]
  for (const [name, text, line] of mistakes)
    it(`such as ${name}: the sound sections are updated, and what may be that device is not added`, async t => {
      const file = fileWith(t, text + sound)
      const { ok, lines } = await updateFile(file, [
        { mac, address: '10.0.0.9' },
        { mac: other, address: '10.0.0.7' },
      ])
      assert.equal(ok, false)
      assert.ok(
        lines.some(each => each.startsWith(`${file}:${line}: `)),
        lines.join('\n'),
      )
      assert.match(
        lines.at(-1) ?? '',
        /^bnfos: 00:19:32:00:12:1D at 10\.0\.0\.9 is not added: .*, correct that first$/,
      )
      assert.equal(readFileSync(file, 'utf8'), text + sound.replace('0.8', '0.7'))
    })
})

describe('A known MAC at another address', () => {
  const text = `[fos1]\nmac = 00-19-32-00-12-1d\nhost = 10.0.0.9\nlogin = admin:\xe4\n[fos:]\nmac = ${other}\nhost = 10.0.0.8\n`

  it('is asked about first, and keeps its host where the answer is no', async t => {
    const file = fileWith(t, text)
    const asked: Move[] = []
    const { ok, lines } = await updateFile(
      file,
      [
        { mac, address: '10.0.0.1' },
        { mac: other, address: '10.0.0.2' },
      ],
      async move => {
        asked.push(move)
        return move.name !== 'fos1'
      },
    )
    assert.deepEqual(asked, [
      { name: 'fos1', mac, from: '10.0.0.9', to: '10.0.0.1' },
      { name: 'fos:', mac: other, from: '10.0.0.8', to: '10.0.0.2' },
    ])
    assert.equal(ok, true)
    assert.equal(lines[0], 'fos1: host stays 10.0.0.9, it is at 10.0.0.1')
    assert.equal(readFileSync(file, 'utf8'), text.replace('10.0.0.8', '10.0.0.2'))
  })

  it('is not asked about where nothing changes, or there was no host', async t => {
    const file = fileWith(t, text.replace('host = 10.0.0.9\n', ';host = 0.0.0.0\n'))
    const asked: Move[] = []
    await updateFile(
      file,
      [
        { mac, address: '10.0.0.9' },
        { mac: other, address: '10.0.0.8' },
      ],
      async move => {
        asked.push(move)
        return false
      },
    )
    assert.deepEqual(asked, [])
    assert.equal(readFileSync(file, 'utf8'), text)
  })
})
