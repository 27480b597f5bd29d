import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { SipCheck } from '../../../src/core/settings.ts'
import { probeSip } from '../../../src/probes/sip-options.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { Random } from '../../helpers/random.ts'
import { expectOneLine, piecesOf } from '../expect.ts'
import type { Target } from '../target.ts'
import { expectInTime } from './http-peers.ts'
import { sipSeeds, sipText, sipWords } from './sip-replies.ts'
import { openStranger } from './stranger.ts'

const timeoutMs = 60
const mostDatagramBytes = 60_000

export const sipProbe: Target = {
  name: 'sip-probe',
  holds: 'over UDP and TCP a result at the latest at the deadline, and no connection left',
  seeds: sipSeeds,
  words: sipWords,
  generate: sipText,
  oneIn: 20,
  limitMs: 4000,
  async open() {
    const overTcp = await openStranger()
    const overUdp = createSocket('udp4')
    await once(overUdp.bind(0, '127.0.0.1'), 'listening')
    let said: Buffer = Buffer.alloc(0)
    overUdp.on('message', (request, { port, address }) => {
      for (const datagram of datagramsOf(withMarks(said, request.toString('latin1'))))
        overUdp.send(datagram, port, address)
    })
    return {
      async run(input) {
        said = input
        overTcp.say(input, withMarks)
        const transport = new Random(input).pick(['tcp', 'udp'] as const)
        await probe(transport, transport === 'tcp' ? overTcp.port : overUdp.address().port)
        await overTcp.expectAlone(1500)
      },
      async close() {
        await overTcp.close()
        await new Promise<void>(resolve => overUdp.close(() => resolve()))
      },
    }
  },
}

async function probe(transport: SipCheck['transport'], port: number): Promise<void> {
  const check: SipCheck = {
    ...{ name: 'sip', type: 'sip', host: '127.0.0.1', port, transport },
    ...{ intervalMs: 1000, timeoutMs, fall: 5, rise: 5, required: true },
  }
  const startedAt = performance.now()
  const { outcome, detail, ms } = await probeSip(check, systemClock, new AbortController().signal)
  expectInTime(startedAt)
  // On a busy machine it may be that.
  const stalled = outcome === 'inconclusive' && detail.startsWith('this process was stalled')
  assert.ok(outcome === 'answered' || outcome === 'failed' || stalled, `${outcome}: ${detail}`)
  assert.ok(ms >= 0, `${ms} ms`)
  expectOneLine(detail, 160)
}

/** What answers a request of the past is made to answer this one. */
function withMarks(input: Buffer, request: string): Buffer {
  const branch = /branch=z9hG4bK(\w+)/.exec(request)?.[1] ?? ''
  const callId = /Call-ID: (\S+)/.exec(request)?.[1] ?? ''
  const text = input.toString('latin1').replaceAll('BRANCH', branch).replaceAll('CALLID@berofosd', callId)
  return Buffer.from(text, 'latin1')
}

function datagramsOf(bytes: Buffer): Buffer[] {
  const whole = bytes.subarray(0, mostDatagramBytes)
  return new Random(bytes).oneIn(3) ? piecesOf(whole).slice(0, 20) : [whole]
}
