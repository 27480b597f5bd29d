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

const words = /(?<![.\w])[A-Za-z_]\w*/g
const quoted = /'[^']*'|"[^"]*"|`[^`]*`/g
const ofTheLanguage = ['if', 'else', 'return', 'true', 'false', 'null']

// Else it would be found for a name that there is not.
test('a planted bug brings no name that its file does not have', () => {
  const strange = plantedBugs.flatMap(({ patches }) =>
    patches.flatMap(({ file, to }) => {
      const known: readonly string[] = readFileSync(join(root, file), 'utf8').match(words) ?? []
      const used: readonly string[] = to.replace(quoted, '').match(words) ?? []
      return used.filter(name => !known.includes(name) && !ofTheLanguage.includes(name))
    }),
  )
  assert.deepEqual(strange, [])
})

test('every invariant has a planted bug', () => {
  const guarded = new Set(plantedBugs.map(({ invariant }) => invariant))
  assert.deepEqual(
    invariants.map(({ name }) => name).filter(name => !guarded.has(name)),
    [],
  )
})
