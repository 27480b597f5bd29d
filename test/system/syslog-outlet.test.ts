import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Addresses, LookUp } from '../../src/net/resolve.ts'
import { openOutlet } from '../../src/system/syslog-outlet.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { until } from '../helpers/until.ts'

test('a UDP collector to which our own kernel refuses to connect is told by its errno, as one that is away', async () => {
  const told: string[] = []
  // The broadcast address of loopback: EACCES without SO_BROADCAST, whoever runs this and whatever his routes.
  const outlet = openOutlet({ host: '127.255.255.255', port: 514 }, new FakeClock(), why => told.push(why))
  const first = outlet.send(Buffer.from('hello'))
  await until('it is told', () => told.length > 0)
  assert.deepEqual([first, ...told, outlet.send(Buffer.from('hello'))], ['EAGAIN', 'EACCES', 'EACCES'])
  outlet.close()
})

test('a UDP collector whose name server says nothing is away after two seconds, and is reached once it does', async () => {
  const collector = createSocket('udp4').bind(0, '127.0.0.1')
  await once(collector, 'listening')
  const clock = new FakeClock()
  let resolve: (addresses: Addresses) => void = () => {}
  const lookUp: LookUp = () =>
    new Promise(found => {
      resolve = found
    })
  const { port } = collector.address()
  const outlet = openOutlet({ host: 'log.example', port }, clock, () => {}, lookUp)
  const sends = () => outlet.send(Buffer.from('hello'))
  const first = sends()
  await clock.advance(2001)
  assert.deepEqual([first, sends()], ['EAGAIN', 'ETIMEDOUT'])
  resolve([{ address: '127.0.0.1', family: 4 }])
  const received = once(collector, 'message')
  await until('it is open', () => sends() === 'sent')
  assert.equal(String((await received)[0]), 'hello')
  outlet.close()
  collector.close()
})
