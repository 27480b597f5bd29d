import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext, test } from 'node:test'
import { type Log, type LogOptions, logLevels, openLog } from '../../src/system/logger.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { needs } from '../helpers/needs.ts'
import { Rsyslogd } from '../helpers/rsyslogd.ts'
import { until } from '../helpers/until.ts'
import { openReceiver } from './datagram-receiver.ts'

const skip = needs('rsyslogd')
const tag = `berofosd[${process.pid}]`

/** A log into a rsyslogd that has already taken one line, so that nothing falls back to stdout. */
async function openBoth(t: TestContext, options: Partial<LogOptions> = {}) {
  const clock = new FakeClock(Date.parse('2024-01-15T12:00:00'))
  const rsyslogd = new Rsyslogd()
  t.after(() => rsyslogd.remove())
  await rsyslogd.start()
  const defaults = {
    target: { path: rsyslogd.socketPath },
    facility: 'daemon',
    level: 'info',
    clock,
  } as const
  const log = openLog({ ...defaults, ...options })
  t.after(() => closeQuietly(log, clock))
  log.write('error', 'first')
  await rsyslogd.receivedOnce(1)
  return { clock, rsyslogd, log, options: { ...defaults, ...options } }
}

/** Ends a log whose lines nobody wants any more. */
async function closeQuietly(log: Log, clock: FakeClock): Promise<void> {
  const sink = openReceiver()
  log.reconfigure({ target: { path: sink.path }, facility: 'daemon', level: 'error', clock })
  await until('nothing is pending', async () => {
    await clock.advance(20)
    return log.pending() === 0
  })
  await log.close(0)
  sink.close()
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}`)

test('each severity arrives as such, with facility and tag', { skip }, async t => {
  const { log, rsyslogd } = await openBoth(t, { level: 'debug' })
  for (const level of logLevels) log.write(level, `an ${level}`)
  const lines = (await rsyslogd.receivedOnce(6)).slice(1)
  assert.deepEqual(
    lines.map(({ severity, facility, tag, text }) => [severity, facility, tag, text]),
    ['debug', 'info', 'notice', 'warning', 'err'].map((severity, at) => [
      severity,
      'daemon',
      tag,
      `an ${logLevels[at]}`,
    ]),
  )
})

test('what is milder than the level is not written', { skip }, async t => {
  const { log, rsyslogd } = await openBoth(t, { level: 'notice' })
  log.write('info', 'hidden')
  log.write('notice', 'shown')
  const lines = await rsyslogd.receivedOnce(2)
  assert.deepEqual(lines.map(line => line.text).slice(1), ['shown'])
})

const facilities = [
  ['local3', 'local3'],
  ['authpriv', 'authpriv'],
  ['cron', 'cron'],
  ['DAEMON', 'daemon'],
  ['kern', 'daemon'],
] as const
for (const [facility, expected] of facilities)
  test(`facility ${facility} is filed as ${expected}`, { skip }, async t => {
    const { rsyslogd } = await openBoth(t, { facility })
    assert.equal((await rsyslogd.receivedOnce(1))[0]?.facility, expected)
  })

test('a line break in a text makes no second line', { skip }, async t => {
  const { log, rsyslogd } = await openBoth(t)
  log.write('info', 'one\ntwo\x1b[31m')
  assert.equal((await rsyslogd.receivedOnce(2))[1]?.text, 'one\\ntwo\\x1b[31m')
})

test('while rsyslogd is away lines wait, and arrive in order, once, with their own time', {
  skip,
}, async t => {
  const { log, rsyslogd, clock } = await openBoth(t)
  await rsyslogd.stop()
  for (const text of numbered(0, 50)) {
    log.write('info', text)
    await clock.advance(100)
  }
  assert.equal(log.pending(), 50)
  await rsyslogd.start()
  await until('all are sent', async () => {
    await clock.advance(1000)
    return log.pending() === 0
  })
  const lines = (await rsyslogd.receivedOnce(51)).slice(1)
  assert.deepEqual(
    lines.map(line => line.text),
    numbered(0, 50),
  )
  assert.deepEqual([lines[0]?.time, lines[49]?.time], ['01-15T12:00:00', '01-15T12:00:04'])
})

test('under steady load a restart loses at most what the kernel had taken for it', { skip }, async t => {
  const { log, rsyslogd, clock } = await openBoth(t)
  let written = 0
  const load = setInterval(() => {
    log.write('info', `line ${written++}`)
    void clock.advance(20)
  }, 1)
  t.after(() => clearInterval(load))
  await rsyslogd.receivedOnce(50)
  await rsyslogd.stop()
  const away = written
  await until('lines pile up', () => log.pending() > 50)
  await rsyslogd.start()
  await until('the load goes on', () => rsyslogd.received().length > away + 100)
  clearInterval(load)
  await until('all are sent', async () => {
    await clock.advance(1000)
    return log.pending() === 0
  })
  const last = `line ${written - 1}`
  await until('the last arrives', () => rsyslogd.received().at(-1)?.text === last)
  const numbers = rsyslogd.received().map(line => Number(line.text.slice(5)))
  const jumps = numbers.slice(2).map((number, at) => number - (numbers[at + 1] ?? 0))
  assert.ok(
    jumps.every(jump => jump >= 1),
    'in order, each once',
  )
  const queue = Number(readFileSync('/proc/sys/net/unix/max_dgram_qlen', 'utf8'))
  const missing = written - (numbers.length - 1)
  assert.ok(missing <= queue + 1, `${missing} of ${written} lines are missing`)
})

test('a stalled rsyslogd delays nothing and misses nothing', { skip }, async t => {
  const { log, rsyslogd, clock } = await openBoth(t)
  rsyslogd.stall()
  const before = performance.now()
  for (const text of numbered(0, 900)) log.write('info', text)
  assert.ok(performance.now() - before < 1000)
  assert.ok(log.pending() > 0)
  rsyslogd.resume()
  await until('all are sent', async () => {
    await clock.advance(20)
    return log.pending() === 0
  })
  const lines = (await rsyslogd.receivedOnce(901)).slice(1)
  assert.deepEqual(
    lines.map(line => line.text),
    numbered(0, 900),
  )
})

test('of 1500 lines the newest 1000 are kept, after a line that counts the others', { skip }, async t => {
  const { log, rsyslogd, clock } = await openBoth(t)
  await rsyslogd.stop()
  for (const text of numbered(0, 1500)) log.write('info', text)
  assert.equal(log.pending(), 1000)
  await rsyslogd.start()
  await until('all are sent', async () => {
    await clock.advance(1000)
    return log.pending() === 0
  })
  const lines = (await rsyslogd.receivedOnce(1002)).slice(1)
  assert.deepEqual(
    lines.map(line => line.text),
    ['500 lines lost', ...numbered(500, 1500)],
  )
})

test('when the socket is deleted, lines wait for the next one', { skip }, async t => {
  const { log, rsyslogd, clock } = await openBoth(t)
  rmSync(rsyslogd.socketPath)
  log.write('info', 'second')
  assert.equal(log.pending(), 1)
  await rsyslogd.stop()
  await rsyslogd.start()
  await clock.advance(1000)
  assert.equal((await rsyslogd.receivedOnce(2))[1]?.text, 'second')
})

test('new settings hold at once, and what waits goes to the new socket', { skip }, async t => {
  const { log, rsyslogd, options } = await openBoth(t)
  const other = new Rsyslogd()
  t.after(() => other.remove())
  await other.start()
  await rsyslogd.stop()
  log.write('warning', 'waits')
  const target = { path: other.socketPath }
  log.reconfigure({ ...options, target, facility: 'local0', level: 'debug', tag: 'other' })
  log.write('debug', 'now shown')
  assert.deepEqual(
    (await other.receivedOnce(2)).map(({ text, facility, tag }) => [text, facility, tag]),
    [
      ['waits', 'local0', `other[${process.pid}]`],
      ['now shown', 'local0', `other[${process.pid}]`],
    ],
  )
})

test('a line of 20000 characters is cut to 8096 bytes, within no character', async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const clock = new FakeClock()
  const log = openLog({ target: { path: receiver.path }, facility: 'daemon', level: 'info', clock })
  for (const padding of ['', 'x']) log.write('info', padding + 'ü'.repeat(20_000))
  await until('both arrive', () => receiver.received.length === 2)
  const sizes = receiver.received.map(line => Buffer.byteLength(line))
  assert.deepEqual(new Set(sizes), new Set([8095, 8096]))
  assert.ok(receiver.received.every(line => line.endsWith('ü')))
  await log.close(0)
})

test('after closing, calls do nothing and closing again resolves', async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const options = { target: { path: receiver.path }, facility: 'daemon', level: 'info' } as const
  const log = openLog({ ...options, clock: new FakeClock() })
  log.write('info', 'before')
  await log.close(100)
  log.write('info', 'after')
  log.reconfigure({ ...options, clock: new FakeClock() })
  await log.close(100)
  await until('the first arrives', () => receiver.received.length === 1)
  assert.deepEqual([receiver.received.length, log.pending()], [1, 0])
})

async function openCollector(port = 0): Promise<{ socket: Socket; port: number; received: string[] }> {
  const socket = createSocket('udp4')
  const received: string[] = []
  socket.on('message', data => received.push(data.toString()))
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return { socket, port: (socket.address() as AddressInfo).port, received }
}

for (const host of ['127.0.0.1', 'localhost'])
  test(`a collector at udp://${host} gets whole RFC 3164 lines`, async t => {
    const { socket, port, received } = await openCollector()
    t.after(() => socket.close())
    const clock = new FakeClock(Date.parse('2024-01-05T12:00:00'))
    const log = openLog({ target: { host, port }, facility: 'daemon', level: 'info', clock })
    for (const text of numbered(0, 20)) log.write('notice', text)
    await until('all arrive', async () => {
      await clock.advance(20)
      return received.length === 20
    })
    assert.deepEqual(
      received,
      numbered(0, 20).map(text => `<29>Jan  5 12:00:00 ${hostname()} ${tag}: ${text}`),
    )
    await log.close(0)
  })

