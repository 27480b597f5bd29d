import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { decodeRequest, encodeAnswer, xorOf } from '../../../src/berofos/gbl4/codec.ts'
import { type FlashProgress, flash, mostFileBytes } from '../../../src/berofos/gbl4/device.ts'
import { systemClock as clock } from '../../../src/system/clock.ts'
import { answers, mac } from './recorded.ts'
import { udpStub } from './udp-stub.ts'

const target = { mac, host: '127.0.0.1' }
const inFlashMode = encodeAnswer('getNetconf', { ...answers.getNetconf.fields, devmode: 1 })

/** The same bytes at every run. */
function firmware(bytes: number): Buffer {
  const parts: Buffer[] = []
  for (let count = 0; count * 64 < bytes; count++)
    parts.push(createHash('sha512').update(`${count}`).digest())
  return Buffer.concat(parts).subarray(0, bytes)
}

interface Script {
  /** How often each page has arrived so far, this time included → what is said: so many acknowledgements. */
  readonly page?: (index: number, arrivals: number) => number
  readonly prep?: (arrivals: number) => number
  readonly netconf?: Buffer
}

/** A device that keeps what it is sent; with a script of what it says. */
async function flashStub({ page = () => 1, prep = () => 1, netconf = inFlashMode }: Script = {}) {
  const pages = new Map<number, Buffer>()
  const order: number[] = []
  const arrivals = new Map<number, number>()
  const preps: { pages: number; crc: number }[] = []
  const stub = await udpStub((datagram, say) => {
    const request = decodeRequest(datagram)
    const times = (count: number, answer: Buffer) => Array.from({ length: count }, () => say(answer))
    if (request?.command === 'getNetconf') say(netconf)
    if (request?.command === 'flashPrep') {
      preps.push(request.fields)
      times(prep(preps.length), answers.flashPrep.datagram)
    }
    if (request?.command !== 'flashPage') return
    const { index, data } = request.fields
    const count = (arrivals.get(index) ?? 0) + 1
    arrivals.set(index, count)
    order.push(index)
    const acknowledgements = page(index, count)
    // Negative: the page itself got lost.
    if (acknowledgements >= 0) pages.set(index, Buffer.from(data))
    times(Math.max(0, acknowledgements), answers.flashPage.datagram)
  })
  const image = () => Buffer.concat([...pages.entries()].sort(([a], [b]) => a - b).map(([, data]) => data))
  return { stub, options: { clock, port: stub.port }, preps, order, image }
}

function padded(file: Buffer): Buffer {
  return Buffer.concat([file, Buffer.alloc((512 - (file.length % 512)) % 512)])
}

