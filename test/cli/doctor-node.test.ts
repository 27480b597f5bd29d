import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { examineNode } from '../../src/cli/berofosd/doctor-node.ts'
import type { Settings } from '../../src/core/settings.ts'
import { someDevice, someSettings } from '../helpers/settings.ts'
import { temporary } from '../helpers/temporary.ts'

/** A file system of its own: path from its root → content. */
function rootWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = temporary(t)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

async function itemOf(root: string, item: string, settings: Partial<Settings> = {}, warnings: string[] = []) {
  const files = { bnfosFile: join(root, 'etc/bnfos.conf'), warnings, root }
  const items = await examineNode(someSettings(settings), files)
  return items.filter(each => each.item === item)
}

describe('What berofosd doctor finds on its node: old cron jobs', () => {
  const job = '* * * * * root /usr/sbin/xivo-check-master-status 10.34.1.10\n'
  for (const name of ['xivo-ha-slave', 'wazo-ha-slave'])
    it(`${name} decides besides berofosd`, async t => {
      const root = rootWith(t, { [`etc/cron.d/${name}`]: `# HA\nPATH=/sbin:/bin\n${job}` })
      const [found, ...more] = await itemOf(root, 'old cron job')
      assert.deepEqual([found?.verdict, more], ['bad', []])
      assert.ok(found?.cure?.startsWith(`${join(root, 'etc/cron.d', name)} decides besides berofosd`))
    })

  const harmless: [string, Record<string, string>][] = [
    ['none', {}],
    ['an empty one', { 'etc/cron.d/xivo-ha-slave': '' }],
    ['one that is commented out', { 'etc/cron.d/xivo-ha-slave': `PATH=/bin\nMAILTO = root\n  # ${job}\n` }],
    ['another one', { 'etc/cron.d/xivo-purge-db': job }],
  ]
  for (const [what, files] of harmless)
    it(`${what} does no harm`, async t =>
      assert.deepEqual(await itemOf(rootWith(t, files), 'old cron job'), []))

  it('both are named', async t => {
    const root = rootWith(t, { 'etc/cron.d/xivo-ha-slave': job, 'etc/cron.d/wazo-ha-slave': job })
    assert.equal((await itemOf(root, 'old cron job')).length, 2)
  })
})

const own = Object.values(networkInterfaces())
  .flat()
  .find(each => each && !each.internal && each.family === 'IPv4')?.address
const skip = own === undefined && 'this machine has no network'

describe('What berofosd doctor finds on its node: addresses of its own', { skip }, () => {
  const { master } = someSettings()
  for (const [what, settings, item, needs] of [
    ['the master', { master: { ...master, host: String(own) } }, '[master] host', "the master's own address"],
    ['a witness', { witnesses: [String(own)] }, '[isolation] witness', 'a host besides both nodes'],
  ] as const)
    it(`${what} that is this node is bad, with the cure`, async t => {
      const is = `${own} is an address of this very node`
      const found = await itemOf(rootWith(t, {}), item, settings)
      assert.deepEqual(found, [{ item, is, needs, verdict: 'bad', cure: `${item}: ${is}, name ${needs}` }])
    })
})

describe('What berofosd doctor finds on its node: other programs', () => {
  it('an old xivo-berofos moves the relays beside the daemon', async t => {
    const root = rootWith(t, { 'usr/sbin/xivo-berofos': '#!/bin/sh\n' })
    chmodSync(join(root, 'usr/sbin/xivo-berofos'), 0o755)
    const [found, ...more] = await itemOf(root, 'other program')
    assert.deepEqual([found?.verdict, more], ['bad', []])
    assert.match(found?.cure ?? '', /\/usr\/sbin\/xivo-berofos is another program of this name/)
  })
})

