import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import type { SimulatedDeviceOptions } from '../../../src/simulator/simulated-device.ts'
import { programs as builtPrograms } from '../../helpers/programs.ts'
import { until } from '../../helpers/until.ts'
import { type Bnfos, openBnfos, relayOf } from './run-bnfos.ts'

let programs = ''
before(() => {
  programs = builtPrograms()
})

/** A berofos with a section; `-p` is its port, since a file has none. */
async function opened(t: Parameters<typeof openBnfos>[0], device: SimulatedDeviceOptions = {}, login = '') {
  const bnfos = await openBnfos(t, programs, { device: () => device })
  const { host, port } = relayOf(bnfos)
  writeFileSync(
    bnfos.file,
    `[fos1]\nmac = 00:19:32:00:00:01\nhost = ${host}\n${login && `login = ${login}\n`}`,
  )
  return { ...relayOf(bnfos), bnfos, port: String(port) }
}

const loading = 'Loading config for: fos1\n'

function targetsOf(bnfos: Bnfos): string[] {
  return relayOf(bnfos).device.requests.map(({ target }) => target)
}

describe('bnfos --set', () => {
  it('writes without a reading before, reads back and says so on stderr', async t => {
    const { bnfos, port, device } = await opened(t)
    const ran = await bnfos.run('--set', 'mode=0', '-f', 'fos1', '-p', port)
    assert.deepEqual(ran, { code: 0, out: '', err: `${loading}Setting mode succeeded!\n` })
    assert.equal(device.values.get('mode'), '0')
    assert.deepEqual(targetsOf(bnfos), ['/?cmd=4&mode=0', '/config.txt'])
  })

  const lines: readonly (readonly [set: string, target: string])[] = [
    ['mode=YES', '/?cmd=4&mode=1'],
    ['power2=0', '/?cmd=5&p=1&s=0'],
    ['wdog=n', '/?cmd=6&wen=0'],
    ['wdogstate=0', '/?cmd=6&wstate=0'],
    ['smtptest', '/?cmd=7'],
  ]
  for (const [set, target] of lines)
    it(`sends ${target} for ${set}`, async t => {
      const { bnfos, port, host } = await opened(t)
      assert.equal((await bnfos.run(`--set=${set}`, '-h', host, '-p', port)).code, 0)
      assert.equal(targetsOf(bnfos)[0], target)
    })

  it('sends the whole group, percent-encoded', async t => {
    const { bnfos, port, device } = await opened(t)
    const ran = await bnfos.run('--set', 'smtpfrom=bero fos', '-f', 'fos1', '-p', port)
    assert.equal(ran.code, 0)
    assert.equal(targetsOf(bnfos)[1], '/?cmd=2&mhost=&mfrom=bero%20fos&mto=&wen=0&wintv=60&as=0&men=0')
    assert.equal(device.values.get('smtpfrom'), 'bero fos')
  })

  it('changes one thing alone on a firmware that clears what a request leaves out', async t => {
    const values = { dhcp: '1', syslog: '1', pwd: '0' }
    const { bnfos, port, device } = await opened(t, { firmware: '1.33', auth: 'digest', values })
    const before = new Map(device.values)
    const ran = await bnfos.run('--set', 'pwd=1', '-f', 'fos1', '-p', port)
    assert.equal(ran.code, 0, ran.err)
    assert.match(ran.err, /^Setting pwd succeeded!$/m)
    assert.deepEqual(device.values, before.set('pwd', '1'))
  })

  it('says what else has changed', async t => {
    const { bnfos, port, device, http } = await opened(t)
    await http.steer({ kind: 'fault', name: 'slow', ms: 100 })
    const running = bnfos.start(['--set', 'scenario=1', '-f', 'fos1', '-p', port])
    await until('the write', () => targetsOf(bnfos).length >= 2)
    device.values.set('dns', '10.0.0.1')
    const { code, err } = await running.ended
    assert.equal(code, 0)
    assert.match(err, /^bnfos: dns changed as well: 0\.0\.0\.0 -> 10\.0\.0\.1$/m)
  })

  it('fails when the device did not take it', async t => {
    const { bnfos, port, http } = await opened(t)
    await http.steer({ kind: 'fault', name: 'ignore', ms: 0 })
    const ran = await bnfos.run('--set', 'mode=0', '-f', 'fos1', '-p', port)
    assert.equal(ran.code, 1)
    assert.match(ran.err, /^Setting mode failed! The device did not take it, mode = 1: /m)
  })

  for (const ms of [300, 2500])
    it(`waits for a device that does it ${ms} ms later`, async t => {
      const { bnfos, port, http, device } = await opened(t)
      await http.steer({ kind: 'fault', name: 'late', ms })
      const ran = await bnfos.run('--set', 'mode=0', '-f', 'fos1', '-p', port)
      assert.equal(ran.err, `${loading}Setting mode succeeded!\n`)
      assert.deepEqual([ran.code, device.values.get('mode')], [0, '0'])
    })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`reads back what ${signal} came too late for`, async t => {
      const { bnfos, port, http, device } = await opened(t)
      await http.steer({ kind: 'fault', name: 'slow', ms: 400 })
      const running = bnfos.start(['--set', 'mode=0', '-f', 'fos1', '-p', port])
      await until('the write', () => targetsOf(bnfos).length > 0)
      running.child.kill(signal)
      const { code, err } = await running.ended
      assert.deepEqual([code, err], [0, `${loading}Setting mode succeeded!\n`])
      assert.equal(device.values.get('mode'), '0')
    })

  it('says of a write that a signal came too late for that nobody knows what became of it', async t => {
    const { bnfos, port, http } = await opened(t)
    await http.steer({ kind: 'fault', name: 'hang', ms: 0 })
    const running = bnfos.start(['--set', 'mode=0', '-f', 'fos1', '-p', port, '-t', '20'])
    await until('the write', () => targetsOf(bnfos).length > 0)
    running.child.kill('SIGINT')
    const { code, err } = await running.ended
    assert.equal(code, 1)
    assert.equal(
      err,
      `${loading}Setting mode failed! It was sent before it was cancelled, and could not be read back: whether the device takes it is unknown: 'bnfos --get mode' tells\n`,
    )
  })

  it('fails when the device passes over a new password, and says nothing of the file', async t => {
    const { bnfos, port, http } = await opened(
      t,
      { auth: 'basic', values: { pwd: '1', apwd: 'Sesame6' } },
      'admin:Sesame6',
    )
    await http.steer({ kind: 'fault', name: 'ignore', ms: 0 })
    const { code, err } = await bnfos.run('--set', 'apwd=Sesame7', '-f', 'fos1', '-p', port)
    const cure = 'try again, or switch the device off and on'
    assert.equal(err, `${loading}Setting apwd failed! The device did not take it: ${cure}\n`)
    assert.equal(code, 1)
  })

  const refused: readonly (readonly [set: string, err: string])[] = [
    ['mode=2', 'Setting mode failed: Value has to be 0 or 1!\n'],
    ['mode=', 'Setting mode failed: Value has to be 0 or 1!\n'],
    ['mode', 'Setting mode failed: Give it a value: --set mode=VALUE\n'],
    ['address=10.0.0.256', 'Setting address failed: Value has to be an IPv4 address!\n'],
    ['wdogitime=0', 'Setting wdogitime failed: Value has to be a number from 1 to 65535!\n'],
    ['apwd=0123456789abcdef', 'Setting apwd failed: Value has to be at most 15 characters!\n'],
    ['wdogrtime=1', 'Setting wdogrtime failed: wdogrtime can only be read\n'],
    ['moed=1', 'bnfos: a berofos has no parameter "moed", did you mean mode?\n'],
  ]
  for (const [set, err] of refused)
    it(`refuses ${set} before it asks anybody`, async t => {
      const { bnfos, port } = await opened(t)
      const ran = await bnfos.run('--set', set, '-f', 'fos1', '-p', port)
      assert.deepEqual(ran, { code: 1, out: '', err })
      assert.deepEqual(targetsOf(bnfos), [])
    })

  it('reminds of the file when it has changed the password', async t => {
    const { bnfos, port, device } = await opened(t)
    const ran = await bnfos.run('--set', 'apwd=Sesame7', '-f', 'fos1', '-p', port)
    assert.equal(ran.code, 0)
    assert.equal(device.values.get('apwd'), 'Sesame7')
    const hint = `bnfos: now write the new password into ${bnfos.file}, [fos1]: login = admin:<password>\n`
    assert.equal(ran.err, `${loading}Setting apwd succeeded!\n${hint}`)
  })

  it('takes the password away with an empty value, and says what is to be written then', async t => {
    const { bnfos, port, device } = await opened(t)
    const ran = await bnfos.run('--set', 'apwd=', '-f', 'fos1', '-p', port)
    assert.equal(ran.code, 0, ran.err)
    assert.equal(device.values.get('apwd'), '')
    assert.match(ran.err, /^bnfos: its password is empty now: .*, \[fos1\]: login = admin:$/m)
  })

  it('takes a host name with _, and -- at the end of the options', async t => {
    const { bnfos, port, device } = await opened(t)
    const ran = await bnfos.run('--set', 'hostname=bero_fos', '-f', 'fos1', '-p', port, '--')
    assert.equal(ran.code, 0, ran.err)
    assert.equal(device.values.get('hostname'), 'bero_fos')
  })

  it('fails where the login is wrong', async t => {
    const { bnfos, port } = await opened(t, { auth: 'basic' }, 'admin:wrong')
    const ran = await bnfos.run('--set', 'mode=0', '-f', 'fos1', '-p', port)
    assert.equal(ran.code, 1)
    assert.match(
      ran.err,
      /^Invalid username\/password to change value!\nSetting mode failed! \S+ port \d+ does not accept the login: .*$/m,
    )
  })
})

