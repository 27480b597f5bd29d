import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { program } from '../helpers/programs.ts'
import { temporary } from '../helpers/temporary.ts'
import { freeUdpPort, ownAddress } from './bnfos/run-bnfos.ts'
import { type Oddity, openGbl4Speaker, openOddDevice } from './odd-device.ts'
import { follow, type Ran } from './run-berofosd.ts'

const host = ownAddress(61)
const late = { lateMs: 1300 }

/** What is odd, and whether what was told can be read back: only then it is done. */
const oddities: readonly (readonly [what: string, oddity: Oddity, confirmed: boolean])[] = [
  ['nothing odd', {}, true],
  ['6_wen=2', { page: { '6_wen': '2' } }, true],
  ['2_men=on', { page: { '2_men': 'on' } }, true],
  ['5_p0=255', { page: { '5_p0': '255' } }, true],
  ['6_wstate=3', { page: { '6_wstate': '3' } }, true],
  ['1_rm=on', { page: { '1_rm': 'on' } }, true],
  ['1_sz empty', { page: { '1_sz': '' } }, true],
  ['no other key than mode', { body: usual => Buffer.from(modeOnly(usual)) }, true],
  ['another confmap version', { page: { bnfos_confmap_magic: '0.2' } }, true],
  ['bytes that are no UTF-8', { page: { '3_dn': 'büro\ud800' } }, true],
  [
    'Latin-1 on its page',
    { body: usual => Buffer.from(usual.replace('berofos', 'b\xfcro'), 'latin1') },
    true,
  ],
  ['CR as the end of lines', { body: usual => Buffer.from(usual.replaceAll('\n', '\r')) }, true],
  [
    '200 kB of rubbish behind its page',
    { body: usual => Buffer.from(`${usual}\n${'x'.repeat(200_000)}`) },
    true,
  ],
  ['a page that breaks off behind mode', { body: usual => Buffer.from(`${modeOnly(usual)}\n5_p0`) }, true],
  ['LF in the head', { lineEnd: '\n' }, true],
  ['a head without a colon', { head: ['nonsense', ' folded'] }, true],
  ['a Content-Length that is too long', { head: ['Content-Length: 100000'] }, true],
  ['a Content-Length twice', { head: ['Content-Length: 9', 'Content-Length: 10'] }, false],
  ['a change that takes half a second', { takesMs: 500 }, true],
  ['a mode that makes no sense', { page: { '4_mode': 'perhaps' } }, false],
  ['no mode on its page', { page: { '4_mode': null } }, false],
  ['no magic line', { page: { bnfos_confmap_magic: null } }, false],
  ['an empty page', { body: () => Buffer.alloc(0) }, false],
  ['404 to reading', { read: 404 }, false],
  ['401 to reading and none to writing', { read: 401 }, false],
  ['500 to reading', { read: 500 }, false],
  ['a page later than the time-out', { read: late }, false],
  ['no answer to reading', { read: 'never' }, false],
  ['reading that hangs up', { read: 'hangs up' }, false],
  ['an answer to writing that comes too late', { write: late }, true],
  ['no answer to writing', { write: 'never' }, true],
  ['writing that hangs up', { write: 'hangs up' }, true],
  ['a web server that starts anew after each write', { awayMs: 400 }, true],
  ['no answer to anything', { write: 'never', read: 'never' }, false],
]

function modeOnly(usual: string): string {
  return usual
    .split('\n')
    .filter(line => /magic|4_mode/.test(line))
    .join('\n')
}

interface Files {
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
  readonly berofosdConf: string
}

/** Both files, for a device at this port. */
function filesFor(t: TestContext, port: number): Files {
  const directory = temporary(t)
  const [bnfosConf, berofosdConf] = [join(directory, 'bnfos.conf'), join(directory, 'berofosd.conf')]
  writeFileSync(bnfosConf, `[fos1]\nhost = ${host}\n`)
  const sections = [
    `[control]\nsocket = ${directory}/control.sock\n[state]\ndirectory = ${directory}`,
    `[relay.fos1]\nport = ${port}\n[relays]\ntimeout = 1s\nretry = 100ms\n`,
  ]
  writeFileSync(berofosdConf, sections.join('\n'))
  const env = { ...process.env, BNFOS_CONF: bnfosConf, BEROFOSD_CONF: berofosdConf }
  return { directory, env, berofosdConf }
}

