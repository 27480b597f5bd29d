import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { updateFile } from '../../../src/cli/bnfos/conf-write.ts'

describe('A file with mistakes', () => {
  const mac = '00:19:32:00:12:1D'
  const mistakes: readonly (readonly [name: string, text: string, line: number])[] = [
    ['a malformed section line', `[fos1\nmac = ${mac}\nhost = 10.0.0.9\nlogin = admin:x\n`, 1],
    ['a malformed MAC', `[fos1]\nmac = 00-19-32-00-12-1D\nhost = 10.0.0.9\n`, 2],
  ]
  for (const [name, text, line] of mistakes)
    it(`such as ${name} is named and left as it is, since the device would be added once more`, async t => {
      const directory = mkdtempSync(join(tmpdir(), 'bnfos-'))
      t.after(() => rmSync(directory, { recursive: true }))
      const file = join(directory, 'bnfos.conf')
      writeFileSync(file, text)
      const { ok, lines } = await updateFile(file, [{ mac, address: '10.0.0.9' }])
      assert.equal(ok, false)
      assert.ok(lines[0]?.startsWith(`${file}:${line}: `), lines[0])
      assert.equal(lines.at(-1), `bnfos: ${file} stays as it is: correct it first`)
      assert.equal(readFileSync(file, 'utf8'), text)
      assert.deepEqual(readdirSync(directory), ['bnfos.conf'])
    })
})
