import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import { LastLook } from '../../src/daemon/last-look.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { pingCheck } from '../helpers/settings.ts'

const ping = pingCheck({ intervalMs: 1000, timeoutMs: 1000 })

/** The master answers from `answersAtMs` on, each look after 2 ms. */
function open(answersAtMs: number, outcome: ProbeResult['outcome'] = 'answered') {
  const clock = new FakeClock()
  const from = clock.mono()
  const asked: number[] = []
  const heard: unknown[] = []
  const once = async (_: CheckSettings, __: unknown, signal: AbortSignal): Promise<ProbeResult> => {
    const at = clock.mono() - from
    asked.push(at)
    await clock.sleep(at >= answersAtMs ? 2 : 1000, signal)
    return { outcome: at >= answersAtMs ? outcome : 'failed', ms: 2, detail: '' }
  }
  const look = new LastLook({ clock, look: () => once }, event => {
    if (event.kind === 'probed') heard.push([event.check, event.result.outcome, clock.mono() - from])
  })
  return { clock, look, asked, heard }
}

test('a master that is back before the failure that would decide is seen', async () => {
  const { clock, look, asked, heard } = open(600)
  look.follow([ping])
  await clock.advance(999)
  assert.deepEqual(asked, [250, 500, 750])
  assert.deepEqual(heard, [['ping', 'answered', 752]])
})

test('silence counts for nothing: what is decided is decided no later', async () => {
  const { clock, look, heard } = open(Number.POSITIVE_INFINITY)
  look.follow([ping])
  await clock.advance(5000)
  assert.deepEqual(heard, [])
})

test('nor does a look that could not be made', async () => {
  const { clock, look, heard } = open(0, 'inconclusive')
  look.follow([ping])
  await clock.advance(5000)
  assert.deepEqual(heard, [])
})

test('once it is decided, or the check has answered, nobody looks any more', async () => {
  const { clock, look, asked, heard } = open(500)
  look.follow([ping])
  await clock.advance(501)
  look.follow([])
  await clock.advance(5000)
  assert.deepEqual([asked, heard, clock.waiting], [[250, 500], [], 0])
})

test('it is looked three times at each occasion, however many decisions there are', async () => {
  const { clock, look, asked } = open(Number.POSITIVE_INFINITY)
  for (let second = 0; second < 5; second++) {
    look.follow([ping])
    await clock.advance(1000)
  }
  assert.equal(asked.length, 3)
  look.follow([])
  look.follow([ping])
  await clock.advance(1000)
  assert.equal(asked.length, 6)
})

const spared: [string, CheckSettings][] = [
  ['a command', { ...ping, type: 'command', command: 'true' } as CheckSettings],
  ['a check with a fast interval', { ...ping, fastIntervalMs: 300 }],
  ['a check that is probed each 499 ms', { ...ping, intervalMs: 499 }],
]
for (const [title, check] of spared)
  test(`${title} is not looked at`, async () => {
    const { clock, look, asked } = open(0)
    look.follow([check])
    await clock.advance(5000)
    assert.deepEqual(asked, [])
  })
