import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { openLog } from '../../src/system/logger.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { temporary } from '../helpers/temporary.ts'
import { until } from '../helpers/until.ts'
import { openReceiver } from './datagram-receiver.ts'

test('while the collector is away, 1500 lines of a hook push out each other, and not the failover', async t => {
  const path = `${temporary(t)}/log`
  const clock = new FakeClock()
  const log = openLog({ target: { path }, facility: 'daemon', level: 'info', clock })
  const before = openReceiver(path)
  log.write('info', 'the collector is there')
  await until('it has taken a line', () => before.received.length === 1)
  before.close()
  rmSync(path)
  log.write('warning', 'failover: lines to the slave: check ping is down')
  for (let n = 1; n <= 1500; n++) log.write('info', `hook before_slave: line ${n}`)
  const after = openReceiver(path)
  t.after(() => after.close())
  await until('nothing is pending', async () => {
    await clock.advance(1000)
    return log.pending() === 0
  })
  await until('it has all', () => after.received.length === 1001)
  await log.close(0)
  const texts = after.received.map(line => line.replace(/^.*?\]: /, ''))
  assert.deepEqual(texts.slice(0, 3), [
    '501 lines lost',
    'failover: lines to the slave: check ping is down',
    'hook before_slave: line 502',
  ])
  assert.equal(texts.at(-1), 'hook before_slave: line 1500')
})
