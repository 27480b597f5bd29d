import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import type { Resolve } from '../../src/net/resolve.ts'
import { type AskAddress, askAddresses } from '../../src/probes/ask-addresses.ts'
import { attempt } from '../../src/probes/attempt.ts'
import { openSocket } from '../../src/probes/tcp.ts'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { until } from '../helpers/until.ts'
import { neverAborts } from './checks.ts'

/** A resolver that knows these addresses, the first of them first. */
const addresses =
  (first: string, ...others: string[]): Resolve =>
  async () => ({
    ok: true,
    value: [{ address: first, family: 4 }, ...others.map(address => ({ address, family: 4 }) as const)],
  })

function askAt(find: Resolve, ask: AskAddress, clock = new FakeClock()): Promise<ProbeResult> {
  return attempt(clock, 1000, neverAborts, whole => askAddresses(whole, { host: 'pbx' }, ask, find))
}

/** The same, returned once the first address is asked: whose addresses these are is found out on real sockets. */
async function askedAt(
  find: Resolve,
  ask: AskAddress,
  clock: FakeClock,
): Promise<() => Promise<ProbeResult>> {
  let isAsked = false
  const result = askAt(
    find,
    (...asked) => {
      isAsked = true
      return ask(...asked)
    },
    clock,
  )
  await until('the first is asked', () => isAsked)
  return () => result
}

test('while the first address is silent the next one is asked after 250 ms, and its answer wins', async () => {
  const clock = new FakeClock()
  const asked: [number, string][] = []
  const result = await askedAt(
    addresses('198.51.100.1', '198.51.100.2'),
    (running, { address }) => {
      asked.push([clock.mono(), address])
      if (address === '198.51.100.2') running.settle('answered', 'the second')
    },
    clock,
  )
  await clock.advance(250)
  assert.deepEqual(await result(), { outcome: 'answered', ms: 250, detail: 'the second' })
  assert.deepEqual(
    asked.map(([at]) => at - (asked[0]?.[0] ?? 0)),
    [0, 250],
  )
})

test('many silent addresses share the deadline: the last one is asked in time', async () => {
  const clock = new FakeClock()
  const silent = Array.from({ length: 7 }, (_, n) => `198.51.100.${n + 2}`)
  const result = await askedAt(
    addresses('198.51.100.1', ...silent),
    (running, { address }) => {
      if (address === silent.at(-1)) running.settle('answered', 'the last')
    },
    clock,
  )
  await clock.advance(999)
  assert.equal((await result()).detail, 'the last')
})

test('after a failure the next address is asked at once', async () => {
  const result = await askAt(addresses('198.51.100.1', '198.51.100.2'), (running, { address }) =>
    address === '198.51.100.1' ? running.settle('failed', 'refused') : running.settle('answered', 'well'),
  )
  assert.deepEqual([result.outcome, result.detail, result.ms], ['answered', 'well', 0])
})

test('a failure and an address that cannot be asked make a failure that names both', async () => {
  const result = await askAt(addresses('198.51.100.1', '198.51.100.2'), (running, { address }) =>
    address === '198.51.100.1'
      ? running.settle('inconclusive', 'no route')
      : running.settle('failed', 'refused'),
  )
  assert.deepEqual(
    [result.outcome, result.detail],
    ['failed', '198.51.100.1: no route, 198.51.100.2: refused'],
  )
})

test('addresses that can all not be asked are inconclusive', async () => {
  const result = await askAt(addresses('198.51.100.1', '198.51.100.2'), running =>
    running.settle('inconclusive', 'no route'),
  )
  assert.equal(result.outcome, 'inconclusive')
})

test('no answer from any address by the deadline is a failure', async () => {
  const clock = new FakeClock()
  const ended: string[] = []
  const result = await askedAt(
    addresses('198.51.100.1', '198.51.100.2'),
    (running, { address }) => running.atEnd(() => ended.push(address)),
    clock,
  )
  await clock.advance(1000)
  assert.deepEqual([(await result()).outcome, ended], ['failed', ['198.51.100.1', '198.51.100.2']])
})

test('what throws is the failure of its address', async () => {
  const result = await askAt(addresses('198.51.100.1', '198.51.100.2'), async (running, { address }) => {
    if (address === '198.51.100.1') throw new Error('broken')
    running.settle('answered', 'well')
  })
  assert.equal(result.outcome, 'answered')
})

const own = Object.values(networkInterfaces())
  .flat()
  .find(each => each && !each.internal && each.family === 'IPv4')?.address

test('an address of this node is not asked beside others', { skip: !own }, async () => {
  const asked: string[] = []
  const result = await askAt(addresses(own ?? '', '198.51.100.2'), (running, { address }) => {
    asked.push(address)
    running.settle('failed', 'refused')
  })
  assert.deepEqual([result.outcome, asked], ['failed', ['198.51.100.2']])
})

test('of two addresses on real sockets the one that refuses does not hide the one that takes', async t => {
  const server = createServer()
  t.after(() => server.close())
  await once(server.listen(0, '127.0.0.2'), 'listening')
  const { port } = server.address() as { port: number }
  const result = await attempt(systemClock, 5000, neverAborts, whole =>
    askAddresses(
      whole,
      { host: 'pbx' },
      (running, address) => {
        openSocket(running, address, port, () => running.settle('answered', address.address))
      },
      addresses('127.0.0.1', '127.0.0.2'),
    ),
  )
  assert.deepEqual([result.outcome, result.detail], ['answered', '127.0.0.2'])
})
