import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import { pingStream, pingStreamWith } from '../../src/probes/ping-stream.ts'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { until } from '../helpers/until.ts'
import { isRunning, pids, pingCheck, withPing } from './checks.ts'

const quick = pingCheck({ intervalMs: 100, timeoutMs: 100 })

/** Notes its pid, answers twice, then does as told. */
const answersTwice = (then: string) => `#!/bin/sh
echo $$ >> "$(dirname "$0")/pids"
echo "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data."
echo "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.25 ms"
echo "64 bytes from 127.0.0.1: icmp_seq=2 ttl=64 time=0.25 ms"
${then}
`

test('stop leaves no process, and nothing is reported afterwards', async () => {
  await withPing(answersTwice('exec sleep 60'), async directory => {
    const seen: ProbeResult[] = []
    const stream = pingStream(quick, systemClock, result => seen.push(result))
    await until('an answer', () => seen.length > 0)
    await stream.stop()
    const count = seen.length
    assert.deepEqual(pids(directory).filter(isRunning), [])
    await new Promise(resolve => setImmediate(resolve))
    assert.equal(seen.length, count)
  })
})

test('a ping that dies is inconclusive with its cause, once an interval, and is started anew after 1 s', async () => {
  await withPing(answersTwice('echo "ping: sendmsg: broken" >&2; exit 2'), async directory => {
    const clock = new FakeClock()
    const seen: ProbeResult[] = []
    const stream = pingStream(quick, clock, result => seen.push(result))
    const excuses = () => seen.filter(result => result.outcome === 'inconclusive')
    await until('the death is reported', () => excuses().length === 1)
    assert.equal(excuses()[0]?.detail, 'sendmsg: broken')
    assert.equal(seen.filter(result => result.outcome === 'answered').length, 2)
    await clock.advance(950)
    assert.deepEqual([excuses().length, pids(directory).length], [10, 1])
    await clock.advance(60)
    await until('a second ping', () => pids(directory).length === 2)
    await stream.stop()
  })
})

test('a ping that has no route to the host has failed, and is started anew each interval: no failure without a try', async () => {
  const script =
    '#!/bin/sh\necho $$ >> "$(dirname "$0")/pids"\necho "ping: connect: No route to host" >&2; exit 2\n'
  await withPing(script, async directory => {
    const clock = new FakeClock()
    const seen: ProbeResult[] = []
    const stream = pingStream(pingCheck({ intervalMs: 300 }), clock, result => seen.push(result))
    for (let tries = 1; tries <= 12; tries++) {
      await until('it is reported', () => seen.length === tries)
      assert.deepEqual(seen.at(-1), { outcome: 'failed', ms: 0, detail: 'connect: No route to host' })
      await clock.advance(299)
      assert.deepEqual([seen.length, pids(directory).length], [tries, tries])
      await clock.advance(1)
    }
    await stream.stop()
  })
})

test('the pause grows to 10 s while ping keeps dying', async () => {
  await withPing(answersTwice('exit 2'), async directory => {
    const clock = new FakeClock()
    let excuses = 0
    const check = pingCheck({ intervalMs: 60_000 })
    const stream = pingStream(check, clock, result => (result.outcome === 'inconclusive' ? excuses++ : 0))
    for (const [index, pauseMs] of [1000, 2000, 4000, 8000, 10_000, 10_000].entries()) {
      // A ping that runs has a timer too, of over a minute: only the pause's own tells that ping is dead.
      await until('ping died and the pause began', () => clock.dueIn.join() === `${pauseMs}`)
      await clock.advance(pauseMs - 1)
      assert.equal(pids(directory).length, index + 1)
      await clock.advance(1)
    }
    assert.equal(excuses, 1, 'one an interval, however often it died')
    await stream.stop()
  })
})

test('a ping that hangs is killed and started anew', async () => {
  await withPing(answersTwice('exec sleep 60'), async directory => {
    const clock = new FakeClock()
    const seen: ProbeResult[] = []
    const stream = pingStream(quick, clock, result => seen.push(result))
    await until('the answers', () => seen.length === 2)
    for (let s = 0; s < 7; s++) await clock.advance(1000)
    await until('it says so', () => seen.some(result => /was restarted$/.test(result.detail)))
    assert.equal(isRunning(pids(directory)[0] ?? 0), false)
    await clock.advance(1000)
    await until('a second ping', () => pids(directory).length === 2)
    await stream.stop()
  })
})

test('a round trip during which the wall clock was set an hour ahead is no failure', async () => {
  const goesOn = `
until [ -e "$(dirname "$0")/go" ]; do sleep 0.01; done
echo "64 bytes from 127.0.0.1: icmp_seq=3 ttl=64 time=3600000 ms"
exec sleep 60`
  await withPing(answersTwice(goesOn), async directory => {
    const clock = new FakeClock()
    const seen: ProbeResult[] = []
    const stream = pingStream(quick, clock, result => seen.push(result))
    await until('the answers before', () => seen.length === 2)
    clock.setWall(clock.wall() + 3_600_000)
    writeFileSync(join(directory, 'go'), '')
    await until('the answer', () => seen.length === 3)
    await stream.stop()
    assert.deepEqual([seen[2]?.outcome, seen[2]?.ms], ['answered', 0])
  })
})

