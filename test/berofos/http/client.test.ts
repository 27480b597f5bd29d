import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { Device, DeviceAddress, DeviceReply } from '../../../src/berofos/device.ts'
import { openDevice } from '../../../src/berofos/http/client.ts'
import type { Addresses, LookUp } from '../../../src/net/resolve.ts'
import { countListeners } from '../listener-count.ts'
import { fakeClock } from './fake-clock.ts'
import { rawServer } from './raw-server.ts'

const page = 'HTTP/1.0 200 OK\r\n\r\nbnfos_confmap_magic=0.1\r\n4_mode=1\r\n'
const done = 'HTTP/1.0 200 OK\r\n\r\n'
const timeoutMs = 3000

type Answer = (socket: Socket, head: string, number: number) => void

/** A device at a raw server, on a clock that stands still. */
async function setUp(answer: Answer, address: Partial<DeviceAddress> = {}, lookUp?: LookUp) {
  const server = await rawServer(answer)
  const clock = fakeClock()
  const device = openDevice(
    { host: '127.0.0.1', port: server.port, login: null, timeoutMs, ...address },
    clock,
    lookUp,
  )
  return {
    device,
    clock,
    server,
    async [Symbol.asyncDispose]() {
      device.close()
      await server.close()
      assert.equal(clock.pending(), 0, 'a timer is left')
    },
  }
}

function errorOf(reply: DeviceReply<unknown>) {
  assert.ok(!reply.ok)
  return reply.error
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}

test('a reading has what config.txt says', async () => {
  await using at = await setUp(socket => socket.end(page))
  assert.deepEqual(await at.device.read(), { ok: true, value: { values: { mode: '1' }, warning: null } })
})

test('a write asks for its one parameter', async () => {
  let asked = ''
  await using at = await setUp((socket, head) => {
    asked = head
    socket.end(done)
  })
  assert.deepEqual(await at.device.write('power1', 'yes'), { ok: true, value: null })
  assert.match(asked, /^GET \/\?cmd=5&p=0&s=1 HTTP\/1\.1\r\n/)
})

for (const [keyword, value, text] of [
  ['mode', 'banana', 'mode has to be 0 or 1'],
  ['colour', '1', 'a berofos has no parameter "colour"'],
  ['wdogrtime', '1', 'wdogrtime can only be read'],
] as const) {
  test(`${keyword}=${value} is refused without asking the device`, async () => {
    await using at = await setUp(socket => socket.end(done))
    assert.deepEqual(errorOf(await at.device.write(keyword, value)), {
      code: 'refused',
      text,
      answered: false,
    })
    assert.equal(at.server.requests(), 0)
  })
}

for (const [status, code, text] of [
  [500, 'refused', /refused the request with HTTP status 500$/],
  [302, 'refused', /HTTP status 302$/],
  [404, 'refused', /HTTP status 404: is it a berofos\?$/],
  [401, 'login', /add "login = <user>:<password>" to its section of bnfos\.conf$/],
] as const) {
  test(`status ${status} is ${code}`, async () => {
    await using at = await setUp(socket =>
      socket.end(`HTTP/1.0 ${status} x\r\nWWW-Authenticate: Basic\r\n\r\n`),
    )
    const error = errorOf(await at.device.write('mode', '1'))
    assert.equal(error.code, code)
    assert.match(error.text, text)
    assert.equal(error.answered, true)
  })
}

test('a page that is no configuration is garbage', async () => {
  await using at = await setUp(socket => socket.end('HTTP/1.0 200 OK\r\n\r\n<html>'))
  const { code, answered, text } = errorOf(await at.device.read())
  assert.deepEqual([code, answered], ['garbage', true])
  assert.match(text, /no bnfos_confmap_magic line/)
})

test('a connection closed without a byte is unreachable', async () => {
  await using at = await setUp(socket => socket.end())
  const { code, answered, text } = errorOf(await at.device.read())
  // The network to it works: a connection was made.
  assert.deepEqual([code, answered], ['unreachable', true])
  assert.match(text, /closed the connection without an answer/)
})

test('a port where nothing listens is unreachable', async () => {
  const at = await setUp(socket => socket.end())
  await at[Symbol.asyncDispose]()
  const device = openDevice({ host: '127.0.0.1', port: at.server.port, login: null, timeoutMs }, fakeClock())
  const { code, answered, text } = errorOf(await device.read())
  assert.deepEqual([code, answered], ['unreachable', false])
  assert.match(text, /^127\.0\.0\.1 port \d+ refuses the connection/)
})

