import assert from 'node:assert/strict'
import { it } from 'node:test'
import { awaited } from '../../../src/cli/bnfos/waiting.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

for (const [ms, drawn] of [
  [999, []],
  [3000, ['… waiting for an answer', '\r\x1b[K']],
] as const)
  it(`An answer after ${ms} ms ${drawn.length ? 'is waited for with a sign of life' : 'needs no sign of life'}`, async () => {
    const clock = new FakeClock()
    const texts: string[] = []
    const voice = { draw: (text: string) => void texts.push(text) }
    const answer = awaited({ clock, voice }, clock.sleep(ms))
    await clock.advance(ms)
    await answer
    assert.deepEqual([texts, clock.waiting], [drawn, 0])
  })

it('Without a terminal nothing is drawn', async () => {
  const clock = new FakeClock()
  const answer = awaited({ clock, voice: { draw: null } }, clock.sleep(3000))
  await clock.advance(3000)
  await answer
})
