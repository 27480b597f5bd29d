import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

const page = readFileSync(new URL('../docs/migration.md', import.meta.url), 'utf8')
const [, section = ''] = page.split('\n## What bnfos does differently, on purpose\n')
const [table = ''] = section.split('\n## ')

/** What the tests of bnfos hold, and the vendor's tool does otherwise: the row of it, and what it has to say. */
const rows: readonly (readonly [row: string, says: RegExp])[] = [
  ['`--show`', /the listing on stdout/],
  ['`--scan` finds nothing', /exit status 1/],
  ['`--set`', /read back: 1 when the device did not take it/],
  ['options that a mode does not take', /refused/],
  ['a new file of `-x`', /0640/],
  ['`--flash`', /refuses text, less than 16 KiB/],
  ['failures', /the cause behind it on the line/],
]

describe('docs/migration.md tells what bnfos does differently on purpose', () => {
  for (const [begin, says] of rows)
    it(begin, () => {
      const row = table.split('\n').find(line => line.startsWith(`| ${begin}`)) ?? ''
      assert.match(row, says)
    })
})
