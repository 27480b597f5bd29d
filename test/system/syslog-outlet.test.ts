import assert from 'node:assert/strict'
import { test } from 'node:test'
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
