import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { loadFiles, loadSettings } from '../../src/config/load.ts'
import { nobody, withWazo } from '../../src/config/wazo-node.ts'
import type { HaStatement } from '../../src/core/settings.ts'
import { temporary } from '../helpers/temporary.ts'

const slave = '{"node_type": "slave", "remote_address": "10.34.1.10"}'
const master = '[master]\nhost = wazo\n'

interface NodeFiles {
  readonly config?: string
  /** null: there is none. */
  readonly ha?: string | null
  /** null: the node is one of XiVO. */
  readonly wazo?: 'with is-secondary' | 'without' | null
}

/** The files of a node in a directory of its own. */
function nodeOf(t: TestContext, { config = master, ha = slave, wazo = null }: NodeFiles) {
  const directory = temporary(t)
  const at = (name: string) => join(directory, name)
  writeFileSync(at('berofosd.conf'), config)
  if (ha !== null) writeFileSync(at('ha.conf'), ha)
  if (wazo !== null) mkdirSync(at('wazo'))
  if (wazo === 'with is-secondary') writeFileSync(at('wazo/is-secondary'), '')
  return {
    configFile: at('berofosd.conf'),
    bnfosFile: at('absent'),
    haFile: at('ha.conf'),
    wazoDirectory: at('wazo'),
  }
}

async function settingsOf(t: TestContext, files: NodeFiles) {
  const paths = nodeOf(t, files)
  const loaded = await loadSettings(paths)
  assert.ok(loaded.ok, JSON.stringify(loaded))
  return { ...loaded, paths }
}

describe('[master] host = wazo', () => {
  for (const host of ['wazo', 'Wazo', '"wazo"'])
    test(`takes the master's address from ha.conf: ${host}`, async t => {
      const { settings, warnings } = await settingsOf(t, { config: `[master]\nhost = ${host}\n` })
      assert.deepEqual(
        [settings.master.host, settings.checks.map(check => check.host), warnings],
        ['10.34.1.10', ['10.34.1.10'], []],
      )
    })

  test('is the only way to it: a host of that name has a dot behind it', async t => {
    const { settings } = await settingsOf(t, { config: '[master]\nhost = wazo.\n', ha: null })
    assert.deepEqual([settings.master.host, settings.wazo], ['wazo.', undefined])
  })

  test('is followed by the checks that ask the master, and by no other', async t => {
    const config = `${master}[check.a]\ntype = ping\n[check.b]\ntype = sip\n[check.c]\ntype = tcp\nport = 22
host = 10.34.1.99\n[check.d]\ntype = http\nurl = http://10.34.1.98/\n[check.e]\ntype = command\ncommand = true
[check.f]\ntype = http\nurl = http://wazo.invalid/\n`
    const { settings } = await settingsOf(t, { config })
    assert.deepEqual(
      settings.checks.map(check => check.host),
      ['10.34.1.10', '10.34.1.10', '10.34.1.99', '10.34.1.98', '', 'wazo.invalid'],
    )
  })

  const nobodies: [string, string | null, RegExp][] = [
    [
      'no ha.conf',
      null,
      /^passive: this node is not the slave \(\S+ha\.conf does not exist\); make it a slave/,
    ],
    ['that of a master', '{"node_type": "master"}', /not the slave \(\S+ha\.conf has node_type master\)/],
    ['a torn one', '{"node_ty', /^passive: this node is not known to be the slave \(\S+ is torn/],
  ]
  for (const [what, ha, warning] of nobodies)
    test(`is valid with ${what}, and a warning names it`, async t => {
      const { settings, warnings } = await settingsOf(t, { ha })
      assert.equal(settings.wazo?.master, null)
      assert.equal(warnings.length, 1)
      assert.match(warnings[0] ?? '', warning)
      // Whoever asks it nevertheless reaches nobody.
      assert.deepEqual([settings.master.host, settings.checks[0]?.host], ['wazo', nobody])
    })

  test('does not wait for a directory or a pipe in the place of ha.conf', async t => {
    const paths = nodeOf(t, { ha: null })
    mkdirSync(paths.haFile)
    const loaded = await loadSettings(paths)
    assert.match(JSON.stringify(loaded), /can't be read: EISDIR/)
  })

  test('does not hide what is wrong in the file', async t => {
    const loaded = await loadSettings(nodeOf(t, { config: `${master}[check.a]\ntype = tcp\n` }))
    assert.equal(loaded.ok, false)
  })
})

describe('the secondary file of Wazo', () => {
  test('counts where there is a directory of Wazo, whether it is there or not', async t => {
    for (const wazo of ['with is-secondary', 'without'] as const) {
      const { settings, paths } = await settingsOf(t, { wazo })
      assert.equal(settings.secondaryFile, join(paths.wazoDirectory, 'is-secondary'))
    }
  })
  test('does not count on a node of XiVO', async t => {
    assert.equal((await settingsOf(t, {})).settings.secondaryFile, null)
  })
  test('gives way to [node] secondary_file', async t => {
    const config = `${master}[node]\nsecondary_file = /run/mine\n`
    assert.equal((await settingsOf(t, { config, wazo: 'without' })).settings.secondaryFile, '/run/mine')
  })
  test('does not count when the host is an address', async t => {
    const { settings } = await settingsOf(t, { config: '[master]\nhost = 10.34.1.10\n', wazo: 'without' })
    assert.equal(settings.secondaryFile, null)
  })
})

describe('the master in force', () => {
  const file = 'ha.conf'
  const says: Readonly<Record<string, HaStatement>> = {
    slave: { is: 'slave', file, address: '10.34.1.11' },
    other: { is: 'other', file, what: 'what', cure: 'cure' },
    unusable: { is: 'unusable', file, what: 'what', cure: 'cure' },
  }
  const rows: [keyof typeof says, string | null, string | null][] = [
    ['slave', null, '10.34.1.11'],
    ['slave', '10.34.1.10', '10.34.1.11'],
    ['other', '10.34.1.10', null],
    ['unusable', '10.34.1.10', '10.34.1.10'],
    ['unusable', null, null],
  ]
  for (const [is, known, master] of rows)
    test(`${known} becomes ${master} when ha.conf says ${is}`, async t => {
      const loaded = await loadFiles(nodeOf(t, {}))
      assert.ok(loaded.ok)
      const said = says[is] as HaStatement
      const settings = withWazo(loaded.settings, { said, secondaryFile: null }, known)
      assert.deepEqual([settings.wazo?.master, settings.checks[0]?.host], [master, master ?? nobody])
    })
})
