import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Message } from '../../src/alerts/message.ts'
import { Outbox } from '../../src/alerts/outbox.ts'
import type { Sent } from '../../src/alerts/sending.ts'
import type { Way } from '../../src/alerts/ways.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

const site = { node: 'tel2', role: 'slave', headline: 'lines at the slave', lastMove: null }
const down: Sent = { ok: false, why: 'connection refused' }

function message(text: string, event: Message['event'] = 'raised'): Message {
  const at = '2024-01-15T12:00:00.000Z'
  return {
    event,
    code: 'at-slave',
    severity: 'warning',
    findings: [{ subject: '', since: at, text }],
    at,
    site,
  }
}

/** An outbox whose way answers as told, and what it tells besides. */
function open(answer: (text: string) => Sent | Promise<Sent>) {
  const clock = new FakeClock()
  const tried: string[] = []
  const told: string[] = []
  const counts = { delivered: 0, failed: 0, lost: 0 }
  const quiet = { now: true }
  const way = (title: string): Way => ({
    ...{ name: 'url', title, repeatMs: 0 },
    send: async ({ findings }) => {
      const text = findings[0]?.text ?? ''
      tried.push(text)
      return answer(text)
    },
  })
  const outbox = new Outbox(way('peer'), {
    clock,
    isQuiet: () => quiet.now,
    report: problem => told.push(`finding ${problem}`),
    log: (severity, text) => told.push(`${severity} ${text}`),
    counted: outcome => {
      counts[outcome] += 1
    },
    changed: () => {},
  })
  return { clock, outbox, tried, told, counts, quiet, way }
}

describe('An outbox', () => {
  test('delivers in order, one after the other, and says nothing of it', async () => {
    const { clock, outbox, tried, told, counts } = open(() => ({ ok: true }))
    for (const text of ['a', 'b', 'c']) outbox.push(message(text))
    await clock.advance(0)
    assert.deepEqual([tried, told, counts.delivered], [['a', 'b', 'c'], [], 3])
  })

  test('tries again after 5, 10, 20 s and so on, up to 5 min', async () => {
    const { clock, outbox, tried } = open(() => down)
    outbox.push(message('a'))
    const counts: number[] = []
    for (const seconds of [4, 2, 10, 20, 40, 80, 160, 300, 300]) {
      await clock.advance(seconds * 1000)
      counts.push(tried.length)
    }
    assert.deepEqual(counts, [1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('says once that it can not deliver, and once that it can again', async () => {
    let answer: Sent = down
    const { clock, outbox, told } = open(() => answer)
    outbox.push(message('a'))
    await clock.advance(60_000)
    answer = { ok: true }
    await clock.advance(60_000)
    assert.deepEqual(told, [
      "warning alert: peer: connection refused; tried again, 'berofosd alert test' tries it now",
      'finding peer: connection refused',
      'info alert: peer: alerts are delivered again',
      'finding null',
    ])
  })

  test('keeps a hundred messages, the latest, and counts those that it gave up', async () => {
    const { clock, outbox, counts } = open(() => new Promise(() => {}))
    for (let n = 0; n < 150; n++) outbox.push(message(String(n)))
    await clock.advance(0)
    const texts = outbox.undelivered.map(({ findings }) => findings[0]?.text)
    assert.deepEqual([texts.length, texts[0], texts[1], texts[99], counts.lost], [100, '0', '51', '149', 50])
  })

  test('gives up what is refused five times, so that others are not held up by it', async () => {
    const { clock, outbox, tried, counts } = open(text =>
      text === 'bad' ? { ok: false, why: 'HTTP 400', refused: true } : { ok: true },
    )
    outbox.push(message('bad'))
    outbox.push(message('good'))
    await clock.advance(600_000)
    assert.deepEqual([tried.filter(text => text === 'bad').length, tried.at(-1), counts.lost], [5, 'good', 1])
  })

  test('does not queue what lasts behind what still waits', async () => {
    const { clock, outbox } = open(() => down)
    outbox.push(message('a'))
    await clock.advance(1000)
    outbox.push(message('a', 'repeated'))
    assert.equal(outbox.undelivered.length, 1)
  })

  test('tries at once by a way that was changed', async () => {
    const { clock, outbox, tried, way } = open(() => down)
    outbox.push(message('a'))
    await clock.advance(1000)
    outbox.follow(way('another'))
    await clock.advance(0)
    assert.equal(tried.length, 2)
  })

  test('waits while relays are driven, but not for ever', async () => {
    const { clock, outbox, tried, quiet } = open(() => ({ ok: true }))
    quiet.now = false
    outbox.push(message('a'))
    await clock.advance(9000)
    assert.deepEqual(tried, [])
    await clock.advance(1500)
    assert.deepEqual(tried, ['a'])
  })

  test('survives a way that throws', async () => {
    const { clock, outbox, told } = open(() => {
      throw new Error('a bug with a secret')
    })
    outbox.push(message('a'))
    await clock.advance(0)
    assert.match(told.join(), /internal error: Error/)
    assert.doesNotMatch(told.join(), /secret/)
  })
})