test('a port that does not exist is unreachable', async () => {
  const device = openDevice({ host: '127.0.0.1', port: 70000, login: null, timeoutMs }, fakeClock())
  assert.equal(errorOf(await device.read()).code, 'unreachable')
})

test('silence ends at the deadline, not before', async () => {
  await using at = await setUp(() => {})
  let settled = false
  const reading = at.device.read().finally(() => {
    settled = true
  })
  await until(() => at.server.requests() === 1)
  at.clock.pass(timeoutMs - 1)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(settled, false)
  at.clock.pass(1)
  assert.deepEqual(errorOf(await reading), {
    code: 'timeout',
    text: `127.0.0.1 port ${at.server.port} did not answer within 3 s`,
    answered: true,
    sent: true,
    cause: {
      where: `127.0.0.1 port ${at.server.port}`,
      clause: 'does not answer',
      cure: 'switch it off and on if that goes on',
    },
  })
  await until(() => at.server.sockets.size === 0)
})

test('the deadline covers the body, and a byte that came is known', async () => {
  await using at = await setUp(socket => socket.write(page.slice(0, page.indexOf('4_mode=') + 8)))
  const reading = at.device.read()
  await until(() => at.server.requests() === 1)
  // On loopback a write is with the other end at once; its turn to read it comes with the event loop.
  for (let turns = 0; turns < 50; turns++) await new Promise(resolve => setImmediate(resolve))
  at.clock.pass(timeoutMs)
  const { code, answered, text } = errorOf(await reading)
  assert.deepEqual([code, answered], ['timeout', true])
  assert.match(text, /did not finish its answer within 3 s$/)
})

test('the deadline covers the challenge and its answer together', async () => {
  const challenged: (() => void)[] = []
  await using at = await setUp(
    socket => challenged.push(() => socket.end('HTTP/1.0 401 No\r\nWWW-Authenticate: Basic\r\n\r\n')),
    { login: 'admin:x' },
  )
  const reading = at.device.read()
  await until(() => at.server.requests() === 1)
  at.clock.pass(timeoutMs - 1)
  challenged[0]?.()
  await until(() => at.server.requests() === 2)
  at.clock.pass(1)
  const { code, answered } = errorOf(await reading)
  assert.deepEqual([code, answered], ['timeout', true])
})

test('one request at a time, in order, each with a deadline of its own', async () => {
  const asked: string[] = []
  let release = () => {}
  await using at = await setUp((socket, head) => {
    asked.push(head.split(' ')[1] ?? '')
    release = () => socket.end(done)
  })
  const first = at.device.write('mode', '0')
  const second = at.device.write('wdog', '0')
  await until(() => asked.length === 1)
  at.clock.pass(timeoutMs - 1)
  assert.equal(at.server.sockets.size, 1)
  release()
  await until(() => asked.length === 2)
  at.clock.pass(timeoutMs - 1)
  release()
  assert.ok((await first).ok && (await second).ok)
  assert.deepEqual(asked, ['/?cmd=4&mode=0', '/?cmd=6&wen=0'])
})

test('an abort ends the call at once and the next one goes on', async () => {
  await using at = await setUp((socket, _head, number) => {
    if (number > 1) socket.end(page)
  })
  const stop = new AbortController()
  const first = at.device.read(stop.signal)
  const second = at.device.read()
  await until(() => at.server.requests() === 1)
  stop.abort()
  assert.equal(errorOf(await first).code, 'aborted')
  assert.ok((await second).ok)
})

test('an abort while waiting for its turn ends that call alone', async () => {
  let release = () => {}
  await using at = await setUp(socket => {
    release = () => socket.end(page)
  })
  const stop = new AbortController()
  const first = at.device.read()
  const second = at.device.read(stop.signal)
  stop.abort()
  assert.equal(errorOf(await second).code, 'aborted')
  await until(() => at.server.requests() === 1)
  release()
  assert.ok((await first).ok)
  assert.equal(at.server.requests(), 1)
})

test('a call that is aborted before it begins asks nothing', async () => {
  await using at = await setUp(socket => socket.end(page))
  assert.equal(errorOf(await at.device.read(AbortSignal.abort())).code, 'aborted')
  assert.equal(at.server.requests(), 0)
})

test('closing ends what runs and what waits, and later calls', async () => {
  await using at = await setUp(() => {})
  const calls = [at.device.read(), at.device.read()]
  await until(() => at.server.requests() === 1)
  at.device.close()
  const codes = (await Promise.all([...calls, at.device.read()])).map(reply => errorOf(reply).code)
  assert.deepEqual(codes, ['aborted', 'aborted', 'aborted'])
})

