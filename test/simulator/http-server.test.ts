import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openHttpServer } from '../../src/simulator/http-server.ts'
import { createSimulatedDevice, modeOf } from '../../src/simulator/simulated-device.ts'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { setUp } from './served-device.ts'

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}

for (const [fault, outcome] of [
  ['none', 'read'],
  ['unreachable', 'unreachable'],
  ['hang', 'timeout, answered'],
  ['slow 10ms', 'read'],
  ['slow 10s', 'timeout, answered'],
  ['drip 0', 'read'],
  ['drip 200ms', 'timeout, answered'],
  ['reset', 'unreachable, answered'],
  ['garbage', 'garbage, answered'],
  ['unauthorized', 'login, answered'],
  ['error500', 'refused, answered'],
  ['ignore', 'read'],
  ['late 10s', 'read'],
  ['noread', 'refused, answered'],
  ['readhang', 'timeout, answered'],
] as const) {
  for (const auth of ['none', 'basic', 'digest'] as const) {
    test(`a device with fault "${fault}" and login ${auth} is seen as: ${outcome}; and recovers`, async () => {
      await using at = await setUp({ auth })
      await at.steer(fault)
      assert.equal(await at.outcome(), outcome)
      await at.steer('none')
      assert.equal(await at.outcome(), 'read')
    })
  }
}

test('a write takes effect before its answer', async () => {
  await using at = await setUp()
  assert.ok((await at.device.write('mode', '0')).ok)
  assert.equal(modeOf(at.state), 0)
  assert.deepEqual(
    at.changes.map(({ mode, by }) => [mode, by]),
    [[0, 'http']],
  )
})

for (const fault of ['noread', 'readhang'])
  test(`${fault}: a write works all the same`, async () => {
    await using at = await setUp()
    await at.steer(fault)
    assert.ok((await at.device.write('mode', '0')).ok)
    assert.equal(modeOf(at.state), 0)
  })

test('away: after a write nothing listens for a while, and then it is as ever', async () => {
  const clock = new FakeClock()
  await using at = await setUp({}, { clock })
  const becomes = async (outcome: string) => {
    while ((await at.outcome()) !== outcome) await new Promise(resolve => setImmediate(resolve))
  }
  await at.steer('away 1s')
  assert.equal(await at.outcome(), 'read')
  assert.ok((await at.device.write('mode', '0')).ok)
  await becomes('unreachable')
  await clock.advance(999)
  assert.equal(await at.outcome(), 'unreachable')
  await clock.advance(1)
  await becomes('read')
})

test('several commands in one query are each done', async () => {
  await using at = await setUp({ values: { wdog: '1', wdogstate: '1' } })
  await fetch(`${at.url}/?cmd=4&mode=0&cmd=6&wen=0&cmd=5&p=0&s=0&p=1&s=0`)
  const values = ['mode', 'wdog', 'power1', 'power2'].map(keyword => at.state.values.get(keyword))
  assert.deepEqual(values, ['0', '0', '0', '0'])
})

test('ignore: the answer says yes and nothing happens', async () => {
  await using at = await setUp()
  await at.steer('ignore')
  assert.ok((await at.device.write('mode', '0')).ok)
  assert.equal(modeOf(at.state), 1)
})

test('late: the answer says yes and the relay moves afterwards', async () => {
  await using at = await setUp()
  await at.steer('late 30ms')
  assert.ok((await at.device.write('mode', '0')).ok)
  assert.equal(modeOf(at.state), 1)
  await until(() => modeOf(at.state) === 0)
})

test('slow: the relay moves even when the client has given up', async () => {
  await using at = await setUp()
  await at.steer('slow 450ms')
  const reply = await at.device.write('mode', '0')
  assert.ok(!reply.ok && reply.error.code === 'timeout')
  await until(() => modeOf(at.state) === 0)
})

test('hand: someone else moves the relay', async () => {
  await using at = await setUp()
  await at.steer('hand 0')
  assert.deepEqual(
    at.changes.map(({ mode, by }) => [mode, by]),
    [[0, 'hand']],
  )
})