describe('Flashing', () => {
  for (const bytes of [1, 511, 512, 513, 10_000]) {
    test(`sends ${bytes} bytes in order, padded to whole pages`, async () => {
      const { stub, options, preps, order, image } = await flashStub()
      await using _ = stub
      const file = firmware(bytes)
      const reply = await flash(target, file, options)
      const pages = Math.ceil(bytes / 512)
      assert.ok(reply.ok)
      assert.deepEqual([reply.value.pages, reply.value.repeats], [pages, 0])
      assert.ok(image().equals(padded(file)))
      assert.deepEqual(order, [...Array(pages).keys()])
      const [prep] = preps
      assert.deepEqual([preps.length, prep?.pages, prep?.crc], [1, pages, xorOf(file)])
    })
  }

  test('tells how far it is after each page', async () => {
    const { stub, options } = await flashStub()
    await using _ = stub
    const told: FlashProgress[] = []
    await flash(target, firmware(1500), { ...options, onProgress: progress => told.push(progress) })
    assert.deepEqual(
      told.map(({ pages, totalPages }) => [pages, totalPages]),
      [
        [1, 3],
        [2, 3],
        [3, 3],
      ],
    )
    assert.equal(told.at(-1)?.remainingMs, 0)
    assert.ok(told.every(({ bytesPerSecond }) => bytesPerSecond > 0))
  })

  test('sends a lost page again', async () => {
    const { stub, options, order, image } = await flashStub({
      page: (index, arrivals) => (index === 2 && arrivals < 3 ? -1 : 1),
    })
    await using _ = stub
    const file = firmware(2048)
    const reply = await flash(target, file, options)
    assert.equal(reply.ok && reply.value.repeats, 2)
    assert.deepEqual(order, [0, 1, 2, 2, 2, 3])
    assert.ok(image().equals(padded(file)))
  })

  test('sends a page again whose acknowledgement was lost', async () => {
    const { stub, options, order } = await flashStub({
      page: (index, arrivals) => (index === 1 && arrivals === 1 ? 0 : 1),
    })
    await using _ = stub
    assert.ok((await flash(target, firmware(2048), options)).ok)
    assert.deepEqual(order, [0, 1, 1, 2, 3])
  })

  test('never takes a doubled acknowledgement for that of the next page, which was lost', async () => {
    const { stub, options, image } = await flashStub({
      page: (index, arrivals) => (index % 2 === 1 && arrivals === 1 ? -1 : 3),
    })
    await using _ = stub
    const file = firmware(20_000)
    const reply = await flash(target, file, options)
    assert.equal(reply.ok && reply.value.repeats, 20)
    assert.ok(image().equals(padded(file)))
  })

  test('never takes the doubled answer of the preparation for that of the first page', async () => {
    const { stub, options, image } = await flashStub({
      prep: () => 3,
      page: (_, arrivals) => (arrivals === 1 ? -1 : 1),
    })
    await using _ = stub
    const file = firmware(500)
    assert.ok((await flash(target, file, options)).ok)
    assert.ok(image().equals(padded(file)))
  })

  test('never takes the late acknowledgement of a page sent twice for that of the next', async () => {
    const late: (() => void)[] = []
    const seen = new Set<number>()
    const kept = new Map<number, Buffer>()
    await using stub = await udpStub((datagram, say) => {
      const request = decodeRequest(datagram)
      if (request?.command === 'getNetconf') say(inFlashMode)
      if (request?.command === 'flashPrep') say(answers.flashPrep.datagram)
      if (request?.command !== 'flashPage') return
      const { index, data } = request.fields
      const acknowledge = () => say(answers.flashPage.datagram)
      const again = seen.has(index)
      seen.add(index)
      if (index === 0 && !again) {
        late.push(acknowledge)
        return
      }
      if (index === 0) {
        acknowledge()
        return
      }
      // The second page is lost at first; what arrives instead is the late answer to the first one.
      if (!again) {
        late[0]?.()
        return
      }
      kept.set(index, Buffer.from(data))
      acknowledge()
    })
    const file = firmware(1024)
    assert.ok((await flash(target, file, { clock, port: stub.port })).ok)
    assert.ok(kept.get(1)?.equals(file.subarray(512)))
  })

  test('gives up a page after eight tries and says which', async () => {
    const { stub, options, order } = await flashStub({ page: index => (index === 1 ? -1 : 1) })
    await using _ = stub
    const reply = await flash(target, firmware(1024), options)
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'timeout')
    assert.match(
      reply.error.text,
      /^00:19:32:00:12:1D was not flashed to the end, page 2 of 2: the device did not acknowledge it in 8 tries: flash it again before it restarts$/,
    )
    assert.equal(order.length, 9)
  })

  test('that can not be prepared writes nothing', async () => {
    const { stub, options, preps, order } = await flashStub({ prep: () => 0 })
    await using _ = stub
    const reply = await flash(target, firmware(1024), { ...options, timeoutMs: 60 })
    assert.ok(!reply.ok)
    assert.match(reply.error.text, /was not prepared for flashing, .* in 3 tries: no page was written$/)
    assert.deepEqual([preps.length, order.length], [3, 0])
  })

  test('refuses a device that is not in flash mode, and sends it nothing', async () => {
    const { stub, options, preps } = await flashStub({ netconf: answers.getNetconf.datagram })
    await using _ = stub
    const reply = await flash(target, firmware(1024), options)
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'mode')
    assert.match(reply.error.text, /is not in flash mode: hold its black button/)
    assert.equal(preps.length, 0)
  })

  for (const [what, file, pattern] of [
    ['empty', Buffer.alloc(0), /^the file is empty/],
    [
      'larger than 65535 pages',
      Buffer.alloc(mostFileBytes + 1),
      /^the file has 33553921 bytes: more than 33553920/,
    ],
  ] as const) {
    test(`refuses a file that is ${what}, and asks nothing`, async () => {
      const { stub, options } = await flashStub()
      await using _ = stub
      const reply = await flash(target, file, options)
      assert.ok(!reply.ok)
      assert.equal(reply.error.code, 'value')
      assert.match(reply.error.text, pattern)
      assert.equal(stub.heard.length, 0)
    })
  }

  test('is called off between two pages, and says how far it was', async () => {
    const stop = new AbortController()
    const { stub, options, order } = await flashStub()
    await using _ = stub
    const onProgress = ({ pages }: FlashProgress) => pages === 2 && stop.abort()
    const reply = await flash(target, firmware(5000), { ...options, onProgress, signal: stop.signal })
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'aborted')
    assert.match(reply.error.text, /page 3 of 10: the work was called off/)
    assert.deepEqual(order, [0, 1])
  })

  test('is called off while it waits', async () => {
    const stop = new AbortController()
    const { stub, options } = await flashStub({
      page: () => {
        stop.abort()
        return -1
      },
    })
    await using _ = stub
    const reply = await flash(target, firmware(5000), { ...options, signal: stop.signal })
    assert.equal(!reply.ok && reply.error.code, 'aborted')
  })
})
