import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openNotify } from '../../src/system/sd-notify.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { until } from '../helpers/until.ts'
import { openReceiver } from './datagram-receiver.ts'

test('the manager hears each message in order', async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const notify = openNotify({ NOTIFY_SOCKET: receiver.path }, new FakeClock())
  notify.ready()
  notify.status('lines at the master\nfos1 ok')
  notify.watchdog()
  notify.stopping()
  await until('four messages arrive', () => receiver.received.length === 4)
  assert.deepEqual(receiver.received, [
    'READY=1',
    'STATUS=lines at the master fos1 ok',
    'WATCHDOG=1',
    'STOPPING=1',
  ])
})

test("a reload carries the moment of the kernel's monotonic clock", async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const before = process.hrtime.bigint() / 1000n
  openNotify({ NOTIFY_SOCKET: receiver.path }, new FakeClock()).reloading()
  await until('it arrives', () => receiver.received.length === 1)
  const [, usec = ''] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(receiver.received[0] ?? '') ?? []
  assert.ok(BigInt(usec) >= before && BigInt(usec) <= process.hrtime.bigint() / 1000n)
})

test('without a manager everything is silent', () => {
  const clock = new FakeClock()
  const notify = openNotify({ WATCHDOG_USEC: '10000000' }, clock)
  notify.ready()
  notify.watchdog()
  assert.deepEqual([notify.problem, notify.watchdogIntervalMs, clock.waiting], [null, null, 0])
})

test('READY=1 is sent again when the manager was too busy to take it', async t => {
  const receiver = openReceiver()
  t.after(receiver.close)
  const clock = new FakeClock()
  const notify = openNotify({ NOTIFY_SOCKET: receiver.path }, clock)
  for (let count = 0; count < 600 && clock.waiting === 0; count++) notify.status(`${count}`)
  assert.equal(clock.waiting, 1, 'the queue is full')
  notify.ready()
  await until('READY=1 arrives', async () => {
    await clock.advance(20)
    return receiver.received.includes('READY=1')
  })
})

test('the manager is heard at an abstract socket too', async t => {
  const receiver = openReceiver(`@berofosd-test-${process.pid}`)
  t.after(receiver.close)
  const notify = openNotify({ NOTIFY_SOCKET: receiver.path }, new FakeClock())
  assert.equal(notify.problem, null)
  notify.ready()
  await until('it arrives', () => receiver.received.includes('READY=1'))
})

test('a socket of another kind is named as a problem', () => {
  const { problem } = openNotify({ NOTIFY_SOCKET: 'vsock:2:1234' }, new FakeClock())
  assert.match(problem ?? '', /NOTIFY_SOCKET is vsock:2:1234/)
})

test('a socket that is gone stops nothing', () => {
  const notify = openNotify({ NOTIFY_SOCKET: '/nowhere/notify' }, new FakeClock())
  notify.ready()
  notify.watchdog()
  notify.close()
})

const watchdogs = [
  ['10000000', undefined, 10_000],
  ['10000000', String(process.pid), 10_000],
  ['10000000', '1', null],
  ['1500', '', 1.5],
  ['0', undefined, null],
  ['soon', undefined, null],
  [undefined, undefined, null],
] as const
for (const [usec, pid, ms] of watchdogs)
  test(`WATCHDOG_USEC=${usec} WATCHDOG_PID=${pid === String(process.pid) ? 'ours' : pid} is ${ms} ms`, () => {
    const env = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: usec, WATCHDOG_PID: pid }
    assert.equal(openNotify(env as NodeJS.ProcessEnv, new FakeClock()).watchdogIntervalMs, ms)
  })