test('reboot: unreachable for a while, then in the mode of its boot, at the same port', async () => {
  await using at = await setUp({ values: { modedef: '0' } })
  await at.steer('reboot 50ms')
  assert.equal(await at.outcome(), 'unreachable')
  while ((await at.outcome()) !== 'read') await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(
    at.changes.map(({ mode, by }) => [mode, by]),
    [[0, 'reboot']],
  )
})

for (const auth of ['basic', 'digest'] as const) {
  test(`a wrong login is refused with ${auth}, and nothing is done`, async () => {
    await using at = await setUp({ auth }, {}, 'admin:wrong')
    const reply = await at.device.write('mode', '0')
    assert.ok(!reply.ok && reply.error.code === 'login')
    assert.equal(modeOf(at.state), 1)
  })
}

test('a second request with a remembered login takes one round trip, an expired nonce one more', async () => {
  await using at = await setUp({ auth: 'digest' })
  await at.device.read()
  await at.device.read()
  at.server.expireNonces()
  assert.equal(await at.outcome(), 'read')
  assert.deepEqual(
    at.state.requests.map(({ status }) => status),
    [401, 200, 200, 401, 200],
  )
})

test('the moment at which a request was complete is told', async () => {
  const seen: { target: string; atMono: number }[] = []
  await using at = await setUp({}, { onRequest: request => seen.push(request), delayMs: 20 })
  const before = systemClock.mono()
  await at.device.write('mode', '0')
  const after = systemClock.mono()
  const [{ target, atMono } = { target: '', atMono: 0 }] = seen
  assert.equal(target, '/?cmd=4&mode=0')
  assert.ok(before <= atMono && atMono + 15 <= after)
})

test('one connection is served at a time', async () => {
  const seen: string[] = []
  await using at = await setUp({}, { onRequest: ({ target }) => seen.push(target) })
  const silent = connect(at.port, '127.0.0.1')
  await once(silent, 'connect')
  assert.equal(await at.outcome(), 'timeout, answered')
  assert.deepEqual(seen, [])
  silent.destroy()
  await until(() => seen.length === 0 && silent.destroyed)
  assert.equal(await at.outcome(), 'read')
})

test('a request head without end is cut off', async () => {
  await using at = await setUp()
  const client = connect(at.port, '127.0.0.1')
  client.on('error', () => {})
  client.write('x'.repeat(9000))
  await once(client, 'close')
  assert.equal(await at.outcome(), 'read')
})

test('an address in use is an error of listen', async () => {
  await using at = await setUp()
  const other = openHttpServer(createSimulatedDevice(), {
    host: '127.0.0.1',
    port: at.port,
    clock: systemClock,
  })
  await assert.rejects(other.listen(), { code: 'EADDRINUSE' })
  await other.close()
})

test('closing leaves no socket and no timer, whatever the device was doing', async () => {
  const script = `
    import { openDevice } from './src/berofos/http/client.ts'
    import { openHttpServer } from './src/simulator/http-server.ts'
    import { createSimulatedDevice } from './src/simulator/simulated-device.ts'
    import { systemClock } from './src/system/clock.ts'
    const clock = { ...systemClock, after(ms, run) { const t = setTimeout(run, ms); return { cancel: () => clearTimeout(t) } } }
    const faults = ['none', 'hang', 'slow', 'drip', 'late', 'unreachable'].map(name => ({ kind: 'fault', name, ms: 3e6 }))
    for (const steering of [...faults, { kind: 'action', name: 'reboot', value: 3e6 }]) {
      const server = openHttpServer(createSimulatedDevice(), { host: '127.0.0.1', port: 0, clock })
      const { port } = await server.listen()
      await server.steer(steering)
      const device = openDevice({ host: '127.0.0.1', port, login: null, timeoutMs: 3e6 }, clock)
      const writing = device.write('mode', '0')
      await new Promise(resolve => setTimeout(resolve, 30))
      device.close()
      await writing
      await server.close()
    }
    console.log('closed')
  `
  const words = ['--import', 'tsx', '--input-type=module', '-e', script]
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 20_000 })
  assert.equal(stdout, 'closed\n')
})
