import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { syslogVoice } from '../../../src/cli/bnfos/voice.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { needs } from '../../helpers/needs.ts'
import { programs as builtPrograms, pathOfPrograms } from '../../helpers/programs.ts'
import { until } from '../../helpers/until.ts'
import { openReceiver } from '../../system/datagram-receiver.ts'
import { follow } from '../run-berofosd.ts'
import { type Bnfos, openBnfos, relayOf } from './run-bnfos.ts'

let programs = ''
before(() => {
  programs = builtPrograms()
})

function pinging(bnfos: Bnfos): string[] {
  const { device, host } = relayOf(bnfos)
  return ['--ping', '-m', device.mac, '-h', host, '-c', '-w', '0.1']
}

function times(text: string, line: string): number {
  return text.split('\n').filter(each => each === line).length
}

describe('bnfos -c', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`goes on until ${signal}, and then ends with what the last round came to`, async t => {
      const bnfos = await openBnfos(t, programs)
      const running = bnfos.start(pinging(bnfos))
      await until('three pings', () => times(running.err(), 'Ping succeeded!') >= 3)
      running.child.kill(signal)
      const { code, err } = await running.ended
      assert.equal(code, 0)
      assert.match(err, /^(Ping succeeded!\n)+$/)
      assert.equal(running.child.signalCode, null)
    })

  it('says once why nobody answers, and again that it was so', async t => {
    const bnfos = await openBnfos(t, programs)
    const { host } = relayOf(bnfos)
    const running = bnfos.start([
      '--ping',
      '-m',
      '00:19:32:99:99:99',
      '-h',
      host,
      '-c',
      '-w',
      '0.1',
      '-t',
      '0.1',
    ])
    await until('three failures', () => times(running.err(), 'Ping failed!') >= 3)
    running.child.kill('SIGINT')
    const { code, err } = await running.ended
    assert.equal(code, 1)
    assert.equal(err.match(/did not answer within/g)?.length, 1)
  })

  for (const stream of ['stdout', 'stderr'] as const)
    it(`ends when nobody reads ${stream} any more`, async t => {
      const bnfos = await openBnfos(t, programs)
      const { host, port } = relayOf(bnfos)
      const json = stream === 'stdout' ? ['--json'] : []
      const line = ['--get', 'mode', '-h', host, '-p', String(port), '-c', '-w', '0.1', ...json]
      const { child } = bnfos.start(line)
      const ended = once(child, 'exit')
      await once(child[stream] ?? assert.fail(), 'data')
      child[stream]?.destroy()
      assert.deepEqual((await ended)[1], null)
    })
})

describe('bnfos that acts once', () => {
  it('does so where nothing takes its words: a full disk, a reader that has gone', async t => {
    const bnfos = await openBnfos(t, programs)
    const { host, port } = relayOf(bnfos)
    writeFileSync(bnfos.file, `[fos1]\nhost = ${host}\n`, { mode: 0o640 })
    const command = `'${join(programs, 'bnfos')}' --set mode=0 -f fos1 -p ${port}`
    for (const lost of ['2>/dev/full', '2>&1 | true']) {
      await bnfos.site.steer('relay 1 hand 1')
      const env = { ...process.env, PATH: pathOfPrograms, BNFOS_CONF: bnfos.file }
      const [code] = await once(spawn('sh', ['-c', `${command} ${lost}`], { env, stdio: 'ignore' }), 'close')
      assert.deepEqual([code, relayOf(bnfos).device.values.get('mode')], [0, '0'], lost)
    }
  })
})

/** Runs its words from the third on with a /dev of their own, made in the directory $1, in which the log is the socket $2. */
const withLogAt = `
  mount -t tmpfs none "$1" && ln -s "$2" "$1/log"
  for name in null zero random urandom; do touch "$1/$name" && mount --bind "/dev/$name" "$1/$name"; done
  mount --rbind "$1" /dev && umount -l "$1" && shift 2 && exec "$@"`
const noOtherDev = needs('unshare') || (process.getuid?.() === 0 ? false : 'needs root')

