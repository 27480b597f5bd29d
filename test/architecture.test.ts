import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { adapterTable, importsOf, readSources, violationsOf } from './helpers/modules.ts'
import { patterns, tiers, tiersOf } from './tiers.ts'

describe('the source', () => {
  test('obeys the rules for imports and files', () => {
    assert.deepEqual(violationsOf(readSources()), [])
  })

  test('is read completely: every package of the adapter table is imported somewhere', () => {
    const sources = readSources()
    assert.ok(sources.length > 100, `${sources.length} files`)
    const met = sources.flatMap(({ text }) => importsOf(text))
    for (const name of Object.keys(adapterTable))
      assert.ok(
        met.some(path => path === name || path.startsWith(`${name}/`)),
        name,
      )
  })

  test('has an adapter for each package that runs in a program, and for no other', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    assert.deepEqual(Object.keys(dependencies).sort(), Object.keys(adapterTable).sort())
  })
})

test('each part of each pattern of the tiers is the name of a test file', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  const paths = files.map(name => `test/${name}`).filter(name => name.endsWith('.test.ts'))
  for (const pattern of patterns.flatMap(partsOf))
    assert.ok(
      paths.some(path => pattern.test(path)),
      `${pattern}: the file was moved or renamed`,
    )
})

test('what a test needs of the system is named by its tier, so that npm test skips none for want of a program', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  const tests = files.filter(name => name.endsWith('.test.ts') && !name.startsWith('booted/'))
  for (const path of tests.map(name => `test/${name}`)) {
    const asked = [...readFileSync(path, 'utf8').matchAll(/\bneeds\(([^)]*)\)/g)]
    const needed = asked.flatMap(([, list = '']) =>
      [...list.matchAll(/'([^']+)'/g)].map(([, name = '']) => name),
    )
    for (const tier of tiersOf(path))
      assert.deepEqual(
        needed.filter(name => !tiers[tier].uses.includes(name)),
        [],
        `${path} in the tier ${tier}`,
      )
  }
})

/** `/a(b|c)d/` as `/abd/` and `/acd/`; of nested groups the outer one. */
function partsOf({ source }: RegExp): RegExp[] {
  const group = /^([^(]*)\(([^()?]*)\)(.*)$/.exec(source)
  if (!group) return [new RegExp(source)]
  const [, before = '', names = '', after = ''] = group
  return names.split('|').map(name => new RegExp(`${before}(${name})${after}`))
}

describe('an import cycle', () => {
  const file = (path: string, target: string) => ({ path, text: `import type { X } from '${target}'` })

  test('between files is found, type imports included', () => {
    const files = [file('core/a.ts', './b.ts'), file('core/b.ts', './c.ts'), file('core/c.ts', './b.ts')]
    assert.deepEqual(violationsOf(files), ['core/b.ts → core/c.ts → core/b.ts: an import cycle'])
  })

  test('is not reported when a file is imported by two others', () => {
    const files = [
      { path: 'core/a.ts', text: "import './b.ts'\nimport './c.ts'" },
      file('core/b.ts', './c.ts'),
    ]
    assert.deepEqual(violationsOf(files), [])
  })
})

describe('a violation is found', () => {
  const rows: [title: string, path: string, text: string, violation: RegExp | null][] = [
    [
      'core imports another module',
      'core/a.ts',
      "import { b } from '../daemon/b.ts'",
      /core may not import daemon/,
    ],
    [
      'core imports only a type',
      'core/a.ts',
      "import type { B } from '../config/b.ts'",
      /may not import config/,
    ],
    [
      'core imports a module of Node.js',
      'core/a.ts',
      "import { join } from 'node:path'",
      /pure, but imports node:/,
    ],
    ['core imports a package', 'core/a.ts', "import { z } from 'zod'", /pure, but imports zod/],
    [
      'a lazy import',
      'probes/a.ts',
      "const b = () => import('../daemon/b.ts')",
      /probes may not import daemon/,
    ],
    ['an export from', 'config/a.ts', "export { b } from '../daemon/b.ts'", /config may not import daemon/],
    ['a import for its effect', 'system/a.ts', "import '../core/b.ts'", /system may not import core/],
    ['a type in place', 'system/a.ts', "let b: import('../core/b.ts').B", /system may not import core/],
    ['from a folder below', 'berofos/http/a.ts', "import '../../core/b.ts'", /berofos may not import core/],
    ['out of the source', 'daemon/a.ts', "import '../../test/b.ts'", /not in src/],
    [
      'a package beside its adapter',
      'daemon/a.ts',
      "import { request } from 'undici'",
      /whose adapter is probes\/http/,
    ],
    ['a part of a package', 'daemon/a.ts', "import x from 'winston/lib/x'", /imports winston, whose adapter/],
    [
      'a package without an adapter',
      'daemon/a.ts',
      "import x from '@scope/y/z'",
      /@scope\/y, which has no adapter/,
    ],
    ['an unknown module', 'attic/a.ts', '', /not a module/],
    ['a file outside all modules', 'a.ts', '', /not a module/],
    ['a long file', 'core/a.ts', 'x\n'.repeat(251), /251 lines, at most 250/],
    ['a long program', 'bin/a.ts', 'x\n'.repeat(7), /7 lines, at most 6/],
    ['a folder that says nothing', 'core/utils/a.ts', '', /"utils" says nothing/],
    ['a file that says nothing', 'daemon/hook-manager.ts', '', /"hook-manager" says nothing/],
    ['a default export', 'core/a.ts', 'export default 1', /default export/],
    ['none: a file of the same module', 'core/a.ts', "import { b } from './b.ts'", null],
    ['none: a module that may be imported', 'daemon/a.ts', "import { b } from '../core/b.ts'", null],
    ['none: Node.js where it is allowed', 'daemon/a.ts', "import { join } from 'node:path'", null],
    [
      'none: a package in its adapter',
      'daemon/cron-dates.ts',
      "import { createTask } from 'node-cron'",
      null,
    ],
    [
      'none: a text that looks like an import',
      'core/a.ts',
      "// import x from 'zod'\nconst a = \"from 'zod'\"",
      null,
    ],
    ['none: a file of the greatest length', 'core/a.ts', 'x\n'.repeat(250), null],
  ]
  for (const [title, path, text, violation] of rows)
    test(title, () => {
      const found = violationsOf([{ path, text }])
      if (violation === null) return assert.deepEqual(found, [])
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', violation)
    })
})
