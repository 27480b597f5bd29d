import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Device } from '../../src/berofos/device.ts'
import type { DeviceSettings } from '../../src/core/settings.ts'
import { identityOf } from '../../src/relays/identity.ts'
import { RelayBank } from '../../src/relays/relay-bank.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { someSettings } from '../helpers/settings.ts'
import { until } from '../helpers/until.ts'

const timing = {
  ...someSettings().relays,
  timeoutMs: 400,
  auditIntervalMs: 60_000,
  retryMs: 50,
  retryMaxMs: 100,
}

const macs = ['00:19:32:00:00:01', '00:19:32:00:00:02'] as const
const fos1 = {
  ...{ name: 'fos1', host: '10.34.1.21', port: 80 },
  mac: macs[0],
  login: 'admin:one',
  invert: false,
}
const fos2 = {
  ...{ name: 'fos2', host: '10.34.1.22', port: 80 },
  mac: macs[1],
  login: 'admin:two',
  invert: true,
}
const all = [fos1, fos2]

describe('A device', () => {
  it('that is who its section says is driven by it', () => {
    assert.deepEqual(identityOf(fos1, macs[0], all), { settings: fos1, stranger: null })
  })

  it('that another section names is driven by that section, at its own place', () => {
    const { settings, stranger } = identityOf(fos1, macs[1], all)
    assert.deepEqual(settings, { ...fos1, login: 'admin:two', invert: true })
    assert.match(
      stranger ?? '',
      /^at 10\.34\.1\.21 is the device 00:19:32:00:00:02, which is fos2 by bnfos\.conf/,
    )
    assert.doesNotMatch(stranger ?? '', /admin/)
  })

  it('that no section names is driven as before', () => {
    const { settings, stranger } = identityOf(fos1, '00:19:32:FF:FF:FF', all)
    assert.deepEqual(settings, fos1)
    assert.match(stranger ?? '', /which no section of bnfos\.conf has/)
  })

  it('whose section has no MAC may be any that no other section names', () => {
    const nameless = { ...fos1, mac: null }
    assert.equal(identityOf(nameless, '00:19:32:FF:FF:FF', [nameless, fos2]).stranger, null)
    assert.match(identityOf(nameless, macs[1], [nameless, fos2]).stranger ?? '', /which is fos2/)
  })

  it('is known by its MAC in any case', () => {
    const lower = { ...fos1, mac: '00:19:32:00:00:01' }
    assert.equal(identityOf(lower, macs[0], [lower]).stranger, null)
  })
})

/** Two devices in this process whose addresses may be exchanged, and the bank that drives them. */
function stand(
  t: TestContext,
  macAt: Record<string, string | null>,
  inTheWay: () => Promise<unknown> = () => Promise.resolve(),
  clock: Clock = systemClock,
) {
  const opened: DeviceSettings[] = []
  const modes: Record<string, string> = { [fos1.host]: '1', [fos2.host]: '0' }
  const lines: string[] = []
  /** Hosts that answer no request. */
  const silent = new Set<string>()
  const open = (settings: DeviceSettings): Device => {
    opened.push(settings)
    const host = settings.host as string
    return {
      read: async () =>
        silent.has(host)
          ? { ok: false, error: { code: 'unreachable', text: 'no answer', answered: false } }
          : { ok: true, value: { values: { mode: modes[host] as string, wdog: '0' }, warning: null } },
      write: async (_, value) => {
        modes[host] = value
        return { ok: true, value: null }
      },
      close: () => {},
    }
  }
  const asking = new Set<string>()
  const bank = new RelayBank({
    ...{ devices: all, timing },
    clock,
    open,
    askMac: async (host, unwanted) => {
      asking.add(host)
      unwanted.addEventListener('abort', () => asking.delete(host))
      await inTheWay()
      asking.delete(host)
      return macAt[host] ?? null
    },
    known: {},
    line: ({ text }) => lines.push(text),
    relaysTried: () => {},
    changed: () => {},
  })
  t.after(() => bank.close())
  return { bank, opened, modes, lines, asking, silent }
}

