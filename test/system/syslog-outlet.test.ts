import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOutlet } from '../../src/system/syslog-outlet.ts'
import { until } from '../helpers/until.ts'

test('a UDP collector to which our own kernel refuses to connect is told by its errno, as one that is away', async () => {
  // The broadcast address of loopback: EACCES without SO_BROADCAST, whoever runs this and whatever his routes.
  const outlet = openOutlet({ host: '127.255.255.255', port: 514 })
  const seen = new Set<string>()
  await until('it is told', () => seen.add(outlet.send(Buffer.from('hello'))).size > 1)
  outlet.close()
  assert.deepEqual([...seen], ['EAGAIN', 'EACCES'])
})
