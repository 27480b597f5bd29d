import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { modeOf } from '../../src/simulator/simulated-device.ts'
import { needs } from '../helpers/needs.ts'
import { setUp } from './served-device.ts'

const run = promisify(execFile)

for (const auth of ['basic', 'digest'] as const) {
  test(`curl gets in with ${auth}`, { skip: needs('curl') }, async () => {
    await using at = await setUp({ auth, values: { apwd: 'p;ä# "=:' } })
    const words = ['-qsSf', '--anyauth', '-u', 'admin:p;ä# "=:']
    const { stdout } = await run('curl', [...words, `${at.url}/config.txt`])
    assert.match(stdout, /^bnfos_confmap_magic=0\.1\r\n/)
    await run('curl', [...words, `${at.url}/?cmd=4&mode=0`])
    assert.equal(modeOf(at.state), 0)
    await assert.rejects(run('curl', ['-qsSf', `${at.url}/config.txt`]), /401/)
  })
}