describe('Two devices with exchanged addresses', () => {
  it('are each driven to the right side, and it is said of each', async t => {
    const { bank, modes, opened, lines } = stand(t, { [fos1.host]: macs[1], [fos2.host]: macs[0] })
    await until('both are known', () => bank.list().every(({ stranger }) => stranger !== null))
    bank.enforce('slave', 1)
    await bank.allTried()
    assert.deepEqual(modes, { [fos1.host]: '1', [fos2.host]: '0' })
    bank.enforce('master', 2)
    await bank.allTried()
    assert.deepEqual(modes, { [fos1.host]: '0', [fos2.host]: '1' })
    assert.equal(opened.find(({ login, host }) => login === 'admin:two' && host === fos1.host)?.invert, true)
    assert.equal(lines.filter(line => /^fos[12]: at 10\.34\.1\.2\d is the device/.test(line)).length, 2)
  })

  it('are put right when it shows only after they were driven', async t => {
    let answer = () => {}
    const late = new Promise<void>(resolve => {
      answer = resolve
    })
    const { bank, modes } = stand(t, { [fos1.host]: macs[1], [fos2.host]: macs[0] }, () => late)
    bank.enforce('slave', 1)
    await bank.allTried()
    assert.deepEqual(modes, { [fos1.host]: '0', [fos2.host]: '1' })
    answer()
    await until('they are right', () => modes[fos1.host] === '1' && modes[fos2.host] === '0')
  })
})

describe('Two devices that are exchanged while they are driven', () => {
  const exchange = (macAt: Record<string, string | null>) =>
    Object.assign(macAt, { [fos1.host]: macs[1], [fos2.host]: macs[0] })
  /** Driven to the slave, each by its own section. */
  const driven = async (t: TestContext) => {
    const clock = new FakeClock()
    const macAt: Record<string, string | null> = { [fos1.host]: macs[0], [fos2.host]: macs[1] }
    const { bank, modes, silent } = stand(t, macAt, () => Promise.resolve(), clock)
    await clock.advance(0)
    bank.enforce('slave', 1)
    await clock.advance(1000)
    assert.deepEqual(modes, { [fos1.host]: '0', [fos2.host]: '1' })
    return { clock, macAt, bank, modes, silent }
  }

  it('are put right within the hour', async t => {
    const { clock, macAt, modes } = await driven(t)
    exchange(macAt)
    await clock.advance(3_590_000)
    assert.deepEqual(modes, { [fos1.host]: '0', [fos2.host]: '1' })
    await clock.advance(10_000)
    assert.deepEqual(modes, { [fos1.host]: '1', [fos2.host]: '0' })
  })

  it('are put right in each hour anew', async t => {
    const { clock, macAt, modes } = await driven(t)
    await clock.advance(3_600_000)
    exchange(macAt)
    await clock.advance(3_600_000)
    assert.deepEqual(modes, { [fos1.host]: '1', [fos2.host]: '0' })
  })

  it('are put right as soon as one that was silent answers again', async t => {
    const { clock, macAt, bank, modes, silent } = await driven(t)
    silent.add(fos1.host)
    silent.add(fos2.host)
    await clock.advance(120_000)
    assert.ok(bank.list().every(({ state }) => state.error !== null))
    exchange(macAt)
    silent.clear()
    await clock.advance(1000)
    assert.deepEqual(modes, { [fos1.host]: '1', [fos2.host]: '0' })
  })
})

describe('A device that says nothing over GBL4', () => {
  it('is driven as before, without a finding', async t => {
    const { bank, opened, lines } = stand(t, {})
    bank.enforce('slave', 1)
    await bank.allTried()
    assert.deepEqual([bank.list().map(({ stranger }) => stranger), opened.length], [[null, null], 2])
    assert.ok(!lines.some(line => line.includes('is the device')))
  })

  it('delays no move while it is asked', async t => {
    const { bank, modes } = stand(t, {}, () => new Promise(() => {}))
    bank.enforce('slave', 1)
    await bank.allTried()
    assert.deepEqual(modes, { [fos1.host]: '0', [fos2.host]: '1' })
  })

  it('is asked no longer once the network is known to work', async t => {
    let wait = Promise.resolve()
    const { bank, asking } = stand(t, {}, () => wait)
    await bank.identified
    wait = new Promise(() => {})
    const look = bank.checkIsolation()
    assert.equal(asking.size, 2)
    bank.readNow()
    await look
    assert.deepEqual([...asking], [])
  })
})
