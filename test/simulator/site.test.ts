import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import { openDevice } from '../../src/berofos/http/client.ts'
import { loadSettings } from '../../src/config/load.ts'
import { modeOf } from '../../src/simulator/simulated-device.ts'
import { addressAfter, openSite, type Site, type SiteOptions } from '../../src/simulator/site.ts'
import type { SiteRelay } from '../../src/simulator/site-parts.ts'
import { systemClock } from '../../src/system/clock.ts'
import { temporary } from '../helpers/temporary.ts'

async function open(t: TestContext, options: Partial<SiteOptions> = {}): Promise<Site> {
  const site = await openSite({ relays: 3, ...options })
  t.after(() => site.close())
  return site
}

const read = ({ host, port, login }: SiteRelay) =>
  openDevice({ host, port, login, timeoutMs: 500 }, systemClock).read()

describe('A site', () => {
  it('has berofos that answer, each at its own port', async t => {
    const { relays } = await open(t)
    for (const relay of relays) assert.ok((await read(relay)).ok)
    assert.equal(new Set(relays.map(({ port }) => port)).size, 3)
  })

  it('has them at addresses one after the other', async t => {
    const { relays } = await open(t, { address: '127.61.0.254' })
    assert.deepEqual(
      relays.map(({ host }) => host),
      ['127.61.0.254', '127.61.0.255', '127.61.1.0'],
    )
  })

  it('has berofos whose pages are odd as they were told', async t => {
    const site = await open(t)
    for (const line of ['relay 1 page 2_men=on', 'relay 1 page lf', 'relay 2 trip 0'])
      assert.ok((await site.steer(line)).ok, line)
    const { text } = await site.steer('show')
    assert.match(text, /mode=1 .*page lf, page 2_men=on\n.*mode=0/)
    const [odd, tripped] = [
      await read(site.relays[0] ?? assert.fail()),
      await read(site.relays[1] ?? assert.fail()),
    ]
    assert.ok(odd.ok && tripped.ok)
    assert.match(String(odd.value.warning), /2_men="on"/)
    assert.deepEqual([tripped.value.values.wdog, tripped.value.values.wdogstate], ['0', '2'])
    await site.steer('relay 1 page sound')
    assert.doesNotMatch((await site.steer('show')).text, /page/)
    const wrong = await site.steer('relay 1 trip 3')
    assert.deepEqual(
      [wrong.ok, wrong.text],
      [false, 'trip is followed by what config.txt shows for wdog then: 0, 1 or 2'],
    )
  })

  it('asks for the login on everything once pwd is on', async t => {
    const { relays } = await open(t, { device: () => ({ values: { apwd: 's3' } }) })
    const [relay = assert.fail()] = relays
    assert.ok((await read(relay)).ok)
    relay.device.values.set('pwd', '1')
    const without = await read(relay)
    assert.equal(!without.ok && without.error.code, 'login')
    assert.ok((await read({ ...relay, login: 'admin:s3' })).ok)
  })

  it('asks for a login that its files have', async t => {
    const { relays } = await open(t, { device: () => ({ auth: 'digest', values: { apwd: 's;3' } }) })
    assert.equal(relays[0]?.login, 'admin:s;3')
    assert.ok((await read(relays[0] ?? assert.fail())).ok)
    const without = await read({ ...(relays[0] ?? assert.fail()), login: null })
    assert.equal(!without.ok && without.error.code, 'login')
  })

  it('tells of each real move', async t => {
    const moves: string[] = []
    const site = await open(t, { onChange: ({ name }, { mode, by }) => moves.push(`${name} ${mode} ${by}`) })
    await site.steer('relay 2 hand 0')
    await site.steer('relay 2 hand 0')
    assert.deepEqual(moves, ['fos2 0 hand'])
  })

  it('that cannot have a port leaves nothing open', async t => {
    const first = await open(t, { relays: 1, address: '127.62.0.2' })
    const port = first.relays[0]?.port ?? assert.fail()
    const sip = { address: '127.62.0.9', port: 15_060 }
    const taken = { relays: 2, address: '127.62.0.1', port, master: { sip } }
    await assert.rejects(openSite(taken), /EADDRINUSE.*127\.62\.0\.2/)
    const again = await openSite({ relays: 1, address: '127.62.0.1', port, master: { sip } })
    await again.close()
  })
})

