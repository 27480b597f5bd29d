import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { breachesOf, doorTable, importsOf, readSources } from './helpers/house.ts'

describe('the source', () => {
  test('keeps to the rules of the house', () => {
    assert.deepEqual(breachesOf(readSources()), [])
  })

  test('is all read: every room and every door is met', () => {
    const sources = readSources()
    assert.ok(sources.length > 100, `${sources.length} files`)
    const met = new Set(sources.flatMap(({ text }) => importsOf(text)))
    for (const name of Object.keys(doorTable)) assert.ok(met.has(name), name)
  })

  test('has an adapter for each package that runs in a program, and for no other', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    assert.deepEqual(Object.keys(dependencies).sort(), Object.keys(doorTable).sort())
  })
})

describe('a circle', () => {
  const file = (path: string, target: string) => ({ path, text: `import type { X } from '${target}'` })

  test('of files is found, types included, and named', () => {
    const files = [file('core/a.ts', './b.ts'), file('core/b.ts', './c.ts'), file('core/c.ts', './b.ts')]
    assert.deepEqual(breachesOf(files), ['core/b.ts → core/c.ts → core/b.ts: a circle'])
  })

  test('is none: two ways to the same file', () => {
    const files = [
      { path: 'core/a.ts', text: "import './b.ts'\nimport './c.ts'" },
      file('core/b.ts', './c.ts'),
    ]
    assert.deepEqual(breachesOf(files), [])
  })
})

describe('a breach is found', () => {
  const rows: [title: string, path: string, text: string, breach: RegExp | null][] = [
    ['core imports a room', 'core/a.ts', "import { b } from '../daemon/b.ts'", /core may not import daemon/],
    [
      'core imports only a type',
      'core/a.ts',
      "import type { B } from '../config/b.ts'",
      /may not import config/,
    ],
    [
      'core imports a module of Node',
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
      'a package beside its door',
      'daemon/a.ts',
      "import { request } from 'undici'",
      /whose door is probes\/http/,
    ],
    ['a part of a package', 'daemon/a.ts', "import x from 'winston/lib/x'", /imports winston, whose door/],
    ['a package without a door', 'daemon/a.ts', "import x from '@scope/y/z'", /@scope\/y, which has no door/],
    ['a room that is none', 'attic/a.ts', '', /no room/],
    ['a file outside all rooms', 'a.ts', '', /no room/],
    ['a long file', 'core/a.ts', 'x\n'.repeat(251), /251 lines, at most 250/],
    ['a long program', 'bin/a.ts', 'x\n'.repeat(6), /6 lines, at most 5/],
    ['a folder that says nothing', 'core/utils/a.ts', '', /"utils" says nothing/],
    ['a file that says nothing', 'daemon/hook-manager.ts', '', /"hook-manager" says nothing/],
    ['a default export', 'core/a.ts', 'export default 1', /default export/],
    ['none: a neighbour', 'core/a.ts', "import { b } from './b.ts'", null],
    ['none: a room of the table', 'daemon/a.ts', "import { b } from '../core/b.ts'", null],
    ['none: Node in a room that may', 'daemon/a.ts', "import { join } from 'node:path'", null],
    ['none: a package at its door', 'daemon/cron-dates.ts', "import { createTask } from 'node-cron'", null],
    [
      'none: a text that looks like an import',
      'core/a.ts',
      "// import x from 'zod'\nconst a = \"from 'zod'\"",
      null,
    ],
    ['none: as long as may be', 'core/a.ts', 'x\n'.repeat(250), null],
  ]
  for (const [title, path, text, breach] of rows)
    test(title, () => {
      const found = breachesOf([{ path, text }])
      if (breach === null) return assert.deepEqual(found, [])
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', breach)
    })
})