describe('bnfos --get and --show', () => {
  it('--get says the value on stderr', async t => {
    const { bnfos, port } = await opened(t)
    const ran = await bnfos.run('--get', 'MODE', '-f', 'FOS1', '-p', port)
    assert.deepEqual(ran, { code: 0, out: '', err: 'Loading config for: FOS1\nmode = 1\n' })
  })

  it('--show lists every keyword that the device shows on stdout', async t => {
    const { bnfos, port, host } = await opened(t)
    const ran = await bnfos.run('--show', '-h', host, '-p', port)
    assert.deepEqual([ran.code, ran.err], [0, ''])
    const lines = ran.out.split('\n')
    assert.deepEqual(lines.slice(0, 3), [' scenario  = 0', ' mode      = 1', ' modedef   = 1'])
    assert.deepEqual(lines.slice(-2), [' wdogrtime = 0', ''])
    assert.equal(lines.length - 1, 27)
  })

  it('are JSON on stdout with --json, numbers as numbers', async t => {
    const { bnfos, port, host } = await opened(t)
    const at = ['-h', host, '-p', port, '--json']
    assert.equal((await bnfos.run('--get', 'mode', ...at)).out, '{"mode":1}\n')
    const { out } = await bnfos.run('--show', ...at)
    const { scenario, address, hostname } = JSON.parse(out)
    assert.deepEqual({ scenario, address, hostname }, { scenario: 0, address: host, hostname: 'berofos' })
  })

  it('--get refuses what no berofos shows, before it asks', async t => {
    const { bnfos, port, host } = await opened(t)
    const ran = await bnfos.run('--get', 'apwd', '-h', host, '-p', port)
    assert.deepEqual(
      [ran.code, ran.err],
      [1, 'bnfos: apwd is never shown by a berofos: it can only be set\n'],
    )
    assert.deepEqual(targetsOf(bnfos), [])
  })

  for (const [what, section] of [
    ['another section', '[fos2]\nmac = 00-19\nhost = 10.0.0.2\n'],
    ['a line of another section that is none', '[fos2]\nhost = 10.0.0.2\nmac 00:19:32:00:00:02\n'],
  ] as const)
    it(`work with a sound section beside a fault in ${what}, and name the fault`, async t => {
      const { bnfos, port, device } = await opened(t)
      appendFileSync(bnfos.file, section)
      const shown = await bnfos.run('--get', 'mode', '-f', 'fos1', '-p', port)
      assert.equal(shown.code, 0, shown.err)
      assert.match(shown.err, /bnfos\.conf:\d+: /)
      const set = await bnfos.run('--set', 'mode=0', '-f', 'fos1', '-p', port)
      assert.equal(set.code, 0, set.err)
      assert.match(set.err, /bnfos\.conf:\d+: /)
      assert.equal(device.values.get('mode'), '0')
    })

  it('say that a login is wrong in the old words', async t => {
    const { bnfos, port } = await opened(t, { auth: 'digest' }, 'admin:wrong')
    for (const mode of [['--get', 'mode'], ['--show']]) {
      const { code, err } = await bnfos.run(...mode, '-f', 'fos1', '-p', port)
      assert.equal(code, 1)
      assert.match(err, /^Invalid username\/password to get configuration!$/m)
    }
  })

  it('say in the old words that nothing could be read, and then why', async t => {
    const { bnfos, port, host, http } = await opened(t)
    await http.steer({ kind: 'fault', name: 'reset', ms: 0 })
    for (const mode of [['--get', 'mode'], ['--show']]) {
      const { code, err } = await bnfos.run(...mode, '-h', host, '-p', port)
      assert.equal(code, 1)
      assert.match(err, /^Retrieving configuration and status failed!\nbnfos: \S+ port \d+ .*\n$/)
    }
  })

  it('say where a login is put right: in the section, or in -u', async t => {
    const { bnfos, port, host } = await opened(t, { auth: 'digest' }, 'admin:wrong')
    for (const [by, cure] of [
      [['-f', 'fos1'], 'does not accept the login: correct "login" in its section of bnfos.conf'],
      [['-f', 'fos1', '-u', 'admin:bad'], 'does not accept the login: correct -u <user>:<password>'],
      [['-h', host, '-u', 'admin:bad'], 'does not accept the login: correct -u <user>:<password>'],
      [['-h', host], 'wants a login: give it with -u <user>:<password>'],
    ] as const)
      for (const mode of [
        ['--get', 'mode'],
        ['--set', 'mode=0'],
      ]) {
        const { err } = await bnfos.run(...mode, ...by, '-p', port)
        assert.ok(err.endsWith(`${cure}\n`), err)
      }
  })

  it('take the login from the file, from -u, or its password from a file of its own', async t => {
    const { bnfos, port, host } = await opened(t, { auth: 'digest' }, 'admin:berofos')
    const secret = join(bnfos.directory, 'secret')
    writeFileSync(secret, 'berofos\nand more\n')
    for (const by of [
      ['-f', 'fos1'],
      ['-h', host, '-u', 'admin:berofos'],
      ['-h', host, '-u', `admin:@${secret}`],
    ])
      assert.equal((await bnfos.run('--get', 'mode', ...by, '-p', port)).code, 0, by.join(' '))
    const ran = await bnfos.run('--get', 'mode', '-h', host, '-u', 'admin:@/nowhere', '-p', port)
    assert.deepEqual(
      [ran.code, ran.err],
      [1, 'bnfos: -u: the password is not in /nowhere: there is no such file\n'],
    )
  })

  it('resolve a name', async t => {
    const bnfos = await openBnfos(t, programs, { address: '127.0.0.1' })
    const ran = await bnfos.run('--get', 'mode', '-h', 'localhost', '-p', String(relayOf(bnfos).port))
    assert.deepEqual(ran, { code: 0, out: '', err: 'mode = 1\n' })
  })

  it('give up after -t', async t => {
    const { bnfos, port, http, host } = await opened(t)
    await http.steer({ kind: 'fault', name: 'hang', ms: 0 })
    const from = performance.now()
    const ran = await bnfos.run('--get', 'mode', '-h', host, '-p', port, '-t', '0.3')
    assert.equal(ran.code, 1)
    assert.match(ran.err, /did not answer within 0\.3 s/)
    assert.ok(performance.now() - from < 2500)
  })
})

