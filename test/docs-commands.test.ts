import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { inClone, notRun, onSlave, pages } from './booted/documents/courses.ts'
import { scriptOf, shellBlocks } from './helpers/doc-blocks.ts'

describe('The commands of the documents', () => {
  it('are all run by a system test, or it is said why not', () => {
    const blocks = pages.flatMap(page => shellBlocks(page).map(({ key }) => key))
    const run = [...onSlave, ...inClone].flatMap(({ block }) => block ?? [])
    assert.deepEqual([...new Set(blocks)].sort(), [...new Set([...run, ...Object.keys(notRun)])].sort())
  })

  it('have names of their own', () => {
    const blocks = pages.flatMap(page => shellBlocks(page).map(({ key }) => key))
    assert.deepEqual(blocks, [...new Set(blocks)])
  })

  const rows: [title: string, block: string, printed: string, status: number][] = [
    ['end at the one that fails', 'echo a\nfalse\necho b\n', 'a\n', 1],
    ['end at the first half that fails', 'false && echo a\necho b\n', '', 1],
    [
      'may span lines, and have comments',
      'for a in 1 2; do\n  echo $a # x\ndone\necho 3   # y\n',
      '1\n2\n3\n',
      0,
    ],
    ['share a directory and variables', 'cd /\na=$PWD\necho $a\n', '/\n', 0],
  ]
  for (const [title, block, printed, status] of rows)
    it(title, () => {
      const ran = spawnSync('bash', { input: scriptOf(block), encoding: 'utf8' })
      assert.deepEqual([ran.stdout, ran.status], [printed, status])
    })
})