async function run(
  t: TestContext,
  name: 'bnfos' | 'xivo-berofos',
  { env, berofosdConf }: Files,
  ...args: string[]
): Promise<Ran> {
  const all = name === 'bnfos' ? args : ['-c', berofosdConf, ...args]
  const child = spawn(process.execPath, [program(name), ...all], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  return follow(child).ended
}

function setting(key: string, port: number): string[] {
  return ['--set', `${key}=0`, '-f', 'fos1', '-p', String(port), '-t', '1']
}

for (const [what, oddity, confirmed] of oddities)
  describe(`A device with ${what}`, { concurrency: 2 }, () => {
    it('is switched by bnfos --set mode=0', async t => {
      const device = await openOddDevice(t, host, oddity)
      const { code, err } = await run(t, 'bnfos', filesFor(t, device.port), ...setting('mode', device.port))
      assert.equal(device.mode(), '0', err)
      assert.equal(device.asked[0], '/?cmd=4&mode=0')
      assert.equal(code, confirmed ? 0 : 1, err)
      if (confirmed) assert.match(err, /^Setting mode succeeded!$/m)
      else assert.match(err, /^Setting mode failed! \S/m)
    })

    it('is switched by xivo-berofos slave, and nothing but its mode is touched', async t => {
      const device = await openOddDevice(t, host, oddity)
      const { code, err } = await run(t, 'xivo-berofos', filesFor(t, device.port), 'slave')
      assert.equal(device.mode(), '0', err)
      assert.equal(code, confirmed ? 0 : 1, err)
      if (!confirmed) assert.match(err, /^xivo-berofos: fos1: \S/m)
      assert.deepEqual(
        device.asked.filter(target => target !== '/config.txt' && target !== '/?cmd=4&mode=0'),
        [],
      )
    })
  })

describe('A device whose answers over GBL4 are odd', () => {
  const mac = Buffer.from('00193200121d', 'hex')
  // hwmagic, bootloader 1.2, firmware 1.53, devmode 2, network, auto, link beat alone, DHCP and ACL, port 80
  const netconf = Buffer.from('00500102013502' + '0a220114ffffff000a220101' + '0301050050', 'hex')
  const rows: readonly (readonly [what: string, args: string, payload: Buffer, out: RegExp])[] = [
    ['a ping without a payload', '--ping', Buffer.alloc(0), /^Ping succeeded!$/m],
    ['a ping with the MAC alone', '--ping', mac, /^Ping succeeded!$/m],
    [
      'a kick with more behind it',
      '--kick',
      Buffer.concat([mac, Buffer.alloc(9, 7)]),
      /^Watchdog successfully kicked!$/m,
    ],
    ['a longer reset', '--reset --yes', Buffer.concat([mac, Buffer.alloc(5)]), /^Reset succeeded!$/m],
    [
      'a longer netconf',
      '--netconf -i 10.0.0.9',
      Buffer.concat([mac, Buffer.alloc(5)]),
      /^Setting network configuration succeeded!$/m,
    ],
    [
      'a longer scan, in some flash mode',
      '--scan',
      Buffer.concat([mac, netconf, Buffer.alloc(8, 3)]),
      /^ device mode: FLASH MODE\n[\s\S]*^ phy state: 0x01 \(LINK_BEAT \| LINK_10MBIT\)\n options: 0x05 \(OPT_DHCP \| OPT_IP_ACL\)$/m,
    ],
  ]
  for (const [what, args, payload, out] of rows)
    it(`is understood: ${what}`, async t => {
      const port = await freeUdpPort()
      await openGbl4Speaker(t, host, port, () => payload)
      const who = args.startsWith('--scan') ? ['-h', host] : ['-m', '00-19-32-00-12-1d', '-h', host]
      const env = { ...process.env, BNFOS_GBL4_PORT: String(port) }
      const words = [program('bnfos'), ...args.split(' '), ...who]
      const ran = await follow(spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] }))
        .ended
      assert.equal(ran.code, 0, ran.err)
      assert.match(ran.out + ran.err, out)
    })
})