test('so many may wait and no more', async () => {
  await using at = await setUp(() => {})
  const calls = Array.from({ length: 65 }, () => at.device.read())
  const { code, text } = errorOf(await at.device.read())
  assert.equal(code, 'aborted')
  assert.match(text, /64 requests wait for it/)
  at.device.close()
  await Promise.all(calls)
})

test('no listener is left on a signal that outlives the call', async () => {
  await using at = await setUp(socket => socket.end(page))
  const signal = new AbortController().signal
  const listeners = countListeners(signal)
  for (let calls = 0; calls < 3; calls++) await at.device.read(signal)
  assert.equal(listeners(), 0)
})

/** A look-up whose answers are set from outside. */
function steeredLookUp() {
  const asked: ((failure: string | null, address: string) => void)[] = []
  const lookUp: LookUp = () =>
    new Promise((resolve, reject) => {
      asked.push((failure, address) =>
        failure === null
          ? resolve([{ address, family: 4 }])
          : reject(Object.assign(new Error(failure), { code: failure })),
      )
    })
  return { asked, lookUp }
}

async function readByName(device: Device, names: ReturnType<typeof steeredLookUp>, failure: string | null) {
  const reading = device.read()
  await until(() => names.asked.length > 0)
  names.asked.shift()?.(failure, '127.0.0.1')
  return reading
}

test('a name that is unknown is unreachable, and the sentence names it', async () => {
  const names = steeredLookUp()
  await using at = await setUp(socket => socket.end(page), { host: 'fos1.example' }, names.lookUp)
  const { code, text } = errorOf(await readByName(at.device, names, 'ENOTFOUND'))
  assert.equal(code, 'unreachable')
  assert.match(text, /^fos1\.example: no such host/)
})

test('a look-up that fails is no harm when an address has worked before', async () => {
  const names = steeredLookUp()
  await using at = await setUp(socket => socket.end(page), { host: 'fos1.example' }, names.lookUp)
  assert.ok((await readByName(at.device, names, null)).ok)
  assert.ok((await readByName(at.device, names, 'EAI_AGAIN')).ok)
})

test('a look-up that hangs is waited for half a second when an address has worked before', async () => {
  const names = steeredLookUp()
  await using at = await setUp(socket => socket.end(page), { host: 'fos1.example' }, names.lookUp)
  assert.ok((await readByName(at.device, names, null)).ok)
  const reading = at.device.read()
  await until(() => names.asked.length > 0)
  at.clock.pass(500)
  assert.ok((await reading).ok)
})

test('the deadline covers a look-up that hangs, and only one hangs', async () => {
  const names = steeredLookUp()
  await using at = await setUp(socket => socket.end(page), { host: 'fos1.example' }, names.lookUp)
  for (let calls = 0; calls < 3; calls++) {
    const reading = at.device.read()
    await until(() => at.clock.pending() === 1 && names.asked.length === 1)
    await new Promise(resolve => setImmediate(resolve))
    at.clock.pass(timeoutMs)
    const { code, text, answered } = errorOf(await reading)
    assert.deepEqual([code, answered], ['unreachable', false])
    assert.match(text, /^fos1\.example: the name is not resolved, no name server answers in time: /)
  }
  assert.equal(names.asked.length, 1)
})

/** Addresses as they are stored, and what is noted meanwhile. */
function rememberedAddresses(...known: [host: string, address: string][]) {
  const addresses = new Map(known)
  return {
    addresses,
    remembered: {
      get: (host: string) => addresses.get(host) ?? null,
      note: (host: string, address: string) => void addresses.set(host, address),
    },
  }
}

for (const failure of ['EAI_AGAIN', 'ENOTFOUND', null])
  test(`a name whose look-up ${failure ? `ends with ${failure}` : 'hangs'} is asked where it answered before a restart`, async () => {
    const names = steeredLookUp()
    const { remembered } = rememberedAddresses(['fos1.example', '127.0.0.1'])
    await using at = await setUp(
      socket => socket.end(page),
      { host: 'fos1.example', remembered },
      names.lookUp,
    )
    if (failure) return assert.ok((await readByName(at.device, names, failure)).ok)
    const reading = at.device.read()
    await until(() => names.asked.length > 0)
    at.clock.pass(500)
    assert.ok((await reading).ok)
  })

test('a name that is resolved is not asked where it answered before a restart', async () => {
  const { remembered, addresses } = rememberedAddresses(['fos1.example', '127.0.0.99'])
  const names = steeredLookUp()
  await using at = await setUp(socket => socket.end(page), { host: 'fos1.example', remembered }, names.lookUp)
  assert.ok((await readByName(at.device, names, null)).ok)
  assert.equal(addresses.get('fos1.example'), '127.0.0.1')
})

