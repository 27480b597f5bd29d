import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import { pingStream } from '../../src/probes/ping-stream.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { until } from '../helpers/until.ts'
import { isRunning, pids, pingCheck, withPing } from './checks.ts'

const check = pingCheck({ intervalMs: 1000, fastIntervalMs: 300, timeoutMs: 1000, rise: 2, fall: 5 })

/** Notes its pid and its interval, and says what is written into the file `say-INTERVAL`. */
const obedient = `#!/bin/sh
here="$(dirname "$0")"
echo $$ >> "$here/pids"
echo $4 >> "$here/intervals"
echo "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data."
: >> "$here/say-$4"
exec tail -n +1 -f "$here/say-$4"
`
const reply = (seq: number) => `64 bytes from 127.0.0.1: icmp_seq=${seq} ttl=64 time=0.25 ms`
const missing = (seq: number) => `no answer yet for icmp_seq=${seq}`

/** A stream on such a ping, with a clock of its own; what was reported is told in letters. */
async function withStream(run: (scene: Scene) => Promise<void>): Promise<void> {
  await withPing(obedient, async directory => {
    const clock = new FakeClock()
    const seen: ProbeResult[] = []
    const stream = pingStream(check, clock, result => seen.push(result))
    const intervals = () => {
      const file = join(directory, 'intervals')
      return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    }
    const scene: Scene = {
      clock,
      letters: () => seen.map(({ outcome }) => outcome[0]).join(''),
      intervals,
      running: () => pids(directory).filter(isRunning).length,
      says: (interval, line) => appendFileSync(join(directory, `say-${interval}`), `${line}\n`),
    }
    try {
      await until('the first ping', () => intervals().length === 1)
      await run(scene)
    } finally {
      await stream.stop()
    }
    assert.deepEqual(pids(directory).filter(isRunning), [], 'no ping is left')
  })
}

interface Scene {
  readonly clock: FakeClock
  /** a: answered, f: failed, i: inconclusive. */
  letters(): string
  intervals(): string[]
  running(): number
  says(interval: '1.000' | '0.300', line: string): void
}

/** The first number is answered, and the second, sent a second later, is not. */
async function lateSecond({ says, clock, letters, intervals }: Scene): Promise<void> {
  says('1.000', reply(1))
  await until('the first answer', () => letters() === 'a')
  await clock.advance(1310)
  assert.deepEqual(intervals(), ['1.000'])
  await clock.advance(10)
  await until('a second ping', () => intervals().length === 2)
}

test('a second ping at the fast interval runs from the moment that an answer is late', async () => {
  await withStream(async scene => {
    await lateSecond(scene)
    assert.deepEqual(scene.intervals(), ['1.000', '0.300'])
    assert.equal(scene.letters(), 'a', 'nothing has failed yet')
  })
})

test('numbers of the first ping that are sent while the second runs are not reported', async () => {
  await withStream(async scene => {
    const { says, clock, letters } = scene
    await lateSecond(scene)
    await clock.advance(680)
    says('1.000', missing(2))
    await until('the late answer has failed', () => letters() === 'af')
    says('1.000', reply(3))
    says('0.300', reply(1))
    await until('the second ping is answered', () => letters().endsWith('a') && letters() !== 'a')
    assert.equal(letters(), 'afa')
  })
})

test('an answer to the second ping makes what is still open of the first void', async () => {
  await withStream(async scene => {
    const { says, clock, letters } = scene
    await lateSecond(scene)
    says('0.300', reply(1))
    await until('the second ping is answered', () => letters() === 'aa')
    await clock.advance(700)
    says('0.300', reply(2))
    await until('it is answered again', () => letters() === 'aaa')
  })
})

test('the second ping ends after `rise` answers in time, and the first one is heard again', async () => {
  await withStream(async scene => {
    const { says, letters, running } = scene
    await lateSecond(scene)
    says('0.300', reply(1))
    says('0.300', reply(2))
    await until('the second ping is gone', () => running() === 1)
    says('1.000', missing(2))
    says('1.000', reply(3))
    says('1.000', reply(4))
    await until('the first ping is heard', () => letters() === 'aaaaa')
  })
})
