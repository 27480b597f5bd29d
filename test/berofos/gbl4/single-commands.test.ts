import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeRequest, encodeAnswer } from '../../../src/berofos/gbl4/codec.ts'
import { classNetmask, type NetconfSettings, setNetconf } from '../../../src/berofos/gbl4/single-commands.ts'
import { fakeClock } from '../http/fake-clock.ts'
import { mac, requests } from './recorded.ts'
import { udpStub } from './udp-stub.ts'

async function set(settings: NetconfSettings, errcode = 0) {
  await using stub = await udpStub((_, say) => say(encodeAnswer('setNetconf', { mac, errcode })))
  const options = { clock: fakeClock(), port: stub.port }
  const reply = await setNetconf({ mac, host: '127.0.0.1' }, settings, options)
  return { reply, heard: stub.heard }
}

test('is sent as recorded', async () => {
  const { reply, heard } = await set({
    address: '10.34.1.20',
    netmask: '255.255.255.0',
    gateway: '10.34.1.1',
    dhcp: false,
  })
  assert.deepEqual(reply, { ok: true, value: null })
  assert.deepEqual(heard, [requests.setNetconf.datagram])
})

for (const [settings, expected] of [
  [{}, { address: '0.0.0.0', gateway: '0.0.0.0', phyconf: 3, options: 1, httpPort: 80 }],
  [{ ethernet: 'mbit10' }, { phyconf: 1 }],
  [{ ethernet: 'mbit100' }, { phyconf: 2 }],
  [{ httpAuth: true }, { options: 3 }],
  [{ httpAuth: true, dhcp: false }, { options: 2 }],
  [{ httpPort: 8080 }, { httpPort: 8080 }],
  [{ address: '172.16.0.9' }, { netmask: '255.255.0.0' }],
  [{ address: '192.168.0.9' }, { netmask: '255.255.255.0' }],
] as const) {
  test(`${JSON.stringify(settings)} is sent as ${JSON.stringify(expected)}`, async () => {
    const { heard } = await set(settings)
    const request = decodeRequest(heard[0] ?? Buffer.alloc(0))
    assert.ok(request?.command === 'setNetconf')
    assert.deepEqual({ ...request.fields, ...expected }, { ...request.fields })
  })
}

for (const [address, netmask] of [
  ['0.0.0.0', '255.0.0.0'],
  ['127.255.255.255', '255.0.0.0'],
  ['128.0.0.0', '255.255.0.0'],
  ['191.255.0.0', '255.255.0.0'],
  ['192.0.0.0', '255.255.255.0'],
  ['223.255.255.0', '255.255.255.0'],
] as const) {
  test(`${address} is of a class with netmask ${netmask}`, () => assert.equal(classNetmask(address), netmask))
}

for (const [settings, text] of [
  [{ address: '10.34.1' }, 'address has to be an IPv4 address'],
  [{ address: '::1' }, 'address has to be an IPv4 address'],
  [{ address: '224.0.0.1' }, 'address 224.0.0.1 is not one that a device can have'],
  [{ gateway: 'router' }, 'gateway has to be an IPv4 address'],
  [{ netmask: '255.0.255.0' }, 'netmask 255.0.255.0 is not a netmask: write one such as 255.255.255.0'],
  [{ httpPort: 0 }, 'the HTTP port has to be a number from 1 to 65535'],
  [{ httpPort: 65_536 }, 'the HTTP port has to be a number from 1 to 65535'],
  [{ httpPort: Number.NaN }, 'the HTTP port has to be a number from 1 to 65535'],
] as const) {
  test(`${JSON.stringify(settings)} is refused and not sent`, async () => {
    const { reply, heard } = await set(settings)
    assert.deepEqual(reply, { ok: false, error: { code: 'value', text } })
    assert.deepEqual(heard, [])
  })
}

test('an error code is an error that tells of flash mode', async () => {
  const { reply } = await set({}, 1)
  assert.ok(!reply.ok)
  assert.equal(reply.error.code, 'refused')
  assert.match(
    reply.error.text,
    /^00:19:32:00:12:1D at 127\.0\.0\.1 refused the network configuration \(error 1\): .*flash mode.*black button/,
  )
})

test('the answer may come from the address that the device has just been given', async () => {
  await using stub = await udpStub((_, _say, from) => {
    device.send(encodeAnswer('setNetconf', { mac, errcode: 0 }), from.port, from.address)
  })
  const device = await stub.other('127.0.0.66', stub.port)
  const options = { clock: fakeClock(), port: stub.port }
  assert.ok((await setNetconf({ mac, host: '127.0.0.1' }, { address: '127.0.0.66' }, options)).ok)
})
