import assert from 'node:assert/strict'
import { test } from 'node:test'
import { broadcastPaths, interfacesOf } from '../../../src/berofos/gbl4/broadcast-paths.ts'

const ipv4 = (address: string, netmask: string) => ({ family: 'IPv4', address, netmask })

for (const [address, netmask, to] of [
  ['10.34.1.9', '255.255.255.0', ['10.34.1.255', '255.255.255.255']],
  ['10.34.1.9', '255.0.0.0', ['10.255.255.255', '255.255.255.255']],
  ['192.168.7.130', '255.255.255.192', ['192.168.7.191', '255.255.255.255']],
  ['127.0.0.1', '255.0.0.0', ['127.255.255.255', '255.255.255.255']],
  ['10.0.0.1', '255.255.255.254', ['255.255.255.255']],
  ['10.0.0.1', '255.255.255.255', ['255.255.255.255']],
] as const) {
  test(`${address} with ${netmask} reaches ${to.join(' and ')}`, () => {
    assert.deepEqual(broadcastPaths({ eth0: [ipv4(address, netmask)] }), [{ from: address, to: [...to] }])
  })
}

test('every address of every interface has a path, IPv6 has none', () => {
  const v6 = { family: 'IPv6', address: 'fe80::1', netmask: 'ffff::' }
  const both = [ipv4('10.0.0.1', '255.255.255.0'), v6, ipv4('10.0.1.1', '255.255.255.0')]
  const paths = broadcastPaths({ lo: [ipv4('127.0.0.1', '255.0.0.0')], eth0: both, eth1: undefined })
  assert.deepEqual(
    paths.map(({ from }) => from),
    ['127.0.0.1', '10.0.0.1', '10.0.1.1'],
  )
})

test('where the interfaces may not be listed, as in the sandbox of the service, none is known', () => {
  const forbidden = () => {
    throw new Error('uv_interface_addresses returned Unknown system error 97')
  }
  assert.deepEqual(broadcastPaths(interfacesOf(forbidden)), [])
})
