import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { Heartbeat } from '../../src/alerts/heartbeat.ts'
import { sendHttp } from '../../src/alerts/http.ts'
import type { HttpSending } from '../../src/alerts/sending.ts'
import type { HeartbeatSettings } from '../../src/core/alert-settings.ts'
import type { Beat } from '../../src/core/heartbeat.ts'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { openReceiver } from './receiver.ts'

const well: Beat = { is: 'well', text: 'lines at the master' }
const failing: Beat = { is: 'fail', text: "the state can't be saved" }

/** A heartbeat on a clock that is moved, and what it sends: `POST /ping/uuid BODY`. */
function open(style: HeartbeatSettings['style'], path: string) {
  const clock = new FakeClock()
  const pings: string[] = []
  const told: string[] = []
  const state: { beat: Beat | null; works: boolean } = { beat: well, works: true }
  const heartbeat = new Heartbeat({
    clock,
    http: ({ method, url, body }: HttpSending) => {
      pings.push(`${method} ${url.replace('http://hc', '')} ${body ?? ''}`.trim())
      return Promise.resolve(state.works ? { ok: true } : { ok: false, why: 'connection refused' })
    },
    beat: () => state.beat && { beat: state.beat, ms: 3.6 },
    isQuiet: () => true,
    report: problem => told.push(`finding ${problem}`),
    log: (severity, text) => told.push(`${severity} ${text}`),
    counted: () => {},
  })
  heartbeat.follow({ url: `http://hc${path}`, style, intervalMs: 60_000 })
  const within = async (ms: number) => {
    await clock.advance(ms)
    return pings.splice(0)
  }
  return { heartbeat, state, told, within }
}

describe('A heartbeat of healthchecks', () => {
  test('is posted two seconds after the start and then each interval', async () => {
    const { within } = open('healthchecks', '/ping/uuid')
    const ping = 'POST /ping/uuid lines at the master'
    assert.deepEqual([await within(1000), await within(60_000), await within(1000)], [[], [ping], [ping]])
  })

  test('tells no failure that is over within two seconds, as while relays are read at the start', async () => {
    const { state, within } = open('healthchecks', '/uuid')
    state.beat = failing
    await within(1000)
    state.beat = well
    assert.deepEqual(await within(4000), ['POST /uuid lines at the master'])
  })

  test('tells a failure with its reason, once it has lasted for two seconds, and its end', async () => {
    const { state, within } = open('healthchecks', '/ping/uuid/')
    await within(5000)
    state.beat = failing
    assert.deepEqual(
      [await within(1000), await within(3000)],
      [[], ["POST /ping/uuid/fail the state can't be saved"]],
    )
    state.beat = well
    assert.deepEqual(await within(4000), ['POST /ping/uuid lines at the master'])
  })

  test('tells a failure each interval while it lasts', async () => {
    const { state, within } = open('healthchecks', '/uuid')
    state.beat = failing
    assert.equal((await within(182_000)).filter(ping => ping.includes('/fail')).length, 4)
  })

  test('is silent while there is nothing to tell', async () => {
    const { state, within } = open('healthchecks', '/uuid')
    await within(5000)
    state.beat = null
    assert.deepEqual(await within(600_000), [])
  })

  test('that does not arrive is tried again after ten seconds, and said once', async () => {
    const { state, told, within } = open('healthchecks', '/geheim')
    state.works = false
    await within(60_000)
    assert.equal((await within(30_000)).length, 3)
    state.works = true
    await within(20_000)
    assert.deepEqual(told, [
      'warning alert: heartbeat to hc (healthchecks): connection refused; the other side will raise the alarm',
      'finding heartbeat to hc (healthchecks): connection refused',
      'info alert: heartbeat to hc (healthchecks): the ping arrives again',
      'finding null',
    ])
  })

  test('ends with the daemon, without a word', async () => {
    const { heartbeat, within } = open('healthchecks', '/uuid')
    await within(1000)
    heartbeat.close()
    assert.deepEqual(await within(600_000), [])
  })
})

describe('A heartbeat of Uptime Kuma', () => {
  test('is a GET with status, msg and ping, in place of those of the pasted URL', async () => {
    const { within } = open('kuma', '/api/push/token?status=up&msg=OK&ping=')
    assert.deepEqual(await within(3000), ['GET /api/push/token?status=up&msg=lines+at+the+master&ping=4'])
  })

  test('says down with the reason', async () => {
    const { state, within } = open('kuma', '/api/push/token')
    state.beat = failing
    assert.deepEqual(await within(3000), [
      'GET /api/push/token?status=down&msg=the+state+can%27t+be+saved&ping=4',
    ])
  })
})

describe('What the other side answers', () => {
  /** healthchecks.io and Uptime Kuma 1.23, as their sources answer. */
  const rows: readonly (readonly [
    style: HeartbeatSettings['style'],
    code: number,
    body: string,
    problem: string | null,
  ])[] = [
    ['healthchecks', 200, 'OK', null],
    ['healthchecks', 200, 'OK (not found)', 'the check is not known there'],
    ['healthchecks', 404, 'not found', 'HTTP 404: see the path of the url'],
    ['kuma', 200, '{"ok":true}', null],
    [
      'kuma',
      404,
      '{"ok":false,"msg":"Monitor not found or not active."}',
      'HTTP 404: see the path of the url',
    ],
    ['kuma', 200, '<html>', 'it does not answer as a push monitor of Uptime Kuma'],
  ]
  for (const [style, code, body, problem] of rows)
    test(`${style}: ${code} ${body}`, async t => {
      assert.equal(await problemOf(t, style, { code, body }), problem)
    })
})

async function problemOf(
  t: TestContext,
  style: HeartbeatSettings['style'],
  answer: { code: number; body: string },
) {
  const { url } = await openReceiver(t, () => answer)
  const heartbeat = new Heartbeat({
    ...{ clock: systemClock, http: sendHttp, isQuiet: () => true },
    ...{ report: () => {}, log: () => {}, counted: () => {} },
    beat: () => ({ beat: well, ms: null }),
  })
  heartbeat.follow({ url: `${url}/geheim`, style, intervalMs: 60_000 })
  const tested = await heartbeat.test()
  heartbeat.close()
  return tested === null || tested.sent.ok ? null : tested.sent.why
}