/** A log for a UDP collector at `port`; what it is told about itself, and what goes to stdout. */
function openUdpLog(port: number, host = '127.0.0.1') {
  const clock = new FakeClock()
  const [away, left]: [(string | null)[], string[]] = [[], []]
  const log = openLog({
    ...{ target: { host, port }, facility: 'daemon', level: 'info', clock },
    instead: text => left.push(text),
    awayChanged: why => away.push(why),
  })
  return { clock, away, left, log }
}

const textsOf = (received: readonly string[]) => received.map(line => line.replace(/^.*\]: /, ''))

test('a UDP collector that was down gets every line when it is back', async t => {
  const first = await openCollector()
  const { log, clock, away, left } = openUdpLog(first.port)
  log.write('info', 'first')
  await until('the first arrives', async () => {
    await clock.advance(20)
    return first.received.length === 1
  })
  await clock.advance(5000)
  first.socket.close()
  await once(first.socket, 'close')
  const lines = numbered(0, 5)
  for (const text of lines) {
    log.write('info', text)
    await until('it is refused, or waits', async () => {
      await clock.advance(20)
      return away.length === 1
    })
  }
  assert.deepEqual(away, [`log lines do not reach 127.0.0.1 port ${first.port}: connection refused`])
  const back = await openCollector(first.port)
  t.after(() => back.socket.close())
  await until('all arrive', async () => {
    await clock.advance(1000)
    return back.received.length >= lines.length
  })
  assert.deepEqual(textsOf(back.received), lines)
  assert.deepEqual([away.at(-1), left], [null, []])
  await log.close(0)
})