describe('The files of a site', () => {
  it('are valid, and name every relay with its port and login', async t => {
    const site = await open(t, { device: () => ({ auth: 'basic', values: { apwd: 'a #b;"c' } }) })
    const { configFile, bnfosFile } = await site.writeConfig(temporary(t))
    const loaded = await loadSettings({ configFile, bnfosFile })
    assert.ok(loaded.ok, JSON.stringify(loaded))
    assert.deepEqual(loaded.warnings, [])
    assert.deepEqual(
      loaded.settings.devices?.map(({ name, host, port, login }) => ({ name, host, port, login })),
      site.relays.map(({ name, host, port, login }) => ({ name, host, port, login })),
    )
    assert.deepEqual(
      loaded.settings.checks.map(({ type }) => type),
      ['sip', 'http', 'tcp'],
    )
  })

  it('take overrides: keys over those of a section, null for no section', async t => {
    const site = await open(t)
    const overrides = { 'check.web': null, 'check.tcp': { fall: 9 }, hooks: { timeout: '5s' } }
    const { configFile } = await site.writeConfig(temporary(t), overrides)
    const text = await readFile(configFile, 'utf8')
    assert.ok(!text.includes('check.web'))
    assert.match(text, /\[check\.tcp\]\ntype = tcp\n[^[]*fall = 9\n/)
    assert.match(text, /\[hooks\]\ntimeout = 5s\n/)
  })
})

describe('Steering', () => {
  for (const [line, expected] of [
    ['relay 2 hang', /^fos2 .* hang$/],
    ['relay fos2 slow 300ms', /^fos2 .* slow 300ms$/],
    ['  RELAY  2  Hang ', /^fos2 .* hang$/],
    ['relay all unreachable', /^fos1 .*\nfos2 .*\nfos3 .* unreachable$/],
    ['master sip dead', /sip 127\.0\.0\.1:\d+ dead/],
    ['master down', /tcp \S+ dead, http \S+ dead, sip \S+ dead/],
    ['show', /^master .*\nfos1 .*\nfos2 .*\nfos3 .* sound$/],
    ['help', /relay NUMBER\|all FAULT/],
  ] as const) {
    it(`"${line}" is taken`, async t => {
      const { ok, text } = await (await open(t)).steer(line)
      assert.ok(ok, text)
      assert.match(text, expected)
    })
  }

  for (const [line, expected] of [
    ['', /"" is none of relay, master, show, help/],
    ['relais 1 hang', /"relais" is none of/],
    ['constructor', /"constructor" is none of/],
    ['relay 4 hang', /"4" is no relay: a number from 1 to 3, or all/],
    ['relay', /"" is no relay/],
    ['relay 1', /"" is none of none, unreachable/],
    ['relay 1 hand 2', /hand is followed by a mode: 0 or 1/],
    ['master asleep', /expected master \[tcp\|http\|sip\] alive\|dead/],
    ['master sip dead now', /expected master/],
  ] as const) {
    it(`"${line}" is not, and says what would be`, async t => {
      const { ok, text } = await (await open(t)).steer(line)
      assert.ok(!ok)
      assert.match(text, expected)
    })
  }

  it('is in force when it has been taken', async t => {
    const site = await open(t)
    const relay = site.relays[0] ?? assert.fail()
    await site.steer('relay 1 unreachable')
    const refused = await read(relay)
    assert.equal(!refused.ok && refused.error.code, 'unreachable')
    await site.steer('relay 1 none')
    assert.ok((await read(relay)).ok)
    await site.steer('relay 1 hand 0')
    assert.equal(modeOf(relay.device), 0)
  })
})

describe('The address so many further on', () => {
  for (const [first, count, expected] of [
    ['127.0.0.11', 0, '127.0.0.11'],
    ['127.0.0.11', 3, '127.0.0.14'],
    ['127.0.0.250', 10, '127.0.1.4'],
    ['127.0.255.255', 1, '127.1.0.0'],
  ] as const) {
    it(`${first} + ${count} is ${expected}`, () => assert.equal(addressAfter(first, count), expected))
  }
})
