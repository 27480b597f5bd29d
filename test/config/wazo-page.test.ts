import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readHaConf } from '../../src/config/ha-conf.ts'
import { loadSettings } from '../../src/config/load.ts'
import { wazoPlaces } from '../../src/config/wazo-node.ts'
import type { Settings } from '../../src/core/settings.ts'
import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'

const page = readFileSync('docs/wazo.md', 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}))
/** The block that begins with the name of its file. */
const fileOf = (name: string) =>
  blocks.find(({ text }) => text.startsWith(`# ${name}\n`) || text.startsWith(`// ${name}\n`))?.text ?? ''

const directory = mkdtempSync(join(tmpdir(), 'wazo-page-'))
after(() => rmSync(directory, { recursive: true }))

async function pageSettings(): Promise<Settings> {
  const at = (name: string) => join(directory, name)
  writeFileSync(at('berofosd.conf'), fileOf('/etc/berofosd.conf'))
  writeFileSync(at('ha.conf'), blocks.find(({ kind }) => kind === 'json')?.text ?? '')
  const loaded = await loadSettings({
    configFile: at('berofosd.conf'),
    bnfosFile: at('absent'),
    haFile: at('ha.conf'),
    wazoDirectory: at('wazo'),
  })
  assert.ok(loaded.ok, JSON.stringify(loaded))
  assert.deepEqual(loaded.warnings, [])
  return loaded.settings
}

describe('docs/wazo.md', () => {
  test('shows an ha.conf and a berofosd.conf that work together', async () => {
    const { master, checks } = await pageSettings()
    assert.equal(master.host, '10.34.1.10')
    assert.deepEqual(
      checks.map(({ name, host }) => [name, host]),
      [
        ['ping', '10.34.1.10'],
        ['sip', '10.34.1.10'],
      ],
    )
    assert.equal(readHaConf('', blocks.find(({ kind }) => kind === 'json')?.text ?? '').is, 'slave')
  })

  test('asks for one OPTIONS in 2 s at most, and tells the times of its checks', async () => {
    const [ping, sip] = (await pageSettings()).checks
    assert.ok(ping && sip && sip.type === 'sip')
    assert.ok(sip.intervalMs >= 2000)
    const seconds = [ping, sip].map(check => worstCaseDetectionMs(check) / 1000)
    assert.deepEqual(
      page.match(/at most ([\d.]+) s, the SIP check a dead Asterisk in at most (\d+) s/)?.slice(1),
      [...seconds.map(String)],
    )
  })

  test('shows each unit that a hook starts, and lets polkit start these', async () => {
    const { hooks } = await pageSettings()
    const started = [hooks.before_slave, hooks.after_slave, hooks.before_master].map(
      line => /^systemctl --no-ask-password start (\S+)$/.exec(line ?? '')?.[1] ?? '',
    )
    for (const unit of started)
      assert.match(
        fileOf(`/etc/systemd/system/${unit}`),
        /^\[Service\]\nType=oneshot\nExecStart=\/usr\/s?bin\//m,
      )
    const listed = /units = \[(.*?)\]/.exec(fileOf('/etc/polkit-1/rules.d/50-berofosd.rules'))?.[1]
    assert.equal(listed, started.map(unit => `'${unit}'`).join(', '))
  })

  test('shows a unit that at boot starts what the hooks of the slave start, in their order', async () => {
    const { hooks } = await pageSettings()
    const unit = fileOf('/etc/systemd/system/ha-slave-boot.service')
    assert.deepEqual(
      [...unit.matchAll(/^ExecStart=-?\/usr\/bin\/systemctl start (\S+)$/gm)].map(([, name]) => name),
      [hooks.before_slave, hooks.after_slave].map(line => line?.split(' ').at(-1)),
    )
  })

  for (const [role, status] of [
    ['slave', 0],
    ['master', 1],
  ] as const)
    test(`has a condition for it that ends with ${status} when the role is ${role}`, () => {
      const reply = JSON.stringify({ version: '0', role, phase: 'steady' })
      // `status` ends with 1 when the slave has the lines.
      writeFileSync(join(directory, 'berofosd'), `#!/bin/sh\necho '${reply}'\nexit 1\n`, { mode: 0o755 })
      const unit = fileOf('/etc/systemd/system/ha-slave-boot.service')
      const script = /^ExecCondition=\/bin\/sh -c "(.*)"$/m.exec(unit)?.[1]?.replaceAll('\\"', '"') ?? ''
      const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` }
      assert.equal(spawnSync('sh', ['-c', script], { env }).status, status)
    })

  test('has the rule of polkit that docs/migration.md has', () => {
    const rule = fileOf('/etc/polkit-1/rules.d/50-berofosd.rules')
    assert.ok(rule.length > 0)
    assert.ok(readFileSync('docs/migration.md', 'utf8').includes(rule))
  })

  test('names the files that the daemon looks at', () => {
    const { haFile, directory, secondaryFile } = wazoPlaces({})
    for (const path of [haFile, directory, secondaryFile]) assert.ok(page.includes(path), path)
  })
})