test('a UDP collector that was never there: stdout has every line, once', async () => {
  const free = await openCollector()
  free.socket.close()
  await once(free.socket, 'close')
  const { log, clock, away, left } = openUdpLog(free.port)
  const lines = numbered(0, 5)
  for (const text of lines) {
    log.write('info', text)
    await until('it is there', async () => {
      await clock.advance(20)
      return left.includes(text)
    })
  }
  assert.deepEqual(left, lines)
  assert.deepEqual(away, [`log lines do not reach 127.0.0.1 port ${free.port}: connection refused`])
  await log.close(0)
})

test('a UDP collector whose name leads nowhere: stdout has the lines, and it is told why', async () => {
  const { log, clock, away, left } = openUdpLog(514, 'nowhere.invalid')
  log.write('info', 'one')
  await until('it is there', async () => {
    await clock.advance(20)
    return left.length > 0
  })
  assert.deepEqual(left, ['one'])
  assert.match(
    away[0] ?? '',
    /^log lines do not reach nowhere\.invalid port 514: this node cannot resolve the name/,
  )
  await log.close(0)
})

describe('A local syslog', () => {
  const told = { gone: 'the socket is missing', deaf: 'connection refused' }
  for (const [what, why] of Object.entries(told))
    it(`that is ${what} for ten seconds is told of, with why, until it takes lines`, async t => {
      const directory = mkdtempSync(join(tmpdir(), 'berofosd-'))
      t.after(() => rmSync(directory, { recursive: true }))
      const path = join(directory, 'log')
      const first = openReceiver(path)
      const [clock, away] = [new FakeClock(), [] as (string | null)[]]
      const log = openLog({
        ...{ target: { path }, facility: 'daemon', level: 'info', clock },
        awayChanged: text => away.push(text),
      })
      log.write('info', 'one')
      first.close()
      if (what === 'gone') rmSync(path)
      log.write('info', 'two')
      await clock.advance(9000)
      assert.deepEqual(away, [])
      await clock.advance(2000)
      assert.deepEqual(away, [`log lines do not reach ${path}: ${why}`])
      rmSync(path, { force: true })
      const back = openReceiver(path)
      t.after(() => back.close())
      await clock.advance(1000)
      assert.equal(away.at(-1), null)
      await log.close(0)
    })

  it('that was never there is not: stdout has the lines', async () => {
    const [clock, away, left] = [new FakeClock(), [] as (string | null)[], [] as string[]]
    const log = openLog({
      ...{ target: { path: '/nowhere/log' }, facility: 'daemon', level: 'info', clock },
      ...{ awayChanged: (why: string | null) => away.push(why), instead: (text: string) => left.push(text) },
    })
    log.write('info', 'one')
    await clock.advance(60_000)
    log.write('info', 'two')
    await clock.advance(60_000)
    assert.deepEqual([away, left], [[], ['one', 'two']])
    await log.close(0)
  })
})

test('what syslog has not taken goes to its own listener in place of stdout', async () => {
  const clock = new FakeClock()
  const left: string[] = []
  const target = { path: '/nowhere/log' }
  const log = openLog({ target, facility: 'user', level: 'info', clock, instead: text => left.push(text) })
  log.write('info', 'one')
  log.write('error', 'two')
  await log.close(0)
  assert.deepEqual(left, ['one', 'two'])
})
