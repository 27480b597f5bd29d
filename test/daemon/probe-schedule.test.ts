import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import { mostProbesAtOnce, type TcpCheck } from '../../src/core/settings.ts'
import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'
import { startCheck } from '../../src/daemon/probe-schedule.ts'
import type { ProbeOnce } from '../../src/probes/probe.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

const check: TcpCheck = {
  name: 'tcp',
  type: 'tcp',
  host: '192.0.2.1',
  port: 22,
  intervalMs: 1000,
  fastIntervalMs: 300,
  timeoutMs: 1000,
  fall: 5,
  rise: 2,
  required: true,
}

/**
 * Plays a check against a master whose answer to a probe, started so many ms after the check, takes so long; null: none
 * comes. Returns when probes were started and what was reported, in ms after the check's start.
 */
async function play(settings: TcpCheck, answerMs: (startedMs: number) => number | null, untilMs: number) {
  const clock = new FakeClock()
  const from = clock.mono()
  const started: number[] = []
  const seen: [number, ProbeResult['outcome']][] = []
  let open = 0
  let mostOpen = 0
  const once: ProbeOnce = async ({ timeoutMs }, _, signal) => {
    const startedMs = clock.mono() - from
    started.push(startedMs)
    open += 1
    mostOpen = Math.max(mostOpen, open)
    const tookMs = answerMs(startedMs) ?? Number.POSITIVE_INFINITY
    await clock.sleep(Math.min(tookMs, timeoutMs), signal)
    open -= 1
    return {
      outcome: tookMs <= timeoutMs ? 'answered' : 'failed',
      ms: clock.mono() - from - startedMs,
      detail: '',
    }
  }
  const running = startCheck(settings, { clock, probeKind: () => ({ once }) }, ({ outcome }) =>
    seen.push([clock.mono() - from, outcome]),
  )
  await clock.advance(untilMs)
  await running.stop()
  return { started, seen, open, mostOpen, waiting: clock.waiting }
}

test('a check whose answers come in time is probed once an interval', async () => {
  const { started } = await play(check, () => 5, 3500)
  assert.deepEqual(started, [0, 1000, 2000, 3000])
})

test('from the moment that an answer is late a check is probed at its fast interval, before anything has failed', async () => {
  const diesAt = (startedMs: number) => (startedMs === 0 ? 5 : null)
  const { started, seen } = await play(check, diesAt, 1999)
  assert.deepEqual(started, [0, 1000, 1300, 1600, 1900])
  assert.deepEqual(seen, [[5, 'answered']])
})

test('a master that dies right after an answer has failed five times when check-config says so', async () => {
  const { seen } = await play(check, startedMs => (startedMs === 0 ? 0 : null), 4000)
  const fifth = seen.filter(([, outcome]) => outcome === 'failed')[4]
  assert.deepEqual(fifth, [3200, 'failed'])
  assert.equal(worstCaseDetectionMs(check), 3200)
})

test('a refused probe is followed by the next a fast interval after its start', async () => {
  const refusing: TcpCheck = { ...check, timeoutMs: 3 }
  const { started } = await play(refusing, startedMs => (startedMs === 0 ? 1 : null), 2000)
  assert.deepEqual(started, [0, 1000, 1300, 1600, 1900])
})

test('a check that comes back is probed at its fast interval until `rise` answers in time', async () => {
  const back = (startedMs: number) => (startedMs === 0 || startedMs >= 3400 ? 5 : null)
  const { started, seen } = await play(check, back, 6000)
  assert.deepEqual(started.slice(-5), [3100, 3400, 3700, 4700, 5700])
  assert.deepEqual(
    seen.filter(([atMs, outcome]) => atMs > 1000 && outcome === 'answered').map(([atMs]) => atMs),
    [3405, 3705, 4705, 5705],
  )
})

test('an answer makes the probes before it void that are still open', async () => {
  const back = (startedMs: number) => (startedMs === 0 || startedMs >= 1900 ? 5 : null)
  const { seen } = await play(check, back, 3000)
  assert.deepEqual(seen, [
    [5, 'answered'],
    [1905, 'answered'],
    [2205, 'answered'],
  ])
})

test('an answer that is overtaken by that to a later probe is not counted twice', async () => {
  const overtaken = (startedMs: number) => (startedMs === 1000 ? 900 : 5)
  const { seen } = await play(check, overtaken, 2000)
  assert.deepEqual(seen, [
    [5, 'answered'],
    [1305, 'answered'],
    [1605, 'answered'],
  ])
})

test('no more probes than the bound wait for an answer', async () => {
  const hasty: TcpCheck = { ...check, fastIntervalMs: 10 }
  const { mostOpen } = await play(hasty, () => null, 2000)
  assert.equal(mostOpen, mostProbesAtOnce)
})

test('without a fast interval a probe waits for the one before', async () => {
  const { fastIntervalMs: _, ...plain } = check
  const slow: TcpCheck = { ...plain, timeoutMs: 2500 }
  const { started, mostOpen } = await play(slow, () => null, 6000)
  assert.deepEqual([started, mostOpen], [[0, 2500, 5000], 1])
})

test('a check that is stopped leaves no probe and no timer', async () => {
  const { open, waiting } = await play(check, () => null, 1700)
  assert.deepEqual([open, waiting], [0, 0])
})