describe('bnfos -b', () => {
  it('ends with 0 once another process kicks in its place', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device, host } = relayOf(bnfos)
    writeFileSync(bnfos.file, `[fos1]\nmac = ${device.mac}\nhost = ${host}\n`)
    // A device that nobody kicked counts from when it is first looked at.
    device.watchdogKickedAt = 0
    const ran = await bnfos.run('--kick', '-f', 'fos1', '-cb', '-w', '0.1')
    t.after(() => {
      for (const pid of processesOf(bnfos)) process.kill(pid, 'SIGKILL')
    })
    // As with -s: what is said goes to syslog. A cron job that starts it is to send no mail.
    assert.deepEqual([ran.code, ran.err], [0, ''])
    await until('a kick', () => device.watchdogKickedAt !== 0)
    const [pid, ...others] = processesOf(bnfos)
    assert.ok(pid !== undefined && others.length === 0, `${pid} ${others}`)
    for (const [program, ...words] of [
      ['pidof', 'bnfos'],
      ['pgrep', '-x', 'bnfos'],
    ] as const) {
      const { stdout } = spawnSync(program, words, { encoding: 'utf8' })
      assert.ok(stdout.trim().split(/\s+/).includes(String(pid)), `${program}: ${stdout}`)
    }
    process.kill(pid, 'SIGTERM')
    await until('its end', () => !isAlive(pid))
  })

  it('says in syslog which process goes on, and that process what it did', { skip: noOtherDev }, async t => {
    const bnfos = await openBnfos(t, programs)
    const { device, host } = relayOf(bnfos)
    writeFileSync(bnfos.file, `[fos1]\nmac = ${device.mac}\nhost = ${host}\n`)
    const receiver = openReceiver()
    t.after(() => receiver.close())
    const env = { ...process.env, PATH: pathOfPrograms, BNFOS_CONF: bnfos.file }
    const line = [join(programs, 'bnfos'), '--kick', '-f', 'fos1', '-b']
    const words = ['--mount', 'sh', '-c', withLogAt, 'sh', bnfos.directory, receiver.path, ...line]
    const ran = await follow(
      spawn('unshare', words, { env: { ...env, BNFOS_GBL4_PORT: String(bnfos.gbl4Port) } }),
    ).ended
    assert.deepEqual([ran.code, ran.err], [0, ''])
    await until('the kick is told', () => receiver.received.some(text => text.includes('kicked')))
    const [, pid] = /Going on in the background as process (\d+)/.exec(receiver.received.join('\n')) ?? []
    const told = receiver.received.filter(text => text.includes(` bnfos[${pid}]: `))
    assert.match(told.at(-1) ?? '', /: Watchdog successfully kicked!/)
  })

  it('fails at once, in the foreground, on what is wrong', async t => {
    const bnfos = await openBnfos(t, programs)
    const ran = await bnfos.run('--kick', '-f', 'fos1', '-b')
    assert.equal(ran.code, 1)
    assert.match(ran.err, /^No configuration for device fos1 found!$/m)
  })
})

describe('bnfos -s', () => {
  it('sends its messages to syslog as bnfos, facility user', async t => {
    const receiver = openReceiver()
    t.after(() => receiver.close())
    const voice = await syslogVoice(systemClock, receiver.path)
    voice.say('Ping succeeded!')
    voice.fail('Ping failed!')
    await voice.close()
    await until('both lines', () => receiver.received.length === 2)
    // RFC 3164 4.1.1: 1 is user; 6 informational, 3 error.
    assert.match(receiver.received[0] ?? '', new RegExp(`^<14>.* bnfos\\[${process.pid}\\]: Ping succeeded!`))
    assert.match(receiver.received[1] ?? '', /^<11>.*: Ping failed!/)
  })

  it('says nothing on stderr', async t => {
    const bnfos = await openBnfos(t, programs)
    const { host, device } = relayOf(bnfos)
    const ran = await bnfos.run('--ping', '-m', device.mac, '-h', host, '-s')
    assert.deepEqual([ran.code, ran.err], [0, ''])
  })
})

