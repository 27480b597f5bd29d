import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeAnswer } from '../../../src/berofos/gbl4/codec.ts'
import type { Gbl4Options, Gbl4Reply } from '../../../src/berofos/gbl4/reply.ts'
import { kick, ping, reset } from '../../../src/berofos/gbl4/single-commands.ts'
import type { LookUp } from '../../../src/net/resolve.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { fakeClock } from '../http/fake-clock.ts'
import { countListeners } from '../listener-count.ts'
import { answers, mac, requests } from './recorded.ts'
import { udpStub } from './udp-stub.ts'

const target = { mac, host: '127.0.0.1' }
const echo = answers.ping.datagram
const otherMac = '00:19:32:00:12:1E'

function errorOf(reply: Gbl4Reply<unknown>) {
  assert.ok(!reply.ok)
  return reply.error
}

/** Options whose clock stands still: only an answer ends the call, or `pass`. */
function still(port: number): Gbl4Options & { clock: ReturnType<typeof fakeClock> } {
  return { clock: fakeClock(), port }
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}

describe('One exchange', () => {
  test('sends the recorded datagram, and an echo is the answer', async () => {
    await using stub = await udpStub((_, say) => say(echo))
    const options = still(stub.port)
    assert.deepEqual(await ping(target, options), { ok: true, value: null })
    assert.deepEqual(stub.heard, [requests.ping.datagram])
    assert.equal(options.clock.pending(), 0)
  })

  test('takes a MAC in any case', async () => {
    await using stub = await udpStub((_, say) => say(answers.kick.datagram))
    assert.ok((await kick({ ...target, mac: mac.toLowerCase() }, still(stub.port))).ok)
    assert.deepEqual(stub.heard, [requests.kick.datagram])
  })

  test('resolves names', async () => {
    await using stub = await udpStub((_, say) => say(echo))
    const lookUp: LookUp = async () => [{ address: '127.0.0.1', family: 4 }]
    assert.ok((await ping({ mac, host: 'fos1.example' }, { ...still(stub.port), lookUp })).ok)
    const dead: LookUp = () => Promise.reject(Object.assign(new Error('dead'), { code: 'EAI_AGAIN' }))
    const remembered = { get: () => '127.0.0.1', note: () => {} }
    const asked = { ...still(stub.port), lookUp: dead, remembered }
    assert.ok(
      (await ping({ mac, host: 'fos1.example' }, asked)).ok,
      'it was not asked where it answered before',
    )
  })

  const damaged = Buffer.from(echo)
  damaged[7] = 0xff
  for (const [what, noise] of [
    ['damaged', damaged],
    ['of another command', answers.kick.datagram],
    ['of another device', encodeAnswer('ping', { mac: otherMac, number: 0 })],
    ['empty', Buffer.alloc(0)],
    ['too long', Buffer.alloc(60_000)],
    ['of another protocol', Buffer.from('SIP/2.0 200 OK\r\n\r\n')],
  ] as const) {
    test(`passes over an answer that is ${what}, and waits on`, async () => {
      await using stub = await udpStub((_, say) => {
        say(noise)
        say(noise)
        say(echo)
      })
      assert.ok((await ping(target, still(stub.port))).ok)
    })

    test(`an answer that is ${what} alone is none`, async () => {
      await using stub = await udpStub((_, say) => say(noise))
      const options = still(stub.port)
      const pinging = ping(target, options)
      await until(() => stub.heard.length === 1)
      for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
      options.clock.pass(3000)
      assert.equal(errorOf(await pinging).code, 'timeout')
    })
  }

  for (const [what, address, ownPort] of [
    ['another address', '127.0.0.2', true],
    ['another port', '127.0.0.1', false],
  ] as const) {
    test(`takes the answer from ${what}: the vendor's tool does`, async () => {
      await using stub = await udpStub((request, _, from) => {
        const answer = request[4] === 5 ? encodeAnswer('reset', { mac, errcode: 0 }) : echo
        other.send(answer, from.port, from.address)
      })
      const other = await stub.other(address, ownPort ? stub.port : 0)
      assert.deepEqual(await reset(target, still(stub.port)), { ok: true, value: null })
      assert.ok((await ping(target, still(stub.port))).ok)
    })
  }

  for (const [what, payload] of [
    ['carries nothing', ''],
    ['carries the MAC alone', '00193200121d'],
    ['carries another number', '00193200121d0001'],
    ['is longer', '00193200121d0000ffffffff'],
    ['carries zeros for a MAC', '0000000000000000'],
  ] as const)
    for (const [name, call, number] of [
      ['ping', ping, 9],
      ['kick', kick, 11],
    ] as const)
      test(`takes an answer to a ${name} that ${what}`, async () => {
        const body = Buffer.from(`47424c04${number.toString(16).padStart(2, '0')}${payload}`, 'hex')
        const answer = Buffer.concat([body, Buffer.of(body.reduce((sum, byte) => sum ^ byte, 0))])
        await using stub = await udpStub((_, say) => say(answer))
        assert.ok((await call(target, still(stub.port))).ok)
      })

  test('a doubled answer does no harm to the next exchange', async () => {
    await using stub = await udpStub((_, say) => {
      say(echo)
      say(echo)
    })
    for (let calls = 0; calls < 3; calls++) assert.ok((await ping(target, still(stub.port))).ok)
    assert.equal(stub.heard.length, 3)
  })

  test('an answer that comes after the deadline is not taken for that of the next exchange', async () => {
    const late: (() => void)[] = []
    await using stub = await udpStub((_, say) => late.push(() => say(echo)))
    const first = still(stub.port)
    const pinging = ping(target, first)
    await until(() => stub.heard.length === 1)
    first.clock.pass(3000)
    assert.equal(errorOf(await pinging).code, 'timeout')
    const second = still(stub.port)
    const again = ping(target, second)
    await until(() => stub.heard.length === 2)
    late[0]?.()
    for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
    second.clock.pass(3000)
    assert.equal(errorOf(await again).code, 'timeout')
  })

  for (const [name, call, waitMs] of [
    ['a ping', ping, 3000],
    ['a kick', kick, 3000],
    ['a reset', reset, 8000],
  ] as const) {
    test(`${name} waits ${waitMs / 1000} s and no longer`, async () => {
      await using stub = await udpStub(() => {})
      const options = still(stub.port)
      let settled = false
      const calling = call(target, options).finally(() => {
        settled = true
      })
      await until(() => stub.heard.length === 1)
      options.clock.pass(waitMs - 1)
      await new Promise(resolve => setImmediate(resolve))
      assert.equal(settled, false)
      options.clock.pass(1)
      assert.deepEqual(errorOf(await calling), {
        code: 'timeout',
        text: `${mac} at 127.0.0.1 did not answer within ${waitMs / 1000} s: check its power, its network cable and its MAC`,
      })
    })
  }

  test('the deadline covers a look-up that hangs', async () => {
    const options = { ...still(1), lookUp: () => new Promise<never>(() => {}) }
    const pinging = ping({ mac, host: 'fos1.example' }, options)
    options.clock.pass(3000)
    assert.equal(errorOf(await pinging).code, 'unreachable')
  })

  test('is called off by its signal at once', async () => {
    await using stub = await udpStub(() => {})
    const stop = new AbortController()
    const options = still(stub.port)
    const pinging = ping(target, { ...options, signal: stop.signal })
    await until(() => stub.heard.length === 1)
    stop.abort()
    const { code, text } = errorOf(await pinging)
    assert.equal(code, 'aborted')
    assert.match(text, /was asked, and it was cancelled before an answer: whether it did it is unknown$/)
    assert.equal(options.clock.pending(), 0)
  })

  test('that was called off before it began was not asked', async () => {
    const options = still(1)
    const { code, text } = errorOf(await ping(target, { ...options, signal: AbortSignal.abort() }))
    assert.deepEqual([code, /was asked/.test(text)], ['aborted', false])
  })

  for (const [host, code, pattern] of [
    ['::1', 'value', /^::1 is an IPv6 address: a berofos speaks IPv4 only$/],
    ['0.0.0.0', 'value', /"0\.0\.0\.0" is no address of a device/],
    ['', 'value', /"" is no address/],
    ['no-such-host.invalid', 'unreachable', /^no-such-host\.invalid: /],
  ] as const) {
    test(`"${host}" is ${code}`, async () => {
      const { code: found, text } = errorOf(await ping({ mac, host }, { clock: systemClock }))
      assert.equal(found, code)
      assert.match(text, pattern)
    })
  }

  test('a port that does not exist is unreachable, not thrown', async () => {
    assert.equal(errorOf(await ping(target, still(70_000))).code, 'unreachable')
  })

  test('what is no MAC is named, and nothing is sent', async () => {
    await using stub = await udpStub(() => {})
    const { code, text } = errorOf(await kick({ ...target, mac: '00:19' }, still(stub.port)))
    assert.deepEqual([code, text], ['value', '"00:19" is no MAC: write it as 00:19:32:00:12:1D'])
    assert.deepEqual(stub.heard, [])
  })

  test('any rubbish before the answer is passed over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), async rubbish => {
        await using stub = await udpStub((_, say) => {
          for (const each of rubbish) say(each)
          say(echo)
        })
        assert.ok((await ping(target, still(stub.port))).ok)
      }),
      { numRuns: 50 },
    )
  })

  test('leaves no listener on a signal that outlives it', async () => {
    await using stub = await udpStub((_, say) => say(echo))
    const { signal } = new AbortController()
    const listeners = countListeners(signal)
    assert.ok((await ping(target, { ...still(stub.port), signal })).ok)
    assert.equal(listeners(), 0)
  })
})

describe('An exchange by broadcast', () => {
  for (const [how, to] of [
    ['to the sender', null],
    ['as a broadcast', '127.255.255.255'],
  ] as const) {
    test(`takes the answer of the device that is meant, which comes ${how}`, async () => {
      const others = encodeAnswer('ping', { mac: otherMac, number: 0 })
      await using stub = await udpStub((_, _say, from) => {
        for (const answer of [others, echo]) device.send(answer, from.port, to ?? from.address)
      }, '127.255.255.255')
      const device = await stub.other('127.0.0.9', stub.port)
      device.setBroadcast(true)
      assert.ok((await ping({ mac, host: null }, still(stub.port))).ok)
      assert.deepEqual(stub.heard[0], requests.ping.datagram)
    })
  }
})