test('only where a device answered is remembered, and only of names', async () => {
  const { remembered, addresses } = rememberedAddresses()
  const lookUp = () => Promise.resolve([{ address: '127.0.0.99', family: 4 }] as const)
  await using silent = await setUp(socket => socket.end(page), { host: 'fos1.example', remembered }, lookUp)
  assert.equal((await silent.device.read()).ok, false)
  await using literal = await setUp(socket => socket.end(page), { remembered })
  assert.ok((await literal.device.read()).ok)
  assert.deepEqual([...addresses], [])
})

test('of a name with two addresses the other one is asked after one that does not answer, and kept', async () => {
  const addresses: Addresses = [
    { address: '127.0.0.99', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]
  const lookUp = () => Promise.resolve(addresses)
  await using at = await setUp(socket => socket.end(page), { host: 'fos1.example' }, lookUp)
  assert.equal(errorOf(await at.device.read()).code, 'unreachable')
  assert.ok((await at.device.read()).ok)
  assert.ok((await at.device.read()).ok)
})

test('localhost is looked up by the system', async () => {
  await using at = await setUp(socket => socket.end(page), { host: 'localhost' })
  assert.ok((await at.device.read()).ok)
})

test('no socket is left after any end', async () => {
  await using at = await setUp((socket, _head, number) => {
    if (number === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
    else if (number === 2) socket.write('nonsense')
    else socket.write('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n')
  })
  for (let calls = 0; calls < 3; calls++) await at.device.read()
  await until(() => at.server.sockets.size === 0)
})

const [head = '', body = ''] = page.split('\r\n\r\n')
for (const [what, sent] of [
  ['longer than anything that is read', `${page}${'x'.repeat(70_000)}`],
  ['shorter than it says', `${head}\r\nContent-Length: 9999\r\n\r\n${body}`],
  ['shorter than it says, and that would be too long', `${head}\r\nContent-Length: 99999999\r\n\r\n${body}`],
  [
    'chunked wrongly after the mode',
    `${head}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\nzz`,
  ],
] as const) {
  test(`a page that is ${what} is read with a warning`, async () => {
    await using at = await setUp(socket => socket.end(sent))
    const reply = await at.device.read()
    assert.equal(reply.ok && reply.value.values.mode, '1')
    assert.match((reply.ok && reply.value.warning) || '', /^(the answer|the connection)/)
  })

  test(`a write whose answer is ${what} was taken`, async () => {
    await using at = await setUp(socket => socket.end(sent))
    assert.deepEqual(await at.device.write('mode', '0'), { ok: true, value: null })
  })
}

test('a page whose end does not come counts at the deadline', async () => {
  await using at = await setUp(socket => socket.write(`${page}1_sz=`))
  const reading = at.device.read()
  await until(() => at.server.requests() === 1)
  for (let turns = 0; turns < 50; turns++) await new Promise(resolve => setImmediate(resolve))
  at.clock.pass(timeoutMs)
  assert.deepEqual(await reading, {
    ok: true,
    value: { values: { mode: '1' }, warning: 'it did not finish its answer' },
  })
})

test('a request that has left is told, and the failure after it says so', async () => {
  await using at = await setUp(socket => socket.destroy())
  let sent = 0
  const reply = await at.device.write('mode', '0', undefined, () => {
    sent += 1
  })
  assert.deepEqual([sent, errorOf(reply).code, errorOf(reply).sent], [1, 'unreachable', true])
})

test('a request that nobody took has not left', async () => {
  const at = await setUp(socket => socket.end(page))
  await at[Symbol.asyncDispose]()
  const device = openDevice({ host: '127.0.0.1', port: at.server.port, login: null, timeoutMs }, fakeClock())
  let sent = 0
  const reply = await device.write('mode', '0', undefined, () => {
    sent += 1
  })
  assert.deepEqual([sent, errorOf(reply).sent], [0, undefined])
})

test('a call that its caller ends tells nothing of an address', async () => {
  const addresses: Addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.99', family: 4 },
  ]
  const lookUp = () => Promise.resolve(addresses)
  const answers = (socket: Socket, _: string, number: number) => void (number > 1 && socket.end(page))
  await using at = await setUp(answers, { host: 'fos1.example' }, lookUp)
  const overtaken = new AbortController()
  const reading = at.device.read(overtaken.signal)
  await until(() => at.server.requests() === 1)
  overtaken.abort()
  await reading
  assert.ok((await at.device.read()).ok)
})
