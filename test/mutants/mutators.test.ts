import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Mutant, mutantsOf } from './mutators.ts'
import { reportOf } from './report.ts'

describe('A source is broken by', () => {
  const position = '\n\nexport const a = true\n'
  const rows: readonly (readonly [title: string, source: string, sources: readonly string[]])[] = [
    [
      'a condition that always or never holds, or is turned round',
      'export const f = (a: number) => { if (a < 1) return; }',
      ['true', 'false', '!(a < 1)', 'a <= 1', 'a < 2'].map(
        now => `export const f = (a: number) => { if (${now}) return; }`,
      ),
    ],
    [
      'a part of a condition that is left out, and and for or',
      'declare const a: boolean, b: boolean; export const c = a && b',
      ['true', 'false', 'a || b', 'true && b', 'a && true'].map(
        now => `declare const a: boolean, b: boolean; export const c = ${now}`,
      ),
    ],
    ['a statement that is removed', 'declare function f(): void; f()', ['declare function f(): void; ;']],
    [
      'a row of a table that is removed, and a word that is emptied',
      "export const a = ['b', 'c']",
      [
        "export const a = ['c']",
        "export const a = ['b']",
        "export const a = ['', 'c']",
        "export const a = ['b', '']",
      ],
    ],
    [
      'a property of a change that is left out',
      'declare const a: object; export const b = { ...a, c: null }',
      [
        'declare const a: object; export const b = { c: null }',
        'declare const a: object; export const b = { ...a }',
      ],
    ],
    [
      'arithmetic, and a call for its counterpart',
      'export const a = (b: number) => Math.min(b + 1)',
      ['Math.max(b + 1)', 'Math.min(b - 1)', 'Math.min(b + 2)'].map(
        now => `export const a = (b: number) => ${now}`,
      ),
    ],
    [
      'what is assigned, never by what it is assigned to',
      'declare let a: boolean; a = true',
      ['declare let a: boolean; ;', 'declare let a: boolean; a = false'],
    ],
    ['nothing in a type', "export interface A { readonly b: 'c' | 1 | true }", []],
    ['nothing in an import', "import { a } from './a.ts'", []],
  ]
  const directory = mkdtempSync(join(tmpdir(), 'mutators-'))
  const files = [...rows.map(([, source]) => source), position].map((source, index) => {
    const file = join(directory, `source-${index}.ts`)
    writeFileSync(file, source)
    return file
  })
  const mutants = mutantsOf(files)
  rmSync(directory, { recursive: true })
  const of = (index: number) => mutants.filter(({ file }) => file === files[index])

  for (const [index, [title, , sources]] of rows.entries())
    it(title, () => {
      assert.deepEqual(
        of(index)
          .map(({ source }) => source)
          .sort(),
        [...sources].sort(),
      )
    })

  it('one change at a time, told with its line', () => {
    const [mutant] = of(rows.length)
    assert.deepEqual(
      [mutant?.line, mutant?.text, mutant?.was, mutant?.now],
      [3, 'export const a = true', 'true', 'false'],
    )
  })
})

describe('The report', () => {
  const mutant: Mutant = { file: 'a.ts', line: 7, text: 'if (b)', was: 'b', now: 'true', source: '' }
  const tried = (fate: 'killed' | 'survived') => [{ mutant, trial: { fate, ms: 1, by: '' } }]
  const reason = { file: 'a.ts', text: 'if (b)', changes: [['b', 'true']], reason: 'b always holds' } as const

  it('is good when everything was killed', () => {
    assert.equal(reportOf(tried('killed'), [], true).ok, true)
  })

  it('is bad with a survivor without a reason, and names it', () => {
    const { ok, text } = reportOf(tried('survived'), [], true)
    assert.equal(ok, false)
    assert.match(text, /^a\.ts:7: b {2}-> {2}true\n {4}NO REASON$/m)
  })

  it('is good when each survivor has a reason, wherever it stands by now', () => {
    const { ok, text } = reportOf(tried('survived'), [reason], true)
    assert.equal(ok, true)
    assert.match(text, /^ {4}b always holds$/m)
  })

  it('is bad with a reason that nothing needs, when all were tried', () => {
    assert.equal(reportOf(tried('killed'), [reason], true).ok, false)
    assert.equal(reportOf(tried('killed'), [reason], false).ok, true)
  })

  it('counts by file', () => {
    assert.match(reportOf(tried('survived'), [reason], true).text, /^a\.ts +1 +0 +0 +1$/m)
  })
})
