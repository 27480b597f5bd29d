import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../../helpers/node-under-test.ts'
import { until } from '../../helpers/until.ts'
import { openReceiver } from '../../system/datagram-receiver.ts'
import { startXivo, xivo } from './run-xivo.ts'

const open = NodeUnderTest.open

/** As bytes in a string. */
async function editBnfos({ files }: NodeUnderTest, edit: (whole: string) => string): Promise<void> {
  const edited = edit(readFileSync(files.bnfosFile, 'latin1'))
  await writeFile(files.bnfosFile, edited, 'latin1')
}

const settingLines = (mode: string, ...names: string[]) =>
  names.map(name => `setting berofos relay mode to ${mode} for ${name}\n`).join('')
const storedLine = (role: string) => `stored: the next start of berofosd finds the lines at the ${role}\n`

describe('xivo-berofos without a daemon', { concurrency: 2 }, () => {
  it('drives every relay once, and says so on stderr as the tool before it', async t => {
    const node = await open(t)
    const { code, out, err } = await xivo(node, 'slave')
    const moved = settingLines('0 (A--D)', 'fos1', 'fos2', 'fos3')
    assert.deepEqual([code, out, err], [0, '', moved + storedLine('slave')])
    assert.deepEqual(node.modes(), [0, 0, 0])
    const { err: back } = await xivo(node, 'master')
    assert.equal(back, settingLines('1 (A--B)', 'fos1', 'fos2', 'fos3') + storedLine('master'))
    assert.deepEqual(
      [node.modes(), node.changes()],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    )
  })

  it('stores the role, which the next start of the daemon does not undo', async t => {
    const node = await open(t, { failback: { stable_for: '1h' } })
    await node.startSteady()
    await node.kill('SIGKILL')
    assert.equal((await xivo(node, 'slave')).code, 0)
    await node.startSteady('recovering')
    const { role, override } = await node.status()
    assert.deepEqual([role, override, node.modes(), node.changes()], ['slave', null, [0, 0, 0], [1, 1, 1]])
  })

  it('drives all the same where the role can not be stored, and says so', async t => {
    const node = await open(t)
    mkdirSync(join(node.files.stateDirectory, 'state.json'), { recursive: true })
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 0)
    assert.match(err, /^xivo-berofos: warning: not stored: .*; the next start of berofosd may undo this$/m)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  it('reads each relay back: one that says yes and does nothing is named, the others are done', async t => {
    const node = await open(t)
    await node.steer('relay 2 ignore')
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 1)
    assert.match(err, /^xivo-berofos: fos2: took mode=0 but still reads mode=1$/m)
    assert.doesNotMatch(err, /^xivo-berofos: fos[13]/m)
    assert.deepEqual(node.modes(), [0, 1, 0])
  })

  it('waits for a relay that moves seconds after its yes', async t => {
    const node = await open(t)
    await node.steer('relay 2 late 2500ms')
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 0, err)
    assert.match(err, /^… 2 of 3 relays confirmed$/m)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  it('waits for no relay that hangs before it drives the others', async t => {
    const node = await open(t, { relays: { timeout: '20s' } })
    await node.steer('relay 1 hang')
    const running = startXivo(node, ['slave'])
    t.after(() => running.child.kill('SIGKILL'))
    await node.untilModes(1, 0, 0)
    assert.equal(running.child.exitCode, null)
    // Its progress, each second.
    await until('progress', () => running.err().includes('… 2 of 3 relays confirmed'))
  })

  it('gives up on a relay that hangs when its time is up', async t => {
    const node = await open(t)
    await node.steer('relay 1 hang')
    const { code, err } = await xivo(node, '-q', 'slave')
    assert.equal(code, 1)
    assert.match(
      err,
      /^xivo-berofos: fos1: was told mode=0 and can't be read back: 127\.0\.0\.1 port \d+ did not answer within 0\.5 s\n$/,
    )
    assert.deepEqual(node.modes(), [1, 0, 0])
  })

  it('drives every relay although nobody reads what it says, or the disk for it is full', async t => {
    const full = openSync('/dev/full', 'w')
    t.after(() => closeSync(full))
    for (const stderr of ['pipe', full] as const) {
      const node = await open(t)
      const running = startXivo(node, ['-v', 'slave'], { stdio: ['ignore', stderr, stderr] })
      running.child.stdout?.destroy()
      running.child.stderr?.destroy()
      const [code] = await once(running.child, 'exit')
      assert.deepEqual([code, node.modes()], [0, [0, 0, 0]])
    }
  })

  it('drives an inverted relay the other way', async t => {
    const node = await open(t, { 'relay.fos2': { invert: 'yes' } })
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 0)
    assert.match(err, /^setting berofos relay mode to 1 \(A--B\) for fos2$/m)
    assert.deepEqual(node.modes(), [0, 1, 0])
  })

  it('is quiet with -q, but not about errors', async t => {
    const node = await open(t)
    const { code, out, err } = await xivo(node, '-q', 'slave')
    assert.deepEqual([code, out, err], [0, '', ''])
    await node.steer('relay 3 unreachable')
    assert.match((await xivo(node, '--quiet', 'master')).err, /^xivo-berofos: fos3: .* refuses .*\n$/)
  })

  it('tells more with -v', async t => {
    const { err } = await xivo(await open(t), '-v', 'slave')
    assert.match(err, /^switched fos1 to mode=0 \(A--D\) in \d+ ms$/m)
    assert.match(err, /^lines at the slave: 3 of 3 relays read back$/m)
  })

  it('shows no password', async t => {
    const node = await open(t, {}, { device: () => ({ auth: 'basic', values: { apwd: 'Secret;1' } }) })
    const { code, err } = await xivo(node, '-v', 'slave')
    assert.equal(code, 0, err)
    await node.steer('relay 1 unauthorized')
    const refused = await xivo(node, '-v', 'master')
    assert.match(refused.err, /^xivo-berofos: fos1: .* does not accept the login/m)
    assert.ok(!`${err}${refused.err}`.includes('Secret'))
  })
})