test('no ping is inconclusive, not a crash', async () => {
  const path = process.env.PATH
  process.env.PATH = '/nonexistent'
  const seen: ProbeResult[] = []
  const stream = pingStream(quick, systemClock, result => seen.push(result))
  await until('a result', () => seen.length > 0)
  process.env.PATH = path
  await stream.stop()
  assert.deepEqual(seen[0], {
    outcome: 'inconclusive',
    ms: 0,
    detail: 'ping is not installed: install iputils-ping',
  })
})

test('a flood without line ends is not kept', async () => {
  await withPing('#!/bin/sh\nexec cat /dev/zero\n', async () => {
    const before = process.memoryUsage().heapUsed
    const seen: ProbeResult[] = []
    const stream = pingStream(quick, systemClock, result => seen.push(result))
    await until('it is seen to say nothing', () =>
      seen.some(result => /has said nothing/.test(result.detail)),
    )
    await stream.stop()
    assert.ok(process.memoryUsage().heapUsed - before < 100e6)
  })
})

test('when the name has another address, ping is restarted there, without a pause', async () => {
  await withPing(
    answersTwice('echo "asked $*" >> "$(dirname "$0")/asked"; exec sleep 60'),
    async directory => {
      const clock = new FakeClock()
      const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.2']
      const find = async () =>
        ({ ok: true, value: [{ address: addresses.shift() ?? '192.0.2.2', family: 4 }] }) as const
      const stream = pingStreamWith(find)(
        pingCheck({ host: 'pbx', intervalMs: 60_000, timeoutMs: 300_000 }),
        clock,
        () => {},
      )
      const asked = () =>
        readFileSync(join(directory, 'asked'), { encoding: 'utf8', flag: 'a+' })
          .trim()
          .split('\n')
          .map(line => line.split(' ').at(-1))
      await until('the first', () => asked()[0] === '192.0.2.1')
      await clock.advance(60_000)
      assert.equal(asked().length, 1, 'the same address: ping goes on')
      await clock.advance(60_000)
      await until('the second', () => asked()[1] === '192.0.2.2')
      await stream.stop()
      assert.deepEqual(pids(directory).filter(isRunning), [])
    },
  )
})

test('a name that moved is looked up again at the first failure, and pinged there an interval later', async () => {
  const script = `#!/bin/sh
for address; do :; done
echo "PING $address ($address) 56(84) bytes of data."
[ "$address" = 127.0.0.2 ] && echo "64 bytes from $address: icmp_seq=1 ttl=64 time=0.25 ms"
exec sleep 60`
  await withPing(script, async () => {
    const seen: ProbeResult[] = []
    const addresses = ['127.0.0.1']
    const find = async () =>
      ({ ok: true, value: [{ address: addresses.shift() ?? '127.0.0.2', family: 4 }] }) as const
    const check = pingCheck({ host: 'pbx', intervalMs: 200, timeoutMs: 200 })
    const stream = pingStreamWith(find)(check, systemClock, result => seen.push(result))
    await until('an answer', () => seen.some(({ outcome }) => outcome === 'answered'))
    await stream.stop()
    const before = seen.slice(
      0,
      seen.findIndex(({ outcome }) => outcome === 'answered'),
    )
    assert.equal(before.filter(({ outcome }) => outcome === 'failed').length, 1)
  })
})

test('when one address of a name fails and another one answers, that one is pinged', async () => {
  const script = `#!/bin/sh
for address; do :; done
echo "PING $address ($address) 56(84) bytes of data."
[ "$address" = 127.0.0.2 ] || exec sleep 60
for seq in $(seq 100); do echo "64 bytes from $address: icmp_seq=$seq ttl=64 time=0.25 ms"; sleep 0.2; done`
  await withPing(script, async () => {
    const seen: ProbeResult[] = []
    const value = [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ] as const
    const check = pingCheck({ host: 'pbx', intervalMs: 200, timeoutMs: 200 })
    const stream = pingStreamWith(async () => ({ ok: true, value }))(check, systemClock, result =>
      seen.push(result),
    )
    const answered = () => seen.filter(({ outcome }) => outcome === 'answered').length
    await until('it stays with the one that answers', () => answered() > 2)
    await stream.stop()
    assert.equal(seen[0]?.outcome, 'failed')
  })
})

test('a name that cannot be resolved is inconclusive, once an interval', async () => {
  const seen: ProbeResult[] = []
  const clock = new FakeClock()
  const find = async () =>
    ({ ok: false, systemCode: 'EAI_AGAIN', detail: 'this node cannot resolve pbx' }) as const
  const stream = pingStreamWith(find)(pingCheck({ host: 'pbx' }), clock, result => seen.push(result))
  await clock.advance(999)
  await stream.stop()
  assert.deepEqual(seen, [{ outcome: 'inconclusive', ms: 0, detail: 'this node cannot resolve pbx' }])
})
