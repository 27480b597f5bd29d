import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { invariants } from './invariants.ts'
import { plantedBugs } from './planted-bugs.ts'

const root = join(import.meta.dirname, '../..')

describe('What a planted bug changes is in its file, and there once', () => {
  for (const { slip, patches } of plantedBugs)
    it(slip, () => {
      for (const { file, from } of patches) {
        const found = readFileSync(join(root, file), 'utf8').split(from).length - 1
        assert.equal(found, 1, `${file}: ${from}`)
      }
    })
})

test('every invariant has a planted bug', () => {
  const guarded = new Set(plantedBugs.map(({ invariant }) => invariant))
  assert.deepEqual(
    invariants.map(({ name }) => name).filter(name => !guarded.has(name)),
    [],
  )
})
