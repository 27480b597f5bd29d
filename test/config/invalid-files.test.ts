import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadSettings } from '../../src/config/load.ts'

// One file an error kind, its exact messages beside it. `UPDATE=1` rewrites them; read the diff.
const data = fileURLToPath(new URL('../data/', import.meta.url))

const kinds = [
  {
    folder: 'berofosd',
    load: (file: string) => loadSettings({ configFile: file, bnfosFile: `${data}two-devices.conf` }),
  },
  {
    folder: 'bnfos',
    load: (file: string) => loadSettings({ configFile: `${data}every-section.conf`, bnfosFile: file }),
  },
]

for (const { folder, load } of kinds)
  describe(`a ${folder}.conf is refused with file, line and cure`, () => {
    for (const name of readdirSync(`${data}${folder}`).filter(file => file.endsWith('.conf')))
      test(name.replace('.conf', '').replaceAll('-', ' '), async () => {
        const file = `${data}${folder}/${name}`
        const loaded = await load(file)
        assert.ok(!loaded.ok, 'the file was taken')
        const messages = `${loaded.problems.map(problem => problem.replaceAll(file, 'FILE')).join('\n')}\n`
        const golden = file.replace('.conf', '.txt')
        if (process.env.UPDATE) writeFileSync(golden, messages)
        assert.equal(messages, readFileSync(golden, 'utf8'))
        assert.doesNotMatch(messages, /geheim/)
      })
  })
