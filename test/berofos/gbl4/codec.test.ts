import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  xorOf,
} from '../../../src/berofos/gbl4/codec.ts'
import { type CommandName, commands, type RequestFields } from '../../../src/berofos/gbl4/commands.ts'
import { parseMac } from '../../../src/berofos/gbl4/layout.ts'
import { answers, mac, requests } from './recorded.ts'

const names = Object.keys(commands) as CommandName[]

for (const name of names) {
  describe(name, () => {
    const request = requests[name]
    const answer = answers[name]

    test('its request is written byte for byte', () => {
      const bytes = encodeRequest(name, request.fields as RequestFields<CommandName>)
      assert.equal(bytes.toString('hex'), request.datagram.toString('hex'))
    })

    test('its request is read', () => {
      assert.deepEqual(decodeRequest(request.datagram), { command: name, fields: request.fields })
    })

    test('its answer is written byte for byte', () => {
      const bytes = encodeAnswer(name, answer.fields as never)
      assert.equal(bytes.toString('hex'), answer.datagram.toString('hex'))
    })

    test('its answer is read', () => assert.deepEqual(decodeAnswer(name, answer.datagram), answer.fields))

    test('every truncation of both is refused', () => {
      for (let length = 0; length < request.datagram.length; length++)
        assert.equal(decodeRequest(request.datagram.subarray(0, length)), null, `${length} bytes`)
      for (let length = 0; length < answer.datagram.length; length++)
        assert.equal(decodeAnswer(name, answer.datagram.subarray(0, length)), null, `${length} bytes`)
    })

    test('every flip of a single bit of both is refused', () => {
      for (const [bytes, decode] of [
        [request.datagram, decodeRequest],
        [answer.datagram, (datagram: Buffer) => decodeAnswer(name, datagram)],
      ] as const) {
        for (let bit = 0; bit < bytes.length * 8; bit++) {
          const flipped = Buffer.from(bytes)
          flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          assert.equal(decode(flipped), null, `bit ${bit}`)
        }
      }
    })

    test('its answer is none to another command', () => {
      for (const other of names) {
        if (other !== name) assert.equal(decodeAnswer(other, answer.datagram), null, other)
      }
    })

    test('a request with a byte too many is refused, its checksum being right', () => {
      // The checksum of a whole datagram with its checksum is 0, and so two zeros keep it right.
      const longer = Buffer.concat([request.datagram, Buffer.of(0)])
      assert.equal(xorOf(longer), 0)
      assert.equal(decodeRequest(longer), null)
    })

    test('an answer with more behind it is taken', () => {
      // Two zeros keep the checksum right.
      const longer = Buffer.concat([answer.datagram, Buffer.alloc(2)])
      assert.ok(decodeAnswer(name, longer))
    })
  })
}

const octet = fc.integer({ min: 0, max: 255 })
const word = fc.integer({ min: 0, max: 65535 })
const dotted = fc.tuple(octet, octet, octet, octet).map(parts => parts.join('.'))
const macs = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map(bytes => [...bytes].map(byte => byte.toString(16).toUpperCase().padStart(2, '0')).join(':'))

test('any network configuration comes back from its datagram', () => {
  const fields = fc.record({
    mac: macs,
    address: dotted,
    netmask: dotted,
    gateway: dotted,
    phyconf: octet,
    options: octet,
    httpPort: word,
  })
  fc.assert(
    fc.property(fields, sent => {
      const received = decodeRequest(encodeRequest('setNetconf', sent))
      assert.deepEqual(received, { command: 'setNetconf', fields: { ...sent } })
    }),
  )
})

test('any page comes back padded with zeros', () => {
  fc.assert(
    fc.property(macs, word, fc.uint8Array({ maxLength: 512 }), (mac, index, data) => {
      const received = decodeRequest(encodeRequest('flashPage', { mac, index, data }))
      assert.ok(received?.command === 'flashPage')
      assert.equal(received.fields.index, index)
      assert.deepEqual(
        Buffer.from(received.fields.data),
        Buffer.concat([data, Buffer.alloc(512 - data.length)]),
      )
    }),
  )
})

test('any answer comes back from its datagram', () => {
  const fields = fc.record({
    mac: macs,
    hwmagic: word,
    bootMajor: octet,
    bootMinor: octet,
    firmwareMajor: octet,
    firmwareMinor: octet,
    devmode: octet,
    address: dotted,
    netmask: dotted,
    gateway: dotted,
    phyconf: octet,
    phystate: octet,
    options: octet,
    httpPort: word,
  })
  fc.assert(
    fc.property(fields, sent => {
      assert.deepEqual(decodeAnswer('getNetconf', encodeAnswer('getNetconf', sent)), { ...sent })
    }),
  )
})

test('no bytes whatever make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (bytes, dressed) => {
      const open = Buffer.concat([Buffer.from(dressed ? 'GBL\x04' : ''), bytes])
      const datagram = dressed ? Buffer.concat([open, Buffer.of(xorOf(open))]) : open
      decodeRequest(datagram)
      for (const name of names) decodeAnswer(name, datagram)
    }),
    { numRuns: 1000 },
  )
})

for (const [typed, read] of [
  [mac, mac],
  ['00:19:32:00:12:1d', mac],
  [' 00:19:32:00:12:1D ', mac],
  ['00-19-32-00-12-1d', mac],
  ['00.19.32.00.12.1D', mac],
  ['001932 00121D', null],
  ['00:19:32:00:12', null],
  ['00:19:32:00:12:1D:00', null],
  ['00:19:32:00:12:1G', null],
  ['', null],
] as const) {
  test(`"${typed}" is ${read === null ? 'no MAC' : 'a MAC'}`, () => assert.equal(parseMac(typed), read))
}
