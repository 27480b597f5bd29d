import assert from 'node:assert/strict'
import { deviceErrors } from '../../../src/berofos/device.ts'
import { openDevice } from '../../../src/berofos/http/client.ts'
import type { HttpCheck } from '../../../src/core/settings.ts'
import { probeHttp } from '../../../src/probes/http.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { Random } from '../../helpers/random.ts'
import { expectOneLine } from '../expect.ts'
import type { Target } from '../target.ts'
import { httpSeeds, httpText, httpWords } from './http-replies.ts'
import { openStranger, type Stranger } from './stranger.ts'

/** Short, since every ninth peer never ends. */
const timeoutMs = 60
/** Beyond its time-out a call may end by so much, on a busy machine. */
const slackMs = 1500
const shared = { seeds: httpSeeds, words: httpWords, generate: httpText, oneIn: 20, limitMs: 4000 }

export const httpClient: Target = {
  ...shared,
  name: 'http-client',
  holds: 'a reading or an error at the latest at the deadline, and no connection left',
  async open() {
    const stranger = await openStranger()
    return { run: input => readDevice(stranger, input), close: stranger.close }
  },
}

export const httpProbe: Target = {
  ...shared,
  name: 'http-probe',
  holds: 'a result at the latest at the deadline, and no connection left',
  async open() {
    const stranger = await openStranger()
    return { run: input => probe(stranger, input), close: stranger.close }
  },
}

async function readDevice(stranger: Stranger, input: Buffer): Promise<void> {
  stranger.say(input)
  const login = new Random(input).pick([null, 'admin:Sesame77'])
  const device = openDevice({ host: '127.0.0.1', port: stranger.port, login, timeoutMs }, systemClock)
  const startedAt = performance.now()
  const read = await device.read()
  expectInTime(startedAt)
  await stranger.expectAlone(slackMs)
  device.close()
  if (read.ok) {
    const { mode } = read.value.values
    assert.ok(mode === undefined || mode === '0' || mode === '1', `mode ${mode}`)
    return
  }
  assert.ok(deviceErrors.includes(read.error.code), read.error.code)
  expectOneLine(read.error.text)
  assert.ok(!read.error.text.includes('Sesame77'), 'the password is said')
}

async function probe(stranger: Stranger, input: Buffer): Promise<void> {
  stranger.say(input)
  const check: HttpCheck = {
    ...{ name: 'web', type: 'http', host: '127.0.0.1', url: `http://127.0.0.1:${stranger.port}/status` },
    ...{ method: new Random(input).pick(['GET', 'HEAD']), expect: [[200, 499]], tlsVerify: true, ca: null },
    ...{ intervalMs: 1000, timeoutMs, fall: 5, rise: 5, required: true },
  }
  const startedAt = performance.now()
  const { outcome, detail, ms } = await probeHttp(check, systemClock, new AbortController().signal)
  expectInTime(startedAt)
  await stranger.expectAlone(slackMs)
  assert.ok(['answered', 'failed', 'inconclusive'].includes(outcome), outcome)
  assert.ok(ms >= 0 && ms <= timeoutMs + slackMs, `${ms} ms`)
  expectOneLine(detail, 160)
}

export function expectInTime(startedAt: number, mostMs = timeoutMs + slackMs): void {
  const ms = performance.now() - startedAt
  assert.ok(ms <= mostMs, `ends after ${Math.round(ms)} ms`)
}
