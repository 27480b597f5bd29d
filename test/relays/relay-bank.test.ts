import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Device, DeviceReply, Reading } from '../../src/berofos/device.ts'
import type { MoveTally } from '../../src/core/events.ts'
import type { DeviceSettings } from '../../src/core/settings.ts'
import { confirmedOf } from '../../src/relays/all-readings.ts'
import { deviceOf } from '../../src/relays/device-of.ts'
import { RelayBank } from '../../src/relays/relay-bank.ts'
import { modeOf } from '../../src/simulator/simulated-device.ts'
import { openSite, type Site, type SiteOptions } from '../../src/simulator/site.ts'
import { systemClock } from '../../src/system/clock.ts'
import { someDevice, someSettings } from '../helpers/settings.ts'
import { until } from '../helpers/until.ts'

interface Stand {
  readonly site: Site
  readonly bank: RelayBank
  readonly lines: string[]
  readonly settled: [number, boolean][]
  readonly begun: number[]
  readonly tallies: MoveTally[]
  /** By so much the bank's clock is ahead of what it was at the start. */
  aheadMs: number
}

const timing = {
  ...someSettings().relays,
  timeoutMs: 400,
  auditIntervalMs: 60_000,
  retryMs: 50,
  retryMaxMs: 100,
}
const silent = { ok: false, error: { code: 'timeout', text: 'silent', answered: false } } as const

function openRelay(device: DeviceSettings): Device {
  return deviceOf(device, timing.timeoutMs, { get: () => null, note: () => {} }, systemClock)
}

/** Virtual relays and the bank that drives them, both in this process. */
async function open(
  t: TestContext,
  options: Partial<SiteOptions> = {},
  inverted: string[] = [],
  device: typeof openRelay | null = null,
  saved: () => Promise<void> = () => Promise.resolve(),
): Promise<Stand> {
  const site = await openSite({ relays: 3, ...options })
  const lines: string[] = []
  const settled: [number, boolean][] = []
  const begun: number[] = []
  const tallies: MoveTally[] = []
  const time = { aheadMs: 0 }
  const bank = new RelayBank({
    devices: site.relays.map(({ name, host, port, login }) => ({
      ...{ name, host, port, login, mac: null },
      invert: inverted.includes(name),
    })),
    timing,
    clock: { ...systemClock, mono: () => systemClock.mono() + time.aheadMs },
    open: device ?? openRelay,
    known: {},
    line: ({ text }) => lines.push(text),
    moveBegun: move => begun.push(move),
    relaysTried: (move, all, tally) => {
      settled.push([move, all])
      tallies.push(tally)
    },
    changed: () => {},
    saved,
  })
  t.after(async () => {
    await bank.close()
    await site.close()
  })
  if (device === null) await bank.allTried()
  return Object.assign(time, { site, bank, lines, settled, begun, tallies })
}

const modes = ({ site }: Stand) => site.relays.map(({ device }) => modeOf(device))
const writes = ({ site }: Stand) =>
  site.relays.map(({ device }) => device.requests.filter(({ target }) => target.includes('cmd=')).length)