describe('What berofosd doctor finds on its node: the secondary', () => {
  const wazo = 'var/lib/wazo/is-secondary'

  it('a node whose file is there acts', async t => {
    const root = rootWith(t, { [wazo]: '' })
    const [found] = await itemOf(root, 'secondary_file', { secondaryFile: join(root, wazo) })
    assert.deepEqual([found?.is, found?.verdict], ['present', 'good'])
  })

  it('a node whose file is missing is passive', async t => {
    const root = rootWith(t, {})
    const [found] = await itemOf(root, 'secondary_file', { secondaryFile: join(root, wazo) })
    assert.deepEqual([found?.is, found?.verdict], ['missing', 'advice'])
    assert.match(found?.cure ?? '', /this node is passive/)
  })

  for (const [files, said] of [
    [{ [wazo]: '' }, /is-secondary is there: \[node\] secondary_file can name it/],
    [{}, /is-secondary is not there either/],
  ] as const)
    it(`without secondary_file it says whether Wazo's file is there: ${Object.keys(files).length}`, async t => {
      const [found] = await itemOf(rootWith(t, files), 'secondary_file')
      assert.deepEqual([found?.is, found?.verdict], ['not configured', 'good'])
      assert.match(found?.cure ?? '', said)
    })
})

describe('What berofosd doctor finds on its node: bnfos.conf', () => {
  const me = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  const passwd = `root:x:${me}:${me}::/:\n`
  const withLogin = { devices: [{ ...someDevice('fos1'), login: 'admin:Secret;1' }] }
  const others = 4242

  const rows: [string, number, string, Partial<Settings>, RegExp | null][] = [
    ['0640 is right', 0o640, `root:x:${gid}:\n`, withLogin, null],
    ['0600 is right where there is no group berofosd', 0o600, `root:x:${gid}:\n`, withLogin, null],
    ['0640 of the group berofosd is right', 0o640, `berofosd:x:${gid}:\n`, withLogin, null],
    [
      'everybody may read a login',
      0o644,
      `root:x:${gid}:\n`,
      withLogin,
      /^everybody may read the login in it: /,
    ],
    ['everybody may read what holds no login', 0o644, `root:x:${gid}:\n`, {}, null],
    ['others may write', 0o662, `root:x:${gid}:\n`, withLogin, /others may write to it/],
    [
      'the daemon may not read',
      0o600,
      `berofosd:x:${gid}:\n`,
      withLogin,
      /^the group berofosd may not read it: /,
    ],
    [
      'it is of another group',
      0o640,
      `root:x:${gid}:\nberofosd:x:${others}:\n`,
      withLogin,
      /may not read it/,
    ],
  ]
  for (const [title, mode, group, settings, fault] of rows)
    it(title, async t => {
      const root = rootWith(t, { 'etc/bnfos.conf': '', 'etc/passwd': passwd, 'etc/group': group })
      chmodSync(join(root, 'etc/bnfos.conf'), mode)
      const [found] = await itemOf(root, 'bnfos.conf', settings)
      assert.equal(found?.verdict, fault === null && me === 0 ? 'good' : 'advice')
      assert.match(found?.is ?? '', new RegExp(`^root:\\w+ 0${mode.toString(8)}$`))
      if (fault === null) return
      assert.match(found?.cure ?? '', fault)
      assert.match(found?.cure ?? '', /chown root:\w+ \S+bnfos\.conf, chmod 0640 \S+bnfos\.conf$/)
    })

  it('belongs to root', { skip: me !== 0 && 'wants root' }, async t => {
    const root = rootWith(t, { 'etc/bnfos.conf': '' })
    chmodSync(join(root, 'etc/bnfos.conf'), 0o640)
    chownSync(join(root, 'etc/bnfos.conf'), others, 0)
    const [found] = await itemOf(root, 'bnfos.conf')
    assert.deepEqual([found?.is, found?.verdict], ['4242:0 0640', 'advice'])
    assert.match(found?.cure ?? '', /^it is not owned by root: /)
  })

  it('is said to be world-readable once', async t => {
    const root = rootWith(t, { 'etc/bnfos.conf': '' })
    const file = join(root, 'etc/bnfos.conf')
    const warnings = [`${file}: is world-readable and holds a login: chmod`, `${file}:3: [x] y: odd`]
    const found = await itemOf(root, 'configuration', {}, warnings)
    assert.deepEqual(
      found.map(({ cure }) => cure),
      [`${file}:3: [x] y: odd`],
    )
  })

  it('names no device: no berofos is configured', async t => {
    const [found] = await itemOf(rootWith(t, {}), 'berofos', { devices: [] })
    assert.equal(found?.verdict, 'bad')
    assert.match(found?.cure ?? '', /bnfos\.conf names no device$/)
  })
})
