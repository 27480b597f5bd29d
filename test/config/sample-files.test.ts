import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkRows, checkTypeRow, checkTypes } from '../../src/config/check-rows.ts'
import { loadDevices, loadFiles, loadSettings } from '../../src/config/load.ts'
import type { Rows } from '../../src/config/row.ts'
import { facilities, relayRows } from '../../src/config/rows.ts'
import { plainSections } from '../../src/config/sections.ts'
import { facilityCodes } from '../../src/system/log-line.ts'
import { renderReference } from '../helpers/reference.ts'
import { sampleConfig } from '../helpers/sample-config.ts'
import { temporary } from '../helpers/temporary.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sample = `${root}config/berofosd.conf`
/** A `;` with no blank behind it hides a setting, anything else is prose. */
const uncommented = readFileSync(sample, 'utf8').replace(/^;(?=[[a-z])/gm, '')

const rowsOf: Readonly<Record<string, Rows>> = {
  ...plainSections,
  ...checkRows,
  check: { type: checkTypeRow },
  relay: relayRows,
}

describe('the sample berofosd.conf', () => {
  test('is valid as soon as its master is named, and is nothing but defaults', async t => {
    const directory = temporary(t)
    const configFile = join(directory, 'berofosd.conf')
    writeFileSync(configFile, readFileSync(sample, 'utf8').replace(/^;(?=host = 192)/m, ''))
    const bnfosFile = `${root}config/absent.conf`
    const loaded = await loadSettings({ configFile, bnfosFile })
    const bare = await loadSettings({ configFile: `${root}test/data/master-only.conf`, bnfosFile })
    assert.ok(loaded.ok && bare.ok, JSON.stringify(loaded))
    assert.deepEqual(loaded, bare)
  })
  test('names no master as it is shipped, which is enough for a start and nothing else', async () => {
    const files = { configFile: sample, bnfosFile: `${root}config/absent.conf` }
    const loaded = await loadFiles(files)
    assert.ok(!loaded.ok)
    assert.match(loaded.problems.join(), /^\S+berofosd\.conf:\d+: \[master\] host: missing[^,]*,[^,]*$/)
    assert.ok((await loadFiles({ ...files, mayIdle: true })).ok)
  })
  test('is valid with everything uncommented, but for the sections that exclude each other', async t => {
    const directory = temporary(t)
    const configFile = join(directory, 'berofosd.conf')
    writeFileSync(configFile, uncommented.replace(/^\[bypass\][^[]*/m, ''))
    const loaded = await loadSettings({ configFile, bnfosFile: `${root}config/bnfos.conf` })
    assert.ok(loaded.ok, JSON.stringify(loaded))
    assert.deepEqual(loaded.settings.checks.map(({ type }) => type).sort(), [...checkTypes].sort())
  })
  test("is what 'npm run docs' writes", () => assert.equal(readFileSync(sample, 'utf8'), sampleConfig()))
})

test('the sample bnfos.conf is valid', async () => {
  const loaded = await loadDevices(`${root}config/bnfos.conf`)
  assert.deepEqual(loaded.ok && loaded.devices?.map(({ name }) => name), ['fos1'])
  assert.deepEqual(loaded.ok && loaded.warnings, [])
})

describe('every default fits its own kind', () => {
  for (const [section, rows] of Object.entries(rowsOf))
    for (const [key, { kind, fallback }] of Object.entries(rows))
      if (fallback !== null) test(`[${section}] ${key}`, () => assert.ok(kind.read(fallback).ok))
})

test('docs/configuration.md is what `npm run docs` writes', () => {
  assert.equal(readFileSync(`${root}docs/configuration.md`, 'utf8'), renderReference())
})

test('the reference names every key', () => {
  const text = renderReference()
  for (const rows of Object.values(rowsOf))
    for (const key of Object.keys(rows)) assert.ok(text.includes(`| \`${key}\` |`))
})

test('every facility that the file may name is one that the logger knows', () => {
  for (const facility of facilities) assert.ok(Object.hasOwn(facilityCodes, facility), facility)
})

/** Modules that `file` imports when it is loaded: neither types nor `import()`. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  if (!file.endsWith('.ts')) return seen
  const text = readFileSync(file, 'utf8')
  for (const [, target = ''] of text.matchAll(
    /^(?:import|export) (?!type )(?:[^'"]*? from )?['"](.+?)['"]/gms,
  ))
    loadedWith(target.startsWith('.') ? fileURLToPath(new URL(target, `file://${file}`)) : target, seen)
  return seen
}

test('load.ts loads zod for berofosd.conf only, and no other module than the schema imports it', () => {
  assert.ok(!loadedWith(`${root}src/config/load.ts`).has('zod/mini'))
  assert.ok(loadedWith(`${root}src/config/settings-reading.ts`).has('zod/mini'))
  assert.ok(!loadedWith(`${root}src/config/check-rows.ts`).has('zod/mini'))
})