describe('On a terminal', { skip: needs('script') }, () => {
  /** Under script(1), which has a terminal; what it shows is on stdout. */
  function atTerminal(bnfos: Bnfos, args: readonly string[], typed = '') {
    const line = [join(programs, 'bnfos'), ...args].join(' ')
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      stdio: 'pipe',
      env: {
        ...process.env,
        PATH: pathOfPrograms,
        TERM: 'xterm',
        BNFOS_CONF: bnfos.file,
        BNFOS_GBL4_PORT: String(bnfos.gbl4Port),
      },
    })
    const running = follow(child)
    if (typed === '') return running
    return { ...running, answer: () => child.stdin?.write(typed) }
  }

  it('--flash shows a bar with rate and remaining time', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device, host } = relayOf(bnfos)
    device.flashMode = true
    const file = join(bnfos.directory, 'firmware.bin')
    writeFileSync(file, Buffer.alloc(512 * 40, 'x\0'))
    const { code, out } = await atTerminal(bnfos, ['--flash', file, '-m', device.mac, '-h', host, '--yes'])
      .ended
    assert.equal(code, 0, out)
    assert.match(out, /\r\[#{15} {15}\] 50 %, [\d.]+ kB\/s, \d+ s left/)
    assert.match(out, /\r\[#{30}\] 100 %, .*\r?\nFlashing succeeded!/)
  })

  for (const [typed, written] of [
    ['yes', true],
    ['no', false],
  ] as const)
    it(`--scan -x asks before a known MAC gets another address, and "${typed}" is taken for that`, async t => {
      const bnfos = await openBnfos(t, programs)
      const { device, host } = relayOf(bnfos)
      const before = `[fos1]\nmac = ${device.mac}\nhost = 10.0.0.9\nlogin = admin:x\n`
      writeFileSync(bnfos.file, before)
      const running = atTerminal(bnfos, ['--scan', '-x', '-h', host], `${typed}\n`)
      await until('the question', () => running.out().includes('Type yes to go on: '))
      assert.match(running.out(), /^fos1, .*, is at 10\.0\.0\.9 in the file, and answers at \S+\.\r$/m)
      if ('answer' in running) running.answer()
      assert.equal((await running.ended).code, 0)
      assert.equal(readFileSync(bnfos.file, 'utf8'), written ? before.replace('10.0.0.9', host) : before)
    })

  for (const [typed, flashed] of [
    ['yes', true],
    ['no', false],
  ] as const)
    it(`--flash asks first, naming both versions, and "${typed}" is taken for that`, async t => {
      const bnfos = await openBnfos(t, programs)
      const { device, host } = relayOf(bnfos)
      device.flashMode = true
      const file = join(bnfos.directory, 'bnfos_v167.bin')
      writeFileSync(file, Buffer.alloc(512 * 33, 'x\0'))
      const running = atTerminal(bnfos, ['--flash', file, '-m', device.mac, '-h', host], `${typed}\n`)
      await until('the question', () => running.out().includes('Type yes to go on: '))
      // Behind an escape sequence of the terminal, which the line is searched for.
      const lines = running.out().split('\r\n')
      assert.deepEqual(lines.slice(0, 2), [
        `${device.mac} at ${host} has firmware 1.53 and gets 1.67:`,
        'bnfos_v167.bin, 17 KiB.',
      ])
      assert.match(
        lines[2] ?? '',
        /Don't switch it off before it is done, nor this host\. Type yes to go on: /,
      )
      if ('answer' in running) running.answer()
      assert.equal((await running.ended).code, flashed ? 0 : 1)
      assert.equal(device.stagedFirmware === null, !flashed)
    })

  for (const [typed, factory] of [
    ['yes', true],
    ['no', false],
  ] as const)
    it(`--reset asks, and "${typed}" is taken for that`, async t => {
      const bnfos = await openBnfos(t, programs)
      const { device, host } = relayOf(bnfos)
      device.flashMode = true
      device.values.set('hostname', 'attic')
      const running = atTerminal(bnfos, ['--reset', '-m', device.mac, '-h', host], `${typed}\n`)
      await until('the question', () => running.out().includes('Type yes to go on: '))
      if ('answer' in running) running.answer()
      assert.equal((await running.ended).code, factory ? 0 : 1)
      assert.equal(device.values.get('hostname'), factory ? 'berofos' : 'attic')
    })
})

/** Processes named bnfos that work with this file. */
function processesOf({ file }: Bnfos): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        const named = readFileSync(`/proc/${pid}/comm`, 'utf8') === 'bnfos\n'
        return named && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`BNFOS_CONF=${file}\0`)
      } catch {
        // Ended meanwhile, or somebody else's.
        return false
      }
    })
}

/** A process that has ended and that nobody has waited for is a zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
