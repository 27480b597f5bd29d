import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Gbl4Options, type Gbl4Reply, gbl4Errors } from '../../../src/berofos/gbl4/reply.ts'
import { readNetconf, scan } from '../../../src/berofos/gbl4/scan.ts'
import { kick, ping, reset, setNetconf } from '../../../src/berofos/gbl4/single-commands.ts'
import { deviceBlock } from '../../../src/cli/bnfos/scan.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { answers } from '../../berofos/gbl4/recorded.ts'
import { Random } from '../../helpers/random.ts'
import { expectOneLine } from '../expect.ts'
import type { Target } from '../target.ts'
import { datagram, datagramsIn, datagramWords } from './datagrams.ts'
import { expectInTime } from './http-peers.ts'

/** A scan takes all of it. */
const timeoutMs = 25
const mostDatagramBytes = 60_000
const target = { mac: '00:19:32:00:12:1D', host: '127.0.0.1' }

const calls: readonly ((options: Gbl4Options) => Promise<Gbl4Reply<unknown>>)[] = [
  options => scanShown(options),
  options => scanShown(options),
  options => readNetconf(target, options),
  options => ping(target, options),
  options => kick(target, options),
  options => reset(target, options),
  options => setNetconf(target, { address: '10.34.1.20' }, options),
]

export const gbl4Client: Target = {
  name: 'gbl4-client',
  holds: 'a scan, a ping, a kick, a reset and a netconf end in time with a reply or an error',
  seeds: Object.values(answers).map(each => each.datagram),
  words: datagramWords,
  generate: random => Buffer.concat(random.many(1, 8, () => datagram(random))),
  oneIn: 20,
  limitMs: 4000,
  async open() {
    const stranger = createSocket('udp4')
    await once(stranger.bind(0, '127.0.0.1'), 'listening')
    let said: Buffer = Buffer.alloc(0)
    stranger.on('message', (_, { port, address }) => {
      for (const each of datagramsIn(said)) stranger.send(each.subarray(0, mostDatagramBytes), port, address)
    })
    return {
      run(input) {
        said = input
        return call(input, stranger.address().port)
      },
      close: () => new Promise<void>(resolve => stranger.close(() => resolve())),
    }
  },
}

async function call(input: Buffer, port: number): Promise<void> {
  const startedAt = performance.now()
  const reply = await new Random(input).pick(calls)({ clock: systemClock, timeoutMs, port })
  expectInTime(startedAt)
  if (reply.ok) return
  assert.ok(gbl4Errors.includes(reply.error.code), reply.error.code)
  expectOneLine(reply.error.text)
}

async function scanShown(options: Gbl4Options): Promise<Gbl4Reply<unknown>> {
  const reply = await scan({ ...options, host: '127.0.0.1' })
  if (!reply.ok) return reply
  for (const device of reply.value) for (const line of deviceBlock(1, device)) expectOneLine(line, 79)
  assert.equal(new Set(reply.value.map(({ mac }) => mac)).size, reply.value.length, 'a device is found twice')
  return reply
}
