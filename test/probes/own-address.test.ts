import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, it } from 'node:test'
import { examineAddresses } from '../../src/cli/berofosd/own-addresses.ts'
import type { ProbeResult } from '../../src/core/role.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import { probeKindOf } from '../../src/probes/index.ts'
import { systemClock } from '../../src/system/clock.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'
import { until } from '../helpers/until.ts'
import { httpCheck } from './checks.ts'

const own = Object.values(networkInterfaces())
  .flat()
  .find(each => each && !each.internal && each.family === 'IPv4')?.address
const skip = own === undefined && 'this machine has no network'
const host = own ?? ''
const common = { host, intervalMs: 200, timeoutMs: 2000 }
const checks = [
  pingCheck(common),
  { ...pingCheck(common), type: 'tcp', port: 9 },
  httpCheck({ ...common, url: `http://${host}:9/` }),
  { ...pingCheck(common), type: 'sip', port: 9, transport: 'udp' },
] as readonly CheckSettings[]

describe('A master whose address came to this node', { skip }, () => {
  const neverAborts = new AbortController().signal
  for (const check of checks)
    it(`is not asked by ${check.type}: this node would answer itself`, async () => {
      const { outcome, detail } = await probeKindOf(check).once(check, systemClock, neverAborts)
      assert.deepEqual(
        [outcome, detail],
        ['inconclusive', `${host} is an address of this node itself: name one that only the master has`],
      )
    })

  it('is not believed when the running ping answers', async () => {
    const [ping] = checks as [CheckSettings]
    const seen: ProbeResult[] = []
    const stream = probeKindOf(ping).stream?.(ping, systemClock, result => seen.push(result))
    await until('two results', () => seen.length > 1)
    await stream?.stop()
    assert.ok(seen.every(({ outcome }) => outcome === 'inconclusive'))
  })

  it('is told as a problem, as is a witness that is this node or the master', async () => {
    const settings = someSettings({ master: { host }, witnesses: [host], checks: [] })
    assert.deepEqual(
      (await examineAddresses(settings)).problems.map(({ at, is }) => `${at}: ${is}`),
      [
        `[master] host: ${host} is an address of this very node`,
        `[isolation] witness: ${host} is an address of this very node`,
        `[isolation] witness: ${host} is the master`,
      ],
    )
    const sound = someSettings({ witnesses: ['198.51.100.7'] })
    assert.deepEqual(await examineAddresses(sound), { problems: [], warnings: [] })
  })

  it('is told as a problem by a name as well', async () => {
    const find = async (name: string) =>
      ({ ok: true, value: [{ address: name === 'lan' ? '198.51.100.7' : host, family: 4 }] }) as const
    const settings = someSettings({ master: { host: 'pbx' }, witnesses: ['lan', 'tel'], checks: [] })
    assert.deepEqual(
      (await examineAddresses(settings, find)).problems.map(({ at, is }) => `${at}: ${is}`),
      [
        `[master] host: pbx (${host}) is an address of this very node`,
        `[isolation] witness: tel (${host}) is an address of this very node`,
        '[isolation] witness: tel is the master',
      ],
    )
  })
})

describe('Two devices', () => {
  const find = async (name: string) =>
    ({
      ok: true,
      value: [{ address: name === 'other' ? '198.51.100.8' : '198.51.100.7', family: 4 }],
    }) as const
  const devices = (...hosts: string[]) =>
    someSettings({ checks: [], devices: hosts.map((host, n) => ({ ...device, name: `fos${n + 1}`, host })) })
  const device = { mac: null, port: 80, login: null, invert: false }

  it('with one address by different names are warned of', async () => {
    const { warnings } = await examineAddresses(devices('a', 'other', 'b'), find)
    assert.deepEqual(warnings, [
      'fos1 and fos3 are one device: a and b are both 198.51.100.7, correct the host of one',
    ])
  })
})
