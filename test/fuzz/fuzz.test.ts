import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { targetModule, targets } from './targets.ts'
import { Watchdog } from './watchdog.ts'

/** So many a target; `npm run fuzz` tries two hundred times as many. */
const inputs = 500

describe('Any input', () => {
  const watchdog = new Watchdog(targetModule, targets)
  after(() => watchdog.close())

  for (const [name, target] of Object.entries(targets)) {
    const count = Math.ceil(inputs / (target.oneIn ?? 1))
    it(`of ${count} for ${name}: ${target.holds}`, async () => {
      const { finds, inputs: tried } = await watchdog.series(name, { seed: 'test', inputs: count })
      assert.equal(tried, count)
      const shown = finds.map(
        ({ problem, input }) => `${problem}: ${JSON.stringify(input?.toString('latin1'))}`,
      )
      assert.deepEqual(shown, [])
    })
  }

  /** `TARGET--what-was-wrong.input`, as the fuzzer made it small. */
  for (const file of readdirSync(join(import.meta.dirname, 'finds')).sort()) {
    const [name = '', what = ''] = file.replace(/\.input$/, '').split('--')
    it(`found once stays fixed: ${what.replaceAll('-', ' ')} (${name})`, async () => {
      assert.equal(await watchdog.try(name, readFileSync(join(import.meta.dirname, 'finds', file))), null)
    })
  }
})
