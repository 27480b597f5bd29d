import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, it } from 'node:test'
import { addressProblems } from '../../src/cli/berofosd/own-addresses.ts'
import type { ProbeResult } from '../../src/core/role.ts'
import type { CheckSettings } from '../../src/core/settings.ts'
import { probeKindOf } from '../../src/probes/index.ts'
import { systemClock } from '../../src/system/clock.ts'
import { pingCheck, someSettings } from '../helpers/settings.ts'
import { until } from '../helpers/until.ts'

const own = Object.values(networkInterfaces())
  .flat()
  .find(each => each && !each.internal && each.family === 'IPv4')?.address
const skip = own === undefined && 'this machine has no network'
const host = own ?? ''
const common = { host, intervalMs: 200, timeoutMs: 2000 }
const checks = [
  pingCheck(common),
  { ...pingCheck(common), type: 'tcp', port: 9 },
  { ...pingCheck(common), type: 'sip', port: 9, transport: 'udp' },
] as readonly CheckSettings[]

describe('A master whose address came to this node', { skip }, () => {
  const never = new AbortController().signal
  for (const check of checks)
    it(`is not asked by ${check.type}: this node would answer itself`, async () => {
      const { outcome, detail } = await probeKindOf(check).once(check, systemClock, never)
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
      (await addressProblems(settings)).map(({ at, is }) => `${at}: ${is}`),
      [
        `[master] host: ${host} is an address of this very node`,
        `[isolation] witness: ${host} is an address of this very node`,
        `[isolation] witness: ${host} is the master`,
      ],
    )
    assert.deepEqual(await addressProblems(someSettings({ witnesses: ['198.51.100.7'] })), [])
  })
})
