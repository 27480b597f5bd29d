import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { targets as planted } from './planted.ts'
import { inputAt } from './series.ts'
import { shrink } from './shrink.ts'
import type { Target } from './target.ts'
import { Watchdog } from './watchdog.ts'

describe('The fuzzer', () => {
  const module = new URL('planted.ts', import.meta.url).href
  const watchdog = new Watchdog(module, planted, 400)
  after(() => watchdog.close())
  const findsOf = async (name: string, count: number) =>
    (await watchdog.series(name, { seed: 'test', inputs: count, mostLost: 1 })).finds

  const rows: readonly (readonly [name: string, problem: RegExp])[] = [
    ['throws', /an exclamation mark/],
    ['throws later', /kills the process: .*too late/],
    ['hangs', /does not end within/],
    ['never settles', /does not end within/],
    ['takes all memory', /memory|does not end/],
    ['is slow', /takes \d+ ms, which is more than 100 ms/],
  ]
  for (const [name, problem] of rows)
    it(`finds a parser that ${name} at a certain byte, and gives the input`, async () => {
      const [find] = await findsOf(name, 30)
      assert.match(find?.problem ?? '', problem)
      assert.ok(find?.input?.includes('!'))
    })

  it('finds memory that stays behind', async () => {
    const [find] = await findsOf('forgets', 5000)
    assert.match(find?.problem ?? '', /memory grew by \d+ KiB/)
  })

  it('finds nothing where nothing is wrong', async () => {
    assert.deepEqual(await findsOf('is sound', 1000), [])
  })

  it('makes an input small that fails', async () => {
    const input = Buffer.from('a long line of which! only one byte matters\n'.repeat(20))
    const small = await shrink(input, async candidate => (await watchdog.try('throws', candidate)) !== null)
    assert.equal(small.toString(), '!')
  })

  it('makes the same inputs of the same seed, others of another', () => {
    const target = planted.throws as Target
    const made = (seed: string) =>
      Array.from({ length: 50 }, (_, index) => inputAt(target, seed, index).toString('hex'))
    assert.deepEqual(made('one'), made('one'))
    assert.ok(made('one').filter((each, index) => each !== made('two')[index]).length > 25)
    assert.ok(new Set(made('one')).size > 25)
  })
})
