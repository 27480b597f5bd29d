import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeAnswer } from '../../../src/berofos/gbl4/codec.ts'
import { type FoundDevice, readNetconf, scan } from '../../../src/berofos/gbl4/scan.ts'
import { fakeClock } from '../http/fake-clock.ts'
import { answers, mac, requests } from './recorded.ts'
import { udpStub } from './udp-stub.ts'

const { fields, datagram } = answers.getNetconf
const answerOf = (change: Partial<typeof fields> | { mac: string; hwmagic?: number }) =>
  encodeAnswer('getNetconf', { ...fields, ...change })

/** Waits until `count` devices are known or the stub has been asked, and lets the time pass. */
async function scanAt(port: number, host: string | null, ready: (found: FoundDevice[]) => boolean) {
  const clock = fakeClock()
  const found: FoundDevice[] = []
  const scanning = scan({ clock, port, host, onDevice: device => found.push(device) })
  while (!ready(found)) await new Promise(resolve => setImmediate(resolve))
  for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
  clock.pass(3000)
  const reply = await scanning
  assert.equal(clock.pending(), 0)
  assert.ok(reply.ok)
  return { devices: reply.value, found }
}

describe('A scan', () => {
  test('of one address says what the device says, and where it is', async () => {
    await using stub = await udpStub((_, say) => say(datagram))
    const { devices } = await scanAt(stub.port, '127.0.0.1', found => found.length > 0)
    assert.deepEqual(devices, [{ ...fields, from: '127.0.0.1' }])
    assert.deepEqual(stub.heard[0], requests.getNetconf.datagram)
  })

  test('lists every device once, by its MAC, and tells of each as it is heard', async () => {
    const macs = ['00:19:32:00:00:03', '00:19:32:00:00:01', '00:19:32:00:00:03', '00:19:32:00:00:02']
    await using stub = await udpStub((_, say) => {
      for (const mac of macs) say(answerOf({ mac }))
    })
    const { devices, found } = await scanAt(stub.port, '127.0.0.1', found => found.length === 3)
    const list = (of: FoundDevice[]) => of.map(({ mac }) => mac.slice(-2))
    assert.deepEqual(list(devices), ['01', '02', '03'])
    assert.deepEqual(list(found), ['03', '01', '02'])
  })

  for (const [hwmagic, is] of [
    [0x0050, true],
    [0x00bb, true],
    [0x0051, false],
    [0xbb00, false],
    [0, false],
  ] as const) {
    test(`${is ? 'knows' : 'skips'} hardware 0x${hwmagic.toString(16)}`, async () => {
      await using stub = await udpStub((_, say) => say(answerOf({ mac, hwmagic })))
      const { devices } = await scanAt(stub.port, '127.0.0.1', () => stub.heard.length > 0)
      assert.equal(devices.length, is ? 1 : 0)
    })
  }

  for (const [what, extra] of [
    ['more fields than are known', Buffer.from('0102030405060708', 'hex')],
    ['zeros behind it', Buffer.alloc(20)],
  ] as const)
    test(`takes an answer with ${what}`, async () => {
      const body = Buffer.concat([datagram.subarray(0, -1), extra])
      const longer = Buffer.concat([body, Buffer.of(body.reduce((sum, byte) => sum ^ byte, 0))])
      await using stub = await udpStub((_, say) => say(longer))
      const { devices } = await scanAt(stub.port, '127.0.0.1', found => found.length > 0)
      assert.deepEqual(devices, [{ ...fields, from: '127.0.0.1' }])
    })

  test('of one address takes an answer from another address and port, and says which', async () => {
    await using stub = await udpStub(async (_, _say, from) => {
      const other = await stub.other('127.0.0.8', 0)
      other.send(datagram, from.port, from.address)
    })
    const { devices } = await scanAt(stub.port, '127.0.0.1', found => found.length > 0)
    assert.deepEqual(devices, [{ ...fields, from: '127.0.0.8' }])
  })

  test('without an answer is an empty list, not an error', async () => {
    await using stub = await udpStub(() => {})
    assert.deepEqual((await scanAt(stub.port, '127.0.0.1', () => stub.heard.length > 0)).devices, [])
  })

  test('goes out of the loopback interface as well', async () => {
    await using stub = await udpStub(
      (_, _say, from) => device.send(datagram, from.port, from.address),
      '127.255.255.255',
    )
    const device = await stub.other('127.0.0.7', stub.port)
    const { devices } = await scanAt(stub.port, null, found => found.length > 0)
    assert.deepEqual(
      devices.map(({ from }) => from),
      ['127.0.0.7'],
    )
  })

  test('of a broadcast address takes answers of whoever hears it', async () => {
    await using stub = await udpStub(
      (_, _say, from) => device.send(datagram, from.port, from.address),
      '127.255.255.255',
    )
    const device = await stub.other('127.0.0.7', stub.port)
    assert.equal((await scanAt(stub.port, '127.255.255.255', found => found.length > 0)).devices.length, 1)
  })

  test('asks three times, since a datagram may get lost', async () => {
    await using stub = await udpStub((_, say) => {
      if (stub.heard.length === 3) say(datagram)
    })
    const clock = fakeClock()
    const scanning = scan({ clock, port: stub.port, host: '127.0.0.1' })
    for (const asked of [1, 2, 3]) {
      while (stub.heard.length < asked) await new Promise(resolve => setImmediate(resolve))
      for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
      clock.pass(1000)
    }
    const reply = await scanning
    assert.equal(reply.ok && reply.value.length, 1)
    assert.equal(stub.heard.length, 3)
  })

  test('is called off by its signal', async () => {
    const reply = await scan({ clock: fakeClock(), port: 9, signal: AbortSignal.abort() })
    assert.equal(!reply.ok && reply.error.code, 'aborted')
  })

  test('of an IPv6 address is refused', async () => {
    const reply = await scan({ clock: fakeClock(), host: 'fe80::1' })
    assert.equal(!reply.ok && reply.error.text, 'fe80::1 is an IPv6 address: a berofos speaks IPv4 only')
  })
})

describe('The network configuration of one device', () => {
  test('is read as soon as it answers, whoever answers before', async () => {
    await using stub = await udpStub((_, say) => {
      say(answerOf({ mac: '00:19:32:00:00:01' }))
      say(datagram)
    })
    const reply = await readNetconf({ mac, host: '127.0.0.1' }, { clock: fakeClock(), port: stub.port })
    assert.deepEqual(reply, { ok: true, value: { ...fields, from: '127.0.0.1' } })
  })

  test('of another device at its address is not taken for its own, but named', async () => {
    await using stub = await udpStub((_, say) => say(answerOf({ mac: '00:19:32:00:00:01' })))
    const clock = fakeClock()
    const reading = readNetconf({ mac, host: '127.0.0.1' }, { clock, port: stub.port })
    while (stub.heard.length < 1) await new Promise(resolve => setImmediate(resolve))
    for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
    clock.pass(3000)
    const reply = await reading
    assert.ok(!reply.ok)
    assert.match(
      reply.error.text,
      /did not answer: at 127\.0\.0\.1 is 00:19:32:00:00:01, correct host or mac$/,
    )
  })
})
