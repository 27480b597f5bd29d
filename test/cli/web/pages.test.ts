import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { page, pageTable } from '../../../src/cli/web/pages.ts'
import type { Status } from '../../../src/status/wire.ts'
import { normal, relay } from '../normal-status.ts'

const finding = (code: string, severity: 'error' | 'warning', text = '') => ({
  ...{ code, severity, since: normal.now, text },
})
const at = (path: string, status: Partial<Status> = {}) => page(path, { ...normal, ...status })

describe('The status page', () => {
  it('is the panel of `berofosd status`, read again by the browser', () => {
    const { code, type, body } = at('/')
    assert.deepEqual([code, type], [200, 'text/html; charset=utf-8'])
    assert.match(body, /<meta http-equiv="refresh" content="5">/)
    assert.match(body, /MASTER 10\.34\.1\.10 up.*RELAYS 1 of 1 confirmed.*fos1 +1 A--B/s)
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
      /<b class="bad">!! isolated: TEXT/,
    ))

  it('lets no text of others become a tag', () => {
    const foul = '</pre><script>x</script>&"\x01<b>\x01\x03'
    const { body } = at('/', { next: foul, relays: [{ ...relay, name: foul, error: foul, host: foul }] })
    assert.deepEqual(
      body.match(/<\/?\w+/g)?.filter(tag => /script/.test(tag)),
      [],
    )
    assert.equal(body.match(/<\/pre>/g)?.length, 1)
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
      assert.deepEqual([code, body], [404, 'no such page, there are / /status.json /metrics /healthz\n'])
    })

  it('are all made of any status', () => {
    const none = { relays: [], master: { ...normal.master, checks: [] } }
    for (const path of Object.keys(pageTable)) assert.equal(at(path, none).code, 200)
  })
})