describe('What xivo-berofos makes of its files', { concurrency: 2 }, () => {
  it('without bnfos.conf it does nothing, and that is no error', async t => {
    const node = await open(t)
    rmSync(node.files.bnfosFile)
    const { code, err } = await xivo(node, 'slave')
    assert.deepEqual([code, err], [0, 'berofos is not configured -- doing nothing\n'])
    assert.deepEqual(await xivo(node, '-q', 'slave'), { code: 0, out: '', err: '' })
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('a device without a host can not be driven, and is named', async t => {
    const node = await open(t)
    await writeFile(node.files.bnfosFile, '[fos1]\nmac = 00:19:32:00:00:01\n', { flag: 'w' })
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 1)
    assert.match(err, /^xivo-berofos: fos1: bnfos\.conf has no host for it/m)
  })

  it('with an invalid bnfos.conf it drives nothing', async t => {
    const node = await open(t)
    await writeFile(node.files.bnfosFile, '[fos1]\nmac = nonsense\n')
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 78)
    assert.match(err, /^xivo-berofos: \S+bnfos\.conf:2: \[fos1\] mac: malformed/m)
  })

  for (const [what, text, problem] of [
    ['a malformed MAC', 'mac = nonsense', /bnfos\.conf:\d+: \[fos2\] mac: malformed/],
    ['a login without a colon', 'login = admin', /bnfos\.conf:\d+: \[fos2\] login: malformed/],
    ['a line that is none', 'nonsense', /bnfos\.conf:\d+: is neither a \[section\]/],
    ['an unclosed section behind it', '[fos9', /bnfos\.conf:\d+: a malformed section line/],
  ] as const)
    it(`with ${what} in bnfos.conf it drives all that has a host, and fails afterwards`, async t => {
      const node = await open(t)
      await editBnfos(node, whole => whole.replace('mac = 00:19:32:00:00:02', text))
      const { code, err } = await xivo(node, 'slave')
      assert.equal(code, 1)
      assert.match(err, problem)
      assert.match(err, /^setting berofos relay mode to 0 \(A--D\) for fos3$/m)
      const driven = text.startsWith('[') ? [0, 1, 0] : [0, 0, 0]
      assert.deepEqual(node.modes(), driven)
    })

  it('with a malformed host in bnfos.conf it drives the others, and fails afterwards', async t => {
    const node = await open(t)
    await editBnfos(node, whole => whole.replace(/(:02\n)host = .*/, '$1host = not a host'))
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 1)
    assert.match(err, /^xivo-berofos: \S+bnfos\.conf:\d+: \[fos2\] host: malformed/m)
    assert.deepEqual(node.modes(), [0, 1, 0])
  })

  it('drives sections of other names, and understands Latin-1 and MACs with -', async t => {
    const node = await open(t)
    const port = node.site.relays[1]?.port ?? 0
    await node.configure({ 'relay.fos2': null, 'relay.fos:': { port } })
    await editBnfos(
      node,
      whole => `; B\xfcro\n${whole.replace('[fos2]', '[fos:]').replaceAll('00:19:32:', '00-19-32-')}`,
    )
    const { code, err } = await xivo(node, 'slave')
    assert.deepEqual([code, err], [0, settingLines('0 (A--D)', 'fos1', 'fos:', 'fos3') + storedLine('slave')])
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  for (const [what, overrides, line] of [
    [
      'a switch that is none',
      { 'relay.fos2': { invert: 'perhaps' } },
      /\[relay\.fos2\] invert: .* yes or no/,
    ],
    ['a port that is none', { 'relay.fos2': { port: 'http' } }, /\[relay\.fos2\] port: /],
    ['a misspelt key', { 'relay.fos2': { invret: 'yes' } }, /\[relay\.fos2\] invret: unknown key/],
    [
      'a line that is none',
      { 'relay.fos2': { '=x\n': 1 } },
      /berofosd\.conf:\d+: \[relay\.fos2\] a value without/,
    ],
  ] as const)
    it(`with ${what} in the section of a relay it leaves that one out: the wrong way is worse`, async t => {
      const node = await open(t)
      await node.configure(overrides)
      const { code, err } = await xivo(node, 'slave')
      assert.equal(code, 1)
      assert.match(err, line)
      assert.match(err, /^xivo-berofos: fos2 is left out: it may have to go the other way/m)
      assert.deepEqual(node.modes(), [0, 1, 0])
    })

  it('whatever else is wrong in berofosd.conf is no reason to leave the lines', async t => {
    const node = await open(t)
    await node.configure({ failback: { policy: 'whenever' }, lgo: {} })
    assert.equal((await xivo(node, 'slave')).code, 0)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })

  for (const [what, name, sentence] of [
    ['is not there', 'typo.conf', /^xivo-berofos: \S+typo\.conf: does not exist, name the file/],
    ['is none', '', /^xivo-berofos: \S+: is a directory/],
  ] as const)
    it(`with a berofosd.conf named that ${what} it drives nothing: a relay may be inverted`, async t => {
      const node = await open(t)
      const { code, err } = await xivo(node, 'slave', '-c', join(node.directory, name))
      assert.equal(code, 78)
      assert.match(err, sentence)
      assert.deepEqual(node.changes(), [0, 0, 0])
    })

  for (const [what, content] of [
    ['is empty', ''],
    ['has only comments', '# one\n; two\n'],
    ['has a section that is no device', '[other]\ncolour = red\n'],
  ] as const)
    it(`with a bnfos.conf that ${what} it fails: nothing was switched`, async t => {
      const node = await open(t)
      await writeFile(node.files.bnfosFile, content)
      const { code, err } = await xivo(node, 'slave')
      assert.equal(code, 1)
      assert.match(err, /^xivo-berofos: \S+: names no device, nothing was switched: .*\n$/)
    })
})

describe('The command line of xivo-berofos, as a process', { concurrency: 2 }, () => {
  it('ends with 2 and the usage when it is wrong', async t => {
    const node = await open(t)
    const { code, out, err } = await xivo(node, 'both')
    assert.deepEqual([code, out], [2, ''])
    assert.match(
      err,
      /^usage: xivo-berofos .*\{master,slave\}\nxivo-berofos: "both" is neither master nor slave\n$/,
    )
    assert.deepEqual(node.changes(), [0, 0, 0])
  })

  it('knows its version, and its help', async t => {
    const node = await open(t)
    assert.match((await xivo(node, '--version')).out, /^xivo-berofos \d+\.\d+\.\d+\n$/)
    assert.match((await xivo(node, '--help')).out, /^usage: xivo-berofos [\s\S]*--syslog/)
  })

  const taken = process.getuid?.() !== 0 ? 'wants root' : existsSync('/dev/log') && '/dev/log is taken'
  it('--syslog writes to /dev/log as well, facility user, whatever -q says', { skip: taken }, async t => {
    const node = await open(t)
    const without = await xivo(node, '-q', '--syslog', 'master')
    assert.deepEqual(without, {
      code: 0,
      out: '',
      err: 'xivo-berofos: /dev/log is missing: not logged\n',
    })
    const collector = openReceiver('/dev/log')
    t.after(() => {
      collector.close()
      rmSync('/dev/log', { force: true })
    })
    await node.steer('relay 2 ignore')
    const running = startXivo(node, ['-q', '--syslog', 'slave'])
    const { code, out, err } = await running.ended
    assert.deepEqual([code, out], [1, ''])
    assert.equal(err, 'xivo-berofos: fos2: took mode=0 but still reads mode=1\n')
    const isLast = (line: string) => line.includes('fos2: took')
    await until('the last line', () => collector.received.some(isLast))
    const { pid } = running.child
    // RFC 3164 4.1.1: user is 1, info 6, error 3.
    const [first = ''] = collector.received
    const last = collector.received.find(isLast) ?? ''
    const tag = `xivo-berofos\\[${pid}\\]`
    assert.match(first, new RegExp(`^<14>.* ${tag}: setting berofos relay mode to 0 \\(A--D\\) for fos1`))
    assert.match(last, new RegExp(`^<11>.* ${tag}: fos2: took mode=0`))
  })
})

describe('xivo-berofos and a slip in [relay.NAME]', () => {
  for (const [what, sections, told, modes] of [
    ['a misspelt key', { 'relay.fos1': { Invert: 'yes' } }, /\[relay\.fos1\] Invert: unknown key/, [1, 0, 0]],
    [
      'a section in upper case',
      { 'relay.FOS1': { invert: 'yes' } },
      /\[relay\.FOS1\].*not in lower case/,
      [1, 0, 0],
    ],
    [
      'a misspelt name, of a relay whose section is missing,',
      { 'relay.fso1': { invert: 'yes' }, 'relay.fos1': null },
      /\[relay\.fso1\] bnfos\.conf has no such device/,
      [1, 0, 0],
    ],
    [
      'a torn section line, of a relay whose section is missing,',
      { 'x]\nrelay.fos1]\ninvert = yes\n[y': {}, 'relay.fos1': null },
      /relay\.fos1/,
      [1, 0, 0],
    ],
  ] as const)
    it(`with ${what} leaves that relay alone: it could go the wrong way`, async t => {
      const node = await open(t, sections)
      const { code, err } = await xivo(node, 'slave')
      assert.equal(code, 1)
      assert.match(err, told)
      assert.deepEqual(node.modes(), modes)
    })

  it('drives all of them where a section is left over from a device that is gone', async t => {
    const node = await open(t, { 'relay.fos9': { port: 8009 } })
    const { code, err } = await xivo(node, 'slave')
    assert.equal(code, 0)
    assert.match(err, /^xivo-berofos: warning: \S+: \[relay\.fos9\] bnfos\.conf has no such device$/m)
    assert.deepEqual(node.modes(), [0, 0, 0])
  })
})
