import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyAnswers, pingOnce } from '../../src/probes/ping.ts'
import { systemClock } from '../../src/system/clock.ts'
import { until } from '../helpers/until.ts'
import { isRunning, neverAborts, pids, pingCheck, withPing } from './checks.ts'

const once = (over: Parameters<typeof pingCheck>[0] = {}) =>
  pingOnce(pingCheck(over), systemClock, neverAborts)
const header = 'echo "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data."'

for (const [what, script, outcome, detail] of [
  [
    'answers',
    `${header}; echo "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.25 ms"`,
    'answered',
    'reply from 127.0.0.1',
  ],
  ['got no reply', `${header}; exit 1`, 'failed', 'no echo reply'],
  [
    'cannot ask',
    'echo "ping: connect: Network is unreachable" >&2; exit 2',
    'inconclusive',
    'connect: Network is unreachable',
  ],
  [
    'has no route to the host',
    'echo "ping: connect: No route to host" >&2; exit 2',
    'failed',
    'connect: No route to host',
  ],
  [
    'may not open a socket',
    'echo "ping: socktype: SOCK_RAW" >&2; echo "ping: socket: Operation not permitted" >&2; exit 2',
    'inconclusive',
    'socket: Operation not permitted',
  ],
  [
    'could not send',
    `${header}; echo "ping: sendmsg: Operation not permitted" >&2; echo "1 packets transmitted, 0 received"; exit 1`,
    'inconclusive',
    'this node could not send: Operation not permitted',
  ],
  [
    'is that of busybox',
    'echo "ping: invalid option -- n" >&2; echo "BusyBox v1.35.0 multi-call binary." >&2; echo "Usage: ping [OPTIONS] HOST" >&2; exit 1',
    'inconclusive',
    'invalid option -- n (not the ping of iputils: install iputils-ping)',
  ],
  [
    'is that of inetutils',
    "echo \"ping: invalid value ('1.000' near '.000')\" >&2; echo \"Try 'ping --help' or 'ping --usage' for more information.\" >&2; exit 1",
    'inconclusive',
    "invalid value ('1.000' near '.000') (not the ping of iputils: install iputils-ping)",
  ],
  ['prints garbage', 'head -c 100000 /dev/zero; exit 3', 'inconclusive', 'ping ended (exit 3)'],
  ['is killed', 'kill -9 $$', 'inconclusive', 'ping ended (SIGKILL)'],
] as const) {
  test(`a ping that ${what}: ${outcome}`, async () => {
    const result = await withPing(`#!/bin/sh\n${script}\n`, () => once())
    assert.deepEqual([result.outcome, result.detail], [outcome, detail])
  })
}

test('the round trip is ping’s, without the time that starting it took', async () => {
  const script = '#!/bin/sh\necho "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.25 ms"\n'
  assert.equal((await withPing(script, () => once())).ms, 0.25)
})

test('no ping at all is inconclusive, and says what to install', async () => {
  const path = process.env.PATH
  process.env.PATH = '/nonexistent'
  const result = await once()
  process.env.PATH = path
  assert.deepEqual(
    [result.outcome, result.detail],
    ['inconclusive', 'ping is not installed: install iputils-ping'],
  )
})

test('a ping that may not be executed is inconclusive', async () => {
  const result = await withPing('#!/bin/sh\n', directory => {
    chmodSync(join(directory, 'ping'), 0o644)
    process.env.PATH = directory
    return once()
  })
  assert.deepEqual([result.outcome, result.detail], ['inconclusive', 'ping may not be executed by this user'])
})

test('a ping that says nothing has failed at the deadline, and is ended', async () => {
  await withPing('#!/bin/sh\necho $$ > "$(dirname "$0")/pids"\nexec sleep 60\n', async directory => {
    const result = await once({ timeoutMs: 300 })
    assert.deepEqual([result.outcome, result.detail], ['failed', 'no answer in 300 ms'])
    await until('it is gone', () => pids(directory).filter(isRunning).length === 0)
    assert.equal(pids(directory).length, 1)
  })
})

test('a host is never taken for an option of ping', async () => {
  const result = await withPing('#!/bin/sh\necho "$@" >&2; exit 2\n', () => once({ host: '--help' }))
  assert.match(result.detail, /^this node cannot resolve --help/)
})

test('ping is told in seconds, in the C locale, and given nothing else of the environment', async () => {
  const script = '#!/bin/sh\necho "$* $LC_ALL [$HOME]" >&2; exit 2\n'
  assert.equal(
    (await withPing(script, () => once({ timeoutMs: 60_250 }))).detail,
    '-n -c 1 -W 60.250 127.0.0.1 C []',
  )
})

/** Answers for 127.0.0.2 alone; the others hang. */
const oneAnswers = `#!/bin/sh
for host; do :; done
[ "$host" = 127.0.0.2 ] || exec sleep 60
echo "64 bytes from $host: icmp_seq=1 ttl=64 time=0.25 ms"
exec sleep 60
`

test('any: true as soon as one answers, whatever the others do', async () => {
  const before = systemClock.mono()
  const found = await withPing(oneAnswers, () =>
    anyAnswers(['127.0.0.1', '127.0.0.2', '127.0.0.3'], 30_000, systemClock, neverAborts),
  )
  assert.equal(found, true)
  assert.ok(systemClock.mono() - before < 10_000)
})

test('any: false when nobody answers in time', async () => {
  const found = await withPing(oneAnswers, () =>
    anyAnswers(['127.0.0.1', '127.0.0.3'], 300, systemClock, neverAborts),
  )
  assert.equal(found, false)
})

test('any: false of no hosts, and when ping cannot ask', async () => {
  assert.equal(await anyAnswers([], 1000, systemClock, neverAborts), false)
  const found = await withPing('#!/bin/sh\nexit 2\n', () =>
    anyAnswers(['127.0.0.1'], 1000, systemClock, neverAborts),
  )
  assert.equal(found, false)
})

test('any: many hosts bring no warning of many listeners', async t => {
  const warnings: string[] = []
  const note = ({ name }: Error) => warnings.push(name)
  process.on('warning', note)
  t.after(() => process.off('warning', note))
  const hosts = Array.from({ length: 12 }, (_, index) => `127.0.0.${index + 3}`)
  await withPing('#!/bin/sh\nexit 2\n', () => anyAnswers(hosts, 5000, systemClock, neverAborts))
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(warnings, [])
})

test('any: an abort ends it at once', async () => {
  const stopping = new AbortController()
  const found = withPing(oneAnswers, () => anyAnswers(['127.0.0.1'], 60_000, systemClock, stopping.signal))
  setImmediate(() => stopping.abort())
  assert.equal(await found, false)
})
