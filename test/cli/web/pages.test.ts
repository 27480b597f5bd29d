import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { page, pageTable } from '../../../src/cli/web/pages.ts'
import { noCounts } from '../../../src/status/counts.ts'
import type { Status } from '../../../src/status/status-json.ts'
import { normal, relay } from '../normal-status.ts'

const finding = (code: string, severity: 'error' | 'warning', text = '') => ({
  ...{ code, severity, since: normal.now, text },
})
const told = {
  status: normal,
  counts: noCounts,
  history: [],
  recent: {},
  now: { mono: 900_000, wall: Date.parse(normal.now) },
}
const at = (path: string, status: Partial<Status> = {}) =>
  page(path, { ...told, status: { ...normal, ...status } })

describe('The status page', () => {
  it('shows relays and checks, and is read again by the browser', () => {
    const { code, type, body } = at('/')
    assert.deepEqual([code, type], [200, 'text/html; charset=utf-8'])
    assert.match(body, /<noscript><meta http-equiv="refresh" content="5"><\/noscript>/)
    assert.match(
      body,
      /Relays: 1 of 1 confirmed.*A connected to B.*fos1 confirmed.*Master 10\.34\.1\.10: up/s,
    )
  })

  it('tells in its title whether all is normal', () => {
    assert.match(at('/').body, /<title>ok lines at the master, steady, 1 of 1 relays confirmed/)
    assert.match(
      at('/', { findings: [finding('at-slave', 'warning')] }).body,
      /<title>!! lines at the master/,
    )
  })

  it('names in words and in colour what is not normal', () =>
    assert.match(
      at('/', { findings: [finding('isolated', 'error', 'isolated: TEXT')] }).body,
      /<b class="bad">✖ error<\/b> isolated: TEXT/,
    ))

  it('tells the latest decisions, and who had the lines in the last 24 hours', () => {
    const noon = Date.parse(normal.now)
    const history = [
      { at: noon - 6 * 3_600_000, what: 'failover', from: 'master', to: 'slave', reason: 'sip is down' },
      { at: noon - 3 * 3_600_000, what: 'failback', from: 'slave', to: 'master', reason: 'up for 60s' },
    ] as const
    const { body } = page('/', { ...told, history })
    assert.match(body, /aria-label="21\.0 h at the master, 3\.0 h at the slave"/)
    assert.match(body, /failback<\/b>.*up for 60s.*failover<\/b>.*sip is down/s)
  })

  it('tells nothing of the time before the first start', () => {
    const history = [
      { at: Date.parse(normal.now) - 6 * 3_600_000, what: 'start', text: 'berofosd 0.1.0' },
    ] as const
    const { body } = page('/', { ...told, history })
    assert.match(
      body,
      /aria-label="6\.0 h at the master"><span class="unknown" style="flex:0\.75000"><\/span>/,
    )
  })

  it('lets no text of others become a tag', () => {
    const foul = '</pre><script>x</script>&"\x01<b>\x01\x03'
    const { body } = at('/', { next: foul, relays: [{ ...relay, name: foul, error: foul, host: foul }] })
    assert.deepEqual(
      body.match(/<\/?\w+/g)?.filter(tag => /script/.test(tag)),
      ['<noscript', '</noscript', '<script', '</script'],
    )
    assert.doesNotMatch(body, /<script>x/)
    assert.equal(body.match(/<\/pre>/g), null)
    assert.equal(body.match(/<b\b/g)?.length, body.match(/<\/b>/g)?.length)
    assert.match(body, /&lt;\/pre&gt;/)
  })
})

describe('The other pages', () => {
  it('are the status as JSON', () => {
    const { type, body } = at('/status.json')
    assert.equal(type, 'application/json')
    assert.deepEqual(JSON.parse(body), normal)
  })

  it('are the history as JSON, with ISO times', () => {
    const entry = { at: 0, what: 'switched', relay: 'fos1', mode: 0, text: 'switched' } as const
    const { body } = page('/history.json', { ...told, history: [entry] })
    assert.deepEqual(JSON.parse(body), [{ ...entry, at: '1970-01-01T00:00:00.000Z' }])
  })

  it('are the metrics, of the version that Prometheus asks for', () => {
    const { type, body } = at('/metrics')
    assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8')
    assert.match(body, /^berofosd_normal 1$/m)
  })

  it('are a health page: 200 with the state in a line, whatever it is', () => {
    const { code, body } = at('/healthz', { role: 'slave', automatic: false, phase: 'forced' })
    assert.equal(code, 200)
    assert.equal(body, 'lines at the slave, forced, 1 of 1 relays confirmed, automatic failover OFF\n')
  })

  it('are 503 at the health page when a decision failed', () => {
    const { code, body } = at('/healthz', { findings: [finding('decision-failed', 'error')] })
    assert.deepEqual([code, body], [503, 'a decision failed, see the log\n'])
  })

  for (const path of ['', '/status', '//', '/metrics/', 'constructor', '__proto__', '/%2e'])
    it(`are not at ${JSON.stringify(path)}, which is told with those there are`, () => {
      const { code, body } = at(path)
      assert.deepEqual(
        [code, body],
        [404, 'no such page, there are / /status.json /history.json /metrics /healthz\n'],
      )
    })

  it('are all made of any status', () => {
    const none = { relays: [], master: { ...normal.master, checks: [] } }
    for (const path of Object.keys(pageTable)) assert.equal(at(path, none).code, 200)
  })
})
