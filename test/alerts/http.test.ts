import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { requestOf } from '../../src/alerts/forms.ts'
import { sendHttp } from '../../src/alerts/http.ts'
import type { Message } from '../../src/alerts/message.ts'
import type { AlertFormat, AlertSettings } from '../../src/core/alert-settings.ts'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { someSettings } from '../helpers/settings.ts'
import { openReceiver } from './receiver.ts'

const never = new AbortController().signal
const at = '2024-01-15T12:00:09.000Z'

const message: Message = {
  event: 'raised',
  code: 'relay-unconfirmed',
  severity: 'error',
  findings: [
    { subject: 'fos3', since: '2024-01-15T12:00:00.000Z', text: 'fos3 is not confirmed: no answer in 3 s…' },
    { subject: 'fos4', since: '2024-01-15T12:00:01.000Z', text: 'fos4 is not confirmed: no answer in 3 s' },
  ],
  at,
  site: {
    node: 'tel2',
    role: 'slave',
    headline: 'lines at the slave, steady, 2 of 4 relays confirmed, automatic failover on',
    lastMove: { at, what: 'failover', reason: 'check ping: 5 failures in a row', by: null },
  },
}

function settings(url: string, format: AlertFormat, header: AlertSettings['header'] = null) {
  return { ...someSettings().alert, url, format, header }
}

async function sent(t: TestContext, format: AlertFormat, path: string, about = message) {
  const { url, received } = await openReceiver(t)
  const header = { name: 'X-Token', value: 'geheim' }
  const end = await sendHttp(requestOf(about, settings(url + path, format, header)), systemClock, never)
  assert.deepEqual(end, { ok: true })
  assert.equal(received.length, 1)
  const [request] = received
  assert.ok(request)
  assert.equal(request.headers['x-token'], 'geheim')
  return request
}

describe('An alert goes out', () => {
  test('as JSON, one object', async t => {
    const { method, url, headers, body } = await sent(t, 'json', '/hook?room=ops')
    assert.deepEqual([method, url, headers['content-type']], ['POST', '/hook?room=ops', 'application/json'])
    assert.deepEqual(JSON.parse(body), {
      event: 'raised',
      code: 'relay-unconfirmed',
      severity: 'error',
      text: 'fos3 is not confirmed: no answer in 3 s…',
      since: '2024-01-15T12:00:00.000Z',
      at,
      node: 'tel2',
      role: 'slave',
      headline: message.site.headline,
      lastMove: message.site.lastMove,
      findings: message.findings,
    })
  })

  test('as a message of ntfy: title, priority, tags, text', async t => {
    const { method, url, headers, body } = await sent(t, 'ntfy', '/tel-alerts')
    assert.deepEqual([method, url], ['POST', '/tel-alerts'])
    assert.equal(headers.title, 'tel2: error: fos3 is not confirmed: no answer in 3 s... (and 1 more)')
    assert.deepEqual([headers.priority, headers.tags], ['5', 'rotating_light'])
    assert.match(
      body,
      /fos3 is not confirmed.*\n.*fos4 is not confirmed.*\n\nnow: lines at the slave.*\nlast move: failover at/,
    )
  })

  test('as a message of ntfy that is never longer than it takes', async t => {
    const long = { ...message, findings: [{ subject: '', since: at, text: 'ä'.repeat(9000) }] }
    const { body } = await sent(t, 'ntfy', '/tel-alerts', long)
    assert.ok(
      Buffer.byteLength(body) <= 4096 && Buffer.byteLength(body) > 3900,
      String(Buffer.byteLength(body)),
    )
  })

  for (const path of ['', '/', '/api/v2/alerts'])
    test(`to Alertmanager's API v2, from the URL with the path "${path}"`, async t => {
      const { url, body } = await sent(t, 'alertmanager', path)
      assert.equal(url, '/api/v2/alerts')
      const [first, second] = JSON.parse(body)
      assert.deepEqual(first.labels, {
        alertname: 'BerofosdRelayUnconfirmed',
        code: 'relay-unconfirmed',
        severity: 'error',
        instance: 'tel2',
        subject: 'fos3',
      })
      assert.deepEqual(
        [first.startsAt, first.endsAt],
        ['2024-01-15T12:00:00.000Z', '2024-01-15T12:05:09.000Z'],
      )
      assert.equal(second.labels.subject, 'fos4')
    })

  test('to Alertmanager with who gave the order of the last move', async t => {
    const lastMove = { at, what: 'forced', reason: 'lines wanted back', by: 'anna' }
    const ordered = { ...message, site: { ...message.site, lastMove } }
    const { body } = await sent(t, 'alertmanager', '', ordered)
    assert.match(
      JSON.parse(body)[0].annotations.description,
      /; last move: forced, by anna: lines wanted back$/,
    )
  })

  test('to Alertmanager as over', async t => {
    const { body } = await sent(t, 'alertmanager', '', { ...message, event: 'resolved' })
    assert.equal(JSON.parse(body)[0].endsAt, at)
  })

  test('with the login of the URL', async t => {
    const { url, received } = await openReceiver(t)
    const withLogin = url.replace('http://', 'http://ops:ge%3Aheim@')
    await sendHttp(requestOf(message, settings(withLogin, 'json')), systemClock, never)
    assert.equal(received[0]?.headers.authorization, `Basic ${Buffer.from('ops:ge:heim').toString('base64')}`)
  })
})

describe('A request that fails says why, without a secret', () => {
  const rows: readonly (readonly [code: number, why: string, refused: boolean])[] = [
    [401, 'HTTP 401: see the login in url, or header', true],
    [404, 'HTTP 404: see the path of the url', true],
    [302, 'HTTP 302, it has moved: correct the url', true],
    [429, 'HTTP 429: too many requests', false],
    [503, 'HTTP 503', false],
  ]
  for (const [code, why, refused] of rows)
    test(`${code}, and ${refused ? 'is refused' : 'may be taken later'}`, async t => {
      const { url } = await openReceiver(t, () => ({ code, body: 'geheim' }))
      const end = await sendHttp(requestOf(message, settings(`${url}/geheim`, 'json')), systemClock, never)
      assert.deepEqual(end, { ok: false, why, ...(refused && { refused }) })
    })

  test('nobody listens', async () => {
    const end = await sendHttp(
      requestOf(message, settings('http://127.0.0.1:1/geheim', 'json')),
      systemClock,
      never,
    )
    assert.deepEqual(end, { ok: false, why: 'connection refused' })
  })

  test('a peer that takes it and says nothing, at the deadline', async t => {
    const clock = new FakeClock()
    const { url, received } = await openReceiver(t, () => null)
    const sending = sendHttp(requestOf(message, settings(url, 'json')), clock, never)
    while (received.length === 0) await clock.advance(0)
    await clock.advance(10_000)
    assert.deepEqual(await sending, { ok: false, why: 'no answer in 10 s' })
  })

  test('it does not speak TLS there', async t => {
    const { url } = await openReceiver(t)
    const secure = url.replace('http:', 'https:')
    const end = await sendHttp(requestOf(message, settings(secure, 'json')), systemClock, never)
    assert.equal(end.ok, false)
    assert.doesNotMatch(JSON.stringify(end), /127\.0\.0\.1/)
  })
})