describe('The bank', () => {
  it('drives all relays at once and tells when each was read back', async t => {
    const stand = await open(t)
    stand.bank.enforce('slave', 7)
    await stand.bank.allTried()
    assert.deepEqual(modes(stand), [0, 0, 0])
    assert.deepEqual(stand.settled, [[7, true]])
    assert.deepEqual(stand.bank.unconfirmed(), [])
  })

  for (const [what, auth, expires, most] of [
    ['without a login', 'none', false, 2],
    ['with Basic', 'basic', false, 2],
    ['with Digest', 'digest', false, 2],
    ['with Digest whose nonce has expired', 'digest', true, 3],
  ] as const)
    it(`needs ${most} requests a relay from the order to the reading back ${what}`, async t => {
      const stand = await open(t, { device: () => ({ auth }) })
      for (const role of ['slave', 'master'] as const) {
        for (const { device, http } of stand.site.relays) {
          device.requests.length = 0
          if (expires) http.expireNonces()
        }
        stand.bank.enforce(role, 1)
        await stand.bank.allTried()
        const counts = stand.site.relays.map(({ device }) => device.requests.length)
        assert.deepEqual(
          [stand.bank.unconfirmed(), counts.filter(count => count > most)],
          [[], []],
          counts.join(),
        )
      }
    })

  it('writes only to relays that differ', async t => {
    const stand = await open(t, { device: n => ({ values: { mode: n === 2 ? '1' : '0' } }) })
    stand.bank.enforce('slave', 1)
    await stand.bank.allTried()
    assert.deepEqual(writes(stand), [0, 1, 0])
  })

  it('that follows another in the middle of a move tells only what that one had not read back', async t => {
    const before = await open(t)
    await before.site.steer('relay 2 hang')
    before.bank.enforce('slave', 3)
    await before.bank.allTried()
    const devices = before.bank.list().map(({ settings }) => settings)
    const confirmed = confirmedOf(before.bank.list(), devices)
    assert.deepEqual([...confirmed], ['fos1', 'fos3'])
    const elsewhere = devices.map(device => (device.name === 'fos1' ? { ...device, invert: true } : device))
    assert.deepEqual([...confirmedOf(before.bank.list(), elsewhere)], ['fos3'])
    await before.bank.close()
    await before.site.steer('relay 2 none')
    const told = writes(before)
    const known = before.bank.known()
    const settled: boolean[] = []
    const after = new RelayBank({
      ...{ devices, timing, known, confirmed, clock: systemClock, open: openRelay },
      ...{ line: () => {}, changed: () => {}, relaysTried: (_, all) => settled.push(all) },
    })
    t.after(() => after.close())
    after.enforce('slave', 3)
    await after.allTried()
    assert.deepEqual(modes(before), [0, 0, 0])
    assert.deepEqual(writes(before), [told[0], (told[1] ?? 0) + 1, told[2]])
    assert.deepEqual(settled, [true])
  })

  it('tells of a move once when a relay is missing, and again when it has arrived', async t => {
    const stand = await open(t)
    await stand.site.steer('relay 2 hang')
    stand.bank.enforce('slave', 3)
    await stand.bank.allTried()
    assert.deepEqual([modes(stand), stand.settled], [[0, 1, 0], [[3, false]]])
    await stand.site.steer('relay 2 none')
    await until('the relay arrives', () => stand.settled.length === 2)
    assert.deepEqual(
      [modes(stand), stand.settled[1]],
      [
        [0, 0, 0],
        [3, true],
      ],
    )
  })

  it('times a move by the last relay that arrived, not by the one that is missing', async t => {
    const stand = await open(t)
    await stand.site.steer('relay 2 hang')
    stand.bank.enforce('slave', 3)
    await until('two have arrived', () => stand.bank.unconfirmed().length === 1)
    stand.aheadMs = 60_000
    await stand.bank.allTried()
    const [{ total, open: missing, tookMs } = { total: 0, open: [], tookMs: 0 }] = stand.tallies
    assert.deepEqual([total, missing, tookMs < 60_000], [3, ['fos2'], true], `${tookMs} ms`)
  })

  it('gives the lines of an inverted relay to the master by mode 0', async t => {
    const stand = await open(t, {}, ['fos1'])
    stand.bank.enforce('master', 1)
    await stand.bank.allTried()
    assert.deepEqual(modes(stand), [0, 1, 1])
  })

  it('drives nothing while it only watches', async t => {
    const stand = await open(t)
    stand.bank.observe()
    await stand.site.steer('relay all hand 0')
    stand.bank.readNow()
    await stand.bank.allTried()
    assert.deepEqual(
      [modes(stand), writes(stand)],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    )
    assert.equal(stand.lines.filter(line => line.startsWith('drift: ')).length, 3)
  })

  it('lets no write arrive after the order that it belonged to', async t => {
    const stand = await open(t)
    await stand.site.steer('relay all hang')
    stand.bank.enforce('slave', 1)
    stand.bank.observe()
    await stand.site.steer('relay all none')
    stand.bank.readNow()
    await stand.bank.allTried()
    assert.deepEqual(modes(stand), [1, 1, 1])
  })

  it('takes a connection for an answer at once, although nothing more comes', async t => {
    const stand = await open(t)
    for (const line of ['relay 1 unreachable', 'relay 2 unreachable', 'relay 3 hang'])
      await stand.site.steer(line)
    const from = performance.now()
    assert.equal(await stand.bank.checkIsolation(), 'fos3')
    assert.ok(performance.now() - from < timing.timeoutMs)
  })

  it('lets no reading that hangs delay an order', async t => {
    const asked: string[] = []
    const device: Device = {
      read: signal => {
        asked.push('read')
        return new Promise(resolve => signal?.addEventListener('abort', () => resolve(silent)))
      },
      write: (keyword, value) => {
        asked.push(`${keyword}=${value}`)
        return Promise.resolve({ ok: true, value: null })
      },
      close: () => {},
    }
    const stand = await open(t, { relays: 1 }, [], () => device)
    await until('it is read', () => asked.length === 1)
    stand.bank.enforce('slave', 1)
    await until('it is told and read back', () => asked.length === 3)
    assert.deepEqual(asked, ['read', 'mode=0', 'read'])
  })

  it('has a move begin with the first request that leaves, not with one that nobody takes', async t => {
    const stand = await open(t)
    await stand.site.steer('relay all unreachable')
    stand.bank.enforce('slave', 5)
    await stand.bank.allTried()
    assert.deepEqual([stand.begun, stand.settled], [[], [[5, false]]])
    await stand.site.steer('relay 2 hang')
    await until('it is told', () => stand.begun.length === 1)
    assert.deepEqual(stand.begun, [5])
  })

  it('does not count as sent what never left', async t => {
    const stand = await open(t)
    await stand.site.steer('relay all unreachable')
    stand.bank.enforce('slave', 5)
    await stand.bank.allTried()
    assert.deepEqual(
      stand.bank.list().map(({ state }) => state.sent),
      [null, null, null],
    )
    assert.equal(stand.bank.mayHaveTold('slave'), false)
  })

  it('that follows another learns whether the write that was on its way had left', async t => {
    let letGo = () => {}
    let saving = Promise.resolve()
    const before = await open(t, { relays: 1 }, [], null, () => saving)
    saving = new Promise(resolve => {
      letGo = resolve
    })
    before.bank.enforce('slave', 1)
    await until('it is about to write', () => before.bank.mayHaveTold('slave'))
    const { bank } = before
    const known = bank.known()
    const after = bank.close().then(() => bank.known())
    letGo()
    const lines: string[] = []
    const next = new RelayBank({
      ...{ devices: bank.list().map(({ settings }) => settings), timing, known, after, clock: systemClock },
      ...{ open: openRelay, line: ({ text }) => lines.push(text), changed: () => {}, relaysTried: () => {} },
    })
    t.after(() => next.close())
    next.enforce('master', 2)
    await next.allTried()
    assert.deepEqual([modes(before), lines], [[1], []])
  })

  it('knows in the next run that a relay may have been told', async t => {
    const site = await openSite({ relays: 1 })
    const { host, port } = site.relays[0] as (typeof site.relays)[0]
    const device = { name: 'fos1', host, port, login: null, mac: null, invert: false }
    const bank = new RelayBank({
      devices: [device],
      timing,
      clock: systemClock,
      open: openRelay,
      known: { fos1: { mode: 1, sent: 0 } },
      line: () => {},
      relaysTried: () => {},
      changed: () => {},
    })
    t.after(async () => {
      await bank.close()
      await site.close()
    })
    assert.deepEqual([bank.mayHaveTold('slave'), bank.mayHaveTold('master')], [true, false])
  })

  it('takes a wrong login for an answer: the network to that relay works', async t => {
    const stand = await open(t)
    for (const line of ['relay 1 unreachable', 'relay 2 unreachable', 'relay 3 unauthorized'])
      await stand.site.steer(line)
    assert.equal(await stand.bank.checkIsolation(), 'fos3')
  })

  it('takes no answer to an older question: this node may have been cut off since', async t => {
    const answers: ((reply: DeviceReply<Reading>) => void)[] = []
    const device: Device = {
      read: () => new Promise(resolve => answers.push(resolve)),
      write: () => new Promise(() => {}),
      close: () => answers.at(-1)?.(silent),
    }
    const stand = await open(t, { relays: 1 }, [], () => device)
    const answer = stand.bank.checkIsolation()
    answers[0]?.({ ok: true, value: { values: { mode: '1', wdog: '0' }, warning: null } })
    await until('it is asked anew', () => answers.length === 2)
    answers[1]?.(silent)
    assert.equal(await answer, null)
  })

  it('sends a mode only once it is saved that it will be sent', async t => {
    let save = () => {}
    const saved = new Promise<void>(resolve => {
      save = resolve
    })
    const stand = await open(t, {}, [], null, () => saved)
    stand.bank.enforce('slave', 1)
    await until('it is about to be sent', () => stand.bank.list().every(({ state }) => state.sent === 0))
    assert.deepEqual(writes(stand), [0, 0, 0])
    save()
    await stand.bank.allTried()
    assert.deepEqual(modes(stand), [0, 0, 0])
  })

  it('hears nothing when no relay answers', async t => {
    const stand = await open(t)
    await stand.site.steer('relay all unreachable')
    assert.equal(await stand.bank.checkIsolation(), null)
  })

  for (const [shown, role] of [
    ['001', 'slave'],
    ['011', 'master'],
    ['111', 'master'],
  ] as const)
    it(`takes the role ${role} from relays at ${[...shown].join(', ')}`, async t => {
      const stand = await open(t, { device: n => ({ values: { mode: shown[n - 1] ?? '1' } }) })
      assert.equal((await stand.bank.discoverRole()).role, role)
    })

  it('takes a tie for the master, and no role from relays that are silent', async t => {
    const tie = await open(t, { relays: 2, device: n => ({ values: { mode: String(n - 1) } }) })
    assert.deepEqual(await tie.bank.discoverRole(), { role: 'master', agreed: null })
    const none = await open(t, { relays: 0 })
    assert.deepEqual(await none.bank.discoverRole(), { role: null, agreed: null })
  })

  for (const { shown, silent, agreed, about } of [
    { shown: '0000', silent: [], agreed: 'slave', about: 'all read it' },
    { shown: '0100', silent: [2], agreed: 'slave', about: 'all that answer read it' },
    { shown: '0011', silent: [3, 4], agreed: 'slave', about: 'half of them answer' },
    { shown: '1111', silent: [2, 3, 4], agreed: null, about: 'too few answer' },
    { shown: '0001', silent: [], agreed: null, about: 'one reads something else' },
  ] as const)
    it(`agrees on ${agreed ?? 'no role'} when ${about}`, async t => {
      const stand = await open(t, { relays: 4, device: n => ({ values: { mode: shown[n - 1] ?? '1' } }) })
      for (const number of silent) await stand.site.steer(`relay fos${number} unreachable`)
      assert.equal((await stand.bank.discoverRole()).agreed, agreed)
    })

  it('says of a device without an address what to do', async () => {
    const reply = await openRelay({ ...someDevice('fos1'), host: null }).read()
    assert.match(reply.ok ? '' : reply.error.text, /no host.*add one/)
  })
})
