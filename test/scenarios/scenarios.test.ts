import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { playScenario } from '../helpers/scenario.ts'

/** UPDATE=1 writes what the core does now; read the diff before you keep it. */
describe('Each scenario goes as its file tells', () => {
  for (const name of readdirSync(import.meta.dirname).filter(n => n.endsWith('.txt'))) {
    const path = join(import.meta.dirname, name)
    const told = readFileSync(path, 'utf8')
    it(told.split('\n')[0]?.replace(/^# /, '') ?? name, () => {
      const played = playScenario(told)
      if (process.env.UPDATE) writeFileSync(path, played)
      else assert.equal(played, told)
    })
  }
})
