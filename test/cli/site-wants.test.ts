import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingItems, settingsToMend } from '../../src/cli/berofosd/doctor-settings.ts'
import { deviceWants } from '../../src/core/relay/device-wants.ts'
import { wrongWord } from '../../src/core/site-words.ts'
import { someDevice } from '../helpers/settings.ts'

const pair = { kind: 'pair' } as const
const bypass = { kind: 'bypass', kickMs: 5000, watchdogMs: 45_000 } as const

test('doctor --fix sets a device of either kind of site to what that kind needs, and no other', () => {
  const device = someDevice('fos1')
  for (const [site, other] of [
    [pair, bypass],
    [bypass, pair],
  ] as const) {
    const values: Record<string, string> = { wdogitime: '60', ...deviceWants(other, device) }
    for (const { row, wanted } of settingsToMend(device, site, values)) values[row.keyword] = wanted
    const { wdogitime, ...rest } = values
    const { wdogitime: wanted = wdogitime, ...wants } = deviceWants(site, device)
    assert.deepEqual([rest, wdogitime], [wants, wanted])
  }
})

test('server and pbx are refused on a pair with a sentence, master and slave nowhere', () => {
  assert.match(wrongWord('pair', 'pbx') ?? '', /^"pbx" is said where .*: here it is master or slave$/)
  for (const word of ['master', 'slave', 'server', 'pbx'] as const)
    assert.equal(wrongWord('bypass', word), null)
  assert.equal(wrongWord('pair', 'slave'), null)
})

test('doctor says of a watchdog that is to be on that somebody has to kick it', () => {
  const cureOf = (site: typeof pair | typeof bypass, wdog: string) =>
    settingItems(someDevice('fos1'), site, { wdog }).find(({ item }) => item === 'wdog')?.cure
  assert.equal(
    cureOf(bypass, '0'),
    "'berofosd doctor --fix'; it bypasses its lines unless a berofosd that runs kicks it",
  )
  assert.equal(cureOf(pair, '1'), "'berofosd doctor --fix'")
})

test('doctor --fix leaves a tripped watchdog to the daemon in front of a PBX, and turns one off on a pair', () => {
  const device = someDevice('fos1')
  const tripped = (site: typeof pair | typeof bypass) => ({
    writes: settingsToMend(device, site, { wdog: '2' }).map(({ row, wanted }) => `${row.keyword}=${wanted}`),
    cure: settingItems(device, site, { wdog: '2' }).find(({ item }) => item === 'wdog')?.cure,
  })
  assert.deepEqual(tripped(pair), { writes: ['wdog=0'], cure: "'berofosd doctor --fix'" })
  assert.deepEqual(tripped(bypass), {
    writes: [],
    cure: 'it has tripped, its lines are at the PBX: a berofosd that runs brings them back',
  })
})
