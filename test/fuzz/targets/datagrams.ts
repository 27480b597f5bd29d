import assert from 'node:assert/strict'
import {
  answerPayload,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  xorOf,
} from '../../../src/berofos/gbl4/codec.ts'
import { type CommandName, commands } from '../../../src/berofos/gbl4/commands.ts'
import { parameterNamed } from '../../../src/berofos/parameters.ts'
import { answerGbl4 } from '../../../src/simulator/gbl4-answers.ts'
import { createSimulatedDevice } from '../../../src/simulator/simulated-device.ts'
import { answers, requests } from '../../berofos/gbl4/recorded.ts'
import { Random } from '../../helpers/random.ts'
import type { Target } from '../target.ts'

const recorded = [...Object.values(requests), ...Object.values(answers)].map(({ datagram }) => datagram)
const numbers = Object.values(commands).map(({ number }) => number)
const mac = Buffer.from('00193200121d', 'hex')
const prefix = Buffer.from('GBL\x04')
export const datagramWords = [
  'GBL\x04',
  '\x00\x19\x32\x00\x12\x1d',
  '\xff\xff',
  '\x00\x50',
  '\x00\xbb',
  '\x00',
  '\x0b',
]

export const datagrams: Target = {
  name: 'datagrams',
  holds: 'decoded to what encodes to the same bytes, or passed over',
  seeds: recorded,
  words: datagramWords,
  generate: datagram,
  limitMs: 250,
  open: () => ({ run: roundTrip }),
}

export const simulatedGbl4: Target = {
  name: 'gbl4-device',
  holds: 'any run of requests is answered in form or not at all, and the device stays one',
  seeds: recorded,
  words: datagramWords,
  generate: random => Buffer.concat(random.many(1, 6, () => datagram(random))),
  limitMs: 500,
  open: () => ({ run: play }),
}

/** Of a known command mostly, of the right length mostly, with a checksum that fits mostly. */
export function datagram(random: Random): Buffer {
  if (random.oneIn(4)) return withSum(random.pick(recorded).subarray(0, -1), random)
  const body: Buffer[] = [prefix, Buffer.of(random.oneIn(9) ? random.below(256) : random.pick(numbers))]
  if (!random.oneIn(5)) body.push(mac)
  body.push(random.bytes(random.pick([0, 0, 1, 2, 3, 16, 24, random.below(40)])))
  if (random.oneIn(8)) body.push(Buffer.alloc(random.pick([510, 512, 514]), random.below(256)))
  return withSum(Buffer.concat(body), random)
}

function withSum(bytes: Buffer, random: Random): Buffer {
  return Buffer.concat([bytes, Buffer.of(random.oneIn(12) ? random.below(256) : xorOf(bytes))])
}

function roundTrip(input: Buffer): void {
  // Half of the mutations would end at the checksum.
  for (const bytes of [input, Buffer.concat([input, Buffer.of(xorOf(input))])]) {
    const request = decodeRequest(bytes)
    if (request) expectSame(encodeRequest(request.command, request.fields as never), bytes)
    for (const command of Object.keys(commands) as CommandName[]) {
      const answer = decodeAnswer(command, bytes)
      // A longer answer is taken; what follows the known fields is not kept.
      const known = answer && encodeAnswer(command, answer as never).subarray(0, -1)
      if (known) expectSame(known, bytes.subarray(0, known.length))
    }
    const [prep, page] = [answerPayload('flashPrep', bytes), answerPayload('flashPage', bytes)]
    assert.ok(prep === null || page === null, 'an answer to both')
  }
}

function expectSame(encoded: Buffer, bytes: Buffer): void {
  assert.ok(
    encoded.equals(bytes),
    `${bytes.toString('hex').slice(0, 80)} becomes ${encoded.toString('hex').slice(0, 80)}`,
  )
}

/** The input as one datagram after the other. */
export function datagramsIn(input: Buffer): Buffer[] {
  const starts = [0]
  for (let at = input.indexOf(prefix, 1); at > 0 && starts.length < 200; at = input.indexOf(prefix, at + 1))
    starts.push(at)
  return starts.map((start, index) => input.subarray(start, starts[index + 1]))
}

function play(input: Buffer): void {
  const random = new Random(input)
  const device = createSimulatedDevice({ auth: random.pick(['none', 'basic', 'digest']) })
  device.flashMode = random.oneIn(2)
  const state = { device, upload: null, mute: random.oneIn(2) }
  for (const [index, bytes] of datagramsIn(input).entries()) {
    const request = decodeRequest(bytes)
    const answer = request && answerGbl4(state, request, index * 1000)
    if (request && answer)
      assert.ok(decodeAnswer(request.command, answer), `${request.command}: an answer that is none`)
    if (random.oneIn(5)) device.flashMode = !device.flashMode
  }
  for (const keyword of ['mode', 'address', 'netmask', 'gateway', 'dhcp', 'pwd', 'wdog']) {
    const value = device.values.get(keyword) ?? ''
    assert.equal(parameterNamed(keyword)?.codec.decode(value), value, `${keyword} became ${value}`)
  }
  const netconf = answerGbl4(state, { command: 'getNetconf', fields: {} }, 1e6)
  assert.ok(netconf && decodeAnswer('getNetconf', netconf), 'the device is not found any more')
}