describe('The section that -f names', () => {
  it('is said to be missing in the old words', async t => {
    const { bnfos } = await opened(t)
    const ran = await bnfos.run('--set', 'mode=1', '-f', 'fos9')
    assert.equal(ran.code, 1)
    assert.match(
      ran.err,
      /^Loading config for: fos9\nNo configuration for device fos9 found!\nbnfos: .* has fos1: /,
    )
  })

  it('needs a host', async t => {
    const { bnfos } = await opened(t)
    writeFileSync(bnfos.file, '[fos1]\nmac = 00:19:32:00:00:01\n')
    const ran = await bnfos.run('--set', 'mode=1', '-f', 'fos1')
    assert.equal(ran.code, 1)
    assert.match(
      ran.err,
      /bnfos: fos1 has no host in .*: add "host = ADDRESS", bnfos --scan shows its address\n$/,
    )
  })

  it('is refused with file and line where it is malformed', async t => {
    const { bnfos } = await opened(t)
    writeFileSync(bnfos.file, '[fos1]\nmac = 00:19\n')
    const ran = await bnfos.run('--ping', '-f', 'fos1')
    assert.equal(ran.code, 1)
    assert.match(ran.err, /bnfos\.conf:2: \[fos1\] mac: malformed, expected six bytes/)
  })

  it('is asked for in a file that can not be read, in one sentence', async t => {
    const { bnfos } = await opened(t)
    const ran = await bnfos.start(['--ping', '-f', 'fos1'], { env: { BNFOS_CONF: bnfos.directory } }).ended
    assert.equal(ran.code, 1)
    assert.match(ran.err, /^Loading config for: fos1\nbnfos: \S+: is a directory, expected a text file\n$/)
  })
})

describe('A password', () => {
  it('is not seen in ps', async t => {
    const { bnfos, port, host, http } = await opened(t)
    await http.steer({ kind: 'fault', name: 'hang', ms: 0 })
    for (const args of [
      ['--set', 'apwd=Sesame7'],
      ['--set', 'mode=1', '-u', 'admin:Sesame7'],
      ['--set', 'mode=1', '-uadmin:Sesame7'],
    ]) {
      const already = targetsOf(bnfos).length
      const { child, ended } = bnfos.start([...args, '-h', host, '-p', port])
      await until('the request', () => targetsOf(bnfos).length > already)
      const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
      child.kill('SIGTERM')
      const { out, err } = await ended
      assert.ok(!`${shown}${out}${err}`.includes('Sesame7'), `${shown} ${err}`)
    }
  })
})
