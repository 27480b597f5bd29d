import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { readConfigFile, usualConfigFile } from '../../src/cli/config-content.ts'

const there = existsSync(usualConfigFile) && `${usualConfigFile} exists`

it('The usual configuration file may be absent, and is empty then', { skip: there }, async () => {
  assert.deepEqual(await readConfigFile(usualConfigFile), { ok: true, content: new Uint8Array() })
})

it('A configuration file that was named may not be absent', async () => {
  assert.deepEqual(await readConfigFile('/nowhere/berofosd.conf'), {
    ok: false,
    outcome: 'misnamed',
    error: '/nowhere/berofosd.conf: does not exist, name the file of the daemon',
  })
})