describe('A berofosd that runs here', () => {
  for (const [key, words] of [
    ['mode', /^bnfos: warning: berofosd runs here and puts the mode of its relays back: /m],
    ['wdog', /^bnfos: warning: berofosd runs here and sets the watchdog/m],
    ['scenario', /^bnfos: warning: berofosd runs here and drives its relays/m],
    ['power1', null],
  ] as const)
    it(`${words ? 'is told of' : 'is of no interest'} beside --set ${key}, which is done all the same`, async t => {
      const device = await openOddDevice(t, host, {})
      const files = filesFor(t, device.port)
      const daemon = createServer(socket => socket.on('error', () => {}))
      await once(daemon.listen(join(files.directory, 'control.sock')), 'listening')
      t.after(() => daemon.close())
      const { err } = await run(t, 'bnfos', files, ...setting(key, device.port))
      assert.match(err, new RegExp(`^Setting ${key} succeeded!$`, 'm'))
      if (words) assert.match(err, words)
      else assert.doesNotMatch(err, /warning/)
    })

  it('is not told of while it idles, since it drives nothing', async t => {
    const node = await NodeUnderTest.open(t)
    const { configFile, bnfosFile } = node.files
    const named = await readFile(configFile, 'utf8')
    await writeFile(configFile, named.replace(/^host = .*$/m, ''))
    await node.start()
    const files = { BNFOS_CONF: bnfosFile, BEROFOSD_CONF: configFile }
    const port = node.site.relays[0]?.port ?? 0
    for (const key of ['mode', 'wdog', 'scenario']) {
      const words = [program('bnfos'), ...setting(key, port)]
      const ran = await follow(spawn(process.execPath, words, { env: { ...process.env, ...files } })).ended
      assert.deepEqual(ran, {
        code: 0,
        out: '',
        err: `Loading config for: fos1\nSetting ${key} succeeded!\n`,
      })
    }
  })

  for (const [where, kind, mode, kick] of [
    [
      'in front of a PBX',
      'bypass',
      /use berofosd --force server or pbx$/m,
      /^bnfos: warning: berofosd runs here and kicks the watchdogs of its relays itself: a second kicker keeps /m,
    ],
    ['of a pair', 'pair', /use berofosd --force master or slave$/m, null],
  ] as const)
    it(`is told of in the words of the site, and beside a kick only where it kicks: ${where}`, async t => {
      const device = await openOddDevice(t, host, {})
      const files = filesFor(t, device.port)
      writeFileSync(files.berofosdConf, `[site]\nkind = ${kind}\n`, { flag: 'a' })
      const daemon = createServer(socket => socket.on('error', () => {}))
      await once(daemon.listen(join(files.directory, 'control.sock')), 'listening')
      t.after(() => daemon.close())
      assert.match((await run(t, 'bnfos', files, ...setting('mode', device.port))).err, mode)
      const { err } = await run(t, 'bnfos', files, '--kick', '-m', '00:19:32:00:12:1D', '-h', host, '-t', '1')
      if (kick) assert.match(err, kick)
      else assert.doesNotMatch(err, /warning/)
    })

  it('is not told of where nobody listens', async t => {
    const device = await openOddDevice(t, host, {})
    const { err } = await run(t, 'bnfos', filesFor(t, device.port), ...setting('mode', device.port))
    assert.doesNotMatch(err, /warning/)
  })
})

describe('A device that is not switched', () => {
  for (const [what, oddity, words] of [
    [
      'refuses with 401',
      { write: 401 },
      /^Invalid username\/password to change value!\nSetting mode failed! \S+ port \d+ wants a login/m,
    ],
    [
      'refuses with 404',
      { write: 404 },
      /^Setting mode failed! \S+ port \d+ refused the request with HTTP status 404/m,
    ],
    [
      'says yes and does nothing',
      { ignores: true },
      /^Setting mode failed! The device did not take it, mode = 1: /m,
    ],
  ] as const)
    it(`since it ${what} makes bnfos and xivo-berofos end with 1`, async t => {
      const device = await openOddDevice(t, host, oddity)
      const set = await run(t, 'bnfos', filesFor(t, device.port), ...setting('mode', device.port))
      assert.equal(set.code, 1)
      assert.match(set.err, words)
      const switched = await run(t, 'xivo-berofos', filesFor(t, device.port), 'slave')
      assert.equal(switched.code, 1)
      assert.match(switched.err, /^xivo-berofos: fos1: /m)
      assert.equal(device.mode(), '1')
    })
})
