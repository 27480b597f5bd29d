import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { it } from 'node:test'
import { eachSecond } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

it('A sign of life comes each second until the end, and never in the first', async () => {
  const clock = new FakeClock()
  const ended = new AbortController()
  let said = 0
  const saying = eachSecond(clock, ended.signal, () => {
    said += 1
  })
  await clock.advance(999)
  assert.equal(said, 0)
  await clock.advance(2001)
  assert.equal(said, 3)
  ended.abort()
  await saying
  assert.deepEqual([said, clock.waiting], [3, 0])
})

const clock = new URL('../../src/system/clock.ts', import.meta.url).href

/** What a program prints that has this clock; it ends by itself. */
function printed(program: string): string {
  const text = `import { performance } from 'node:perf_hooks'; import { systemClock } from '${clock}'; ${program}`
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', text], {
    encoding: 'utf8',
  }).stdout.trim()
}

it('A timer that was cancelled wakes nobody at its time', () => {
  const turns = printed(`
    for (let i = 1; i <= 50; i++) systemClock.after(i * 4, () => {}).cancel()
    const before = performance.nodeTiming.uvMetricsInfo.loopCount
    setTimeout(() => console.log(performance.nodeTiming.uvMetricsInfo.loopCount - before), 220)`)
  assert.ok(Number(turns) < 20, `${turns} turns of the event loop`)
})

it('A timer that is cancelled after its time keeps no process alive', () => {
  const ended = printed(`
    const timer = systemClock.after(1, () => {})
    setTimeout(() => { timer.cancel(); console.log('ends') }, 20)`)
  assert.equal(ended, 'ends')
})
