import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import {
  type FlashOptions,
  type FlashProgress,
  flash,
  mostFileBytes,
} from '../../../src/berofos/gbl4/flash.ts'
import { idleClock } from '../../helpers/idle-clock.ts'
import { deviceMac, type FlashDeviceOptions, openFlashDevice } from './flash-device.ts'

const target = { mac: deviceMac, host: '127.0.0.1' }
const stores = ['by index', 'as they come'] as const

/** The same bytes at every run. */
function firmware(bytes: number): Buffer {
  const parts: Buffer[] = []
  for (let count = 0; count * 64 < bytes; count++)
    parts.push(createHash('sha512').update(`${count}`).digest())
  return Buffer.concat(parts).subarray(0, bytes)
}

function padded(file: Buffer): Buffer {
  return Buffer.concat([file, Buffer.alloc((512 - (file.length % 512)) % 512)])
}

async function open(t: TestContext, options: FlashDeviceOptions) {
  const clock = idleClock()
  const device = await openFlashDevice(t, clock, options)
  const restarts: string[] = []
  const all: FlashOptions = { clock, port: device.port, onRestart: why => restarts.push(why) }
  return { device, options: all, restarts }
}

const indexes = (count: number) => [...Array(count).keys()]

for (const keeps of stores)
  describe(`Flashing a device that keeps pages ${keeps}`, () => {
    for (const bytes of [1, 511, 512, 513, 10_000])
      test(`sends ${bytes} bytes in order, padded to whole pages`, async t => {
        const { device, options } = await open(t, { keeps })
        const file = firmware(bytes)
        const reply = await flash(target, file, options)
        const pages = Math.ceil(bytes / 512)
        assert.ok(reply.ok)
        assert.deepEqual([reply.value.repeated, reply.value.passes], [[], 1])
        assert.ok(device.image().equals(padded(file)))
        assert.deepEqual(device.order, indexes(pages))
        const crc = file.reduce((sum, byte) => sum ^ byte, 0)
        assert.deepEqual(device.preparations, [{ pages, crc }])
        assert.equal(device.fromPorts.size, 1)
      })

    // The time-out is 3 s; a page is waited for twice as long before it counts as lost.
    for (const [what, lateMs] of [
      ['300 ms', 300],
      ['2.5 s', 2500],
      ['5.9 s', 5900],
    ] as const)
      test(`that acknowledges each third page after ${what} repeats none`, async t => {
        const ackMs = (arrival: number) => (arrival % 3 === 0 ? lateMs : 0)
        const { device, options } = await open(t, { keeps, ackMs })
        const file = firmware(5000)
        assert.ok((await flash(target, file, options)).ok)
        assert.ok(device.image().equals(padded(file)))
        assert.deepEqual(device.order, indexes(10))
      })

    for (const fate of ['lost', 'unanswered'] as const)
      test(`begins anew, from the preparation, when page 3 was ${fate}`, async t => {
        const { device, options, restarts } = await open(t, {
          keeps,
          page: arrival => (arrival === 3 ? fate : 'ok'),
        })
        const file = firmware(2048)
        const reply = await flash(target, file, options)
        assert.deepEqual(reply.ok && [reply.value.passes, reply.value.repeated], [2, []])
        assert.deepEqual(device.order, [0, 1, 2, 0, 1, 2, 3])
        assert.equal(device.preparations.length, 2)
        assert.ok(device.image().equals(padded(file)))
        assert.deepEqual(restarts, ['page 3 of 4: the device did not acknowledge it within 6 s'])
      })

    test('repeats a page in its last pass only, and not before 1 s', async t => {
      const lost = [2, 4, 6]
      const { device, options } = await open(t, {
        keeps,
        page: arrival => (lost.includes(arrival) ? 'lost' : 'ok'),
      })
      const file = firmware(1024)
      const reply = await flash(target, file, { ...options, timeoutMs: 100 })
      assert.deepEqual(reply.ok && [reply.value.passes, reply.value.repeated], [3, [2]])
      assert.deepEqual(device.order, [0, 1, 0, 1, 0, 1, 1])
      const [sixth = 0, seventh = 0] = device.arrivedAt.slice(5)
      assert.equal(seventh - sixth, 1000)
      assert.ok(device.image().equals(padded(file)))
      assert.equal(device.fromPorts.size, 1)
    })

    test('says that it failed where a page arrived twice for certain', async t => {
      // In the last pass the first page is acknowledged after 4 s, and was sent again after 3 s.
      const { device, options } = await open(t, {
        keeps,
        page: arrival => (arrival <= 2 ? 'lost' : 'ok'),
        ackMs: () => 4000,
      })
      const reply = await flash(target, firmware(1024), options)
      assert.ok(!reply.ok)
      assert.match(reply.error.text, /page 1 of 2: the device has it twice, since it acknowledges later than/)
      assert.deepEqual(device.order, [0, 0, 0, 0])
    })

    for (const fate of ['acknowledged twice', 'acknowledged thrice'] as const)
      test(`takes no acknowledgement for that of the next page where each is ${fate}`, async t => {
        const { device, options } = await open(t, {
          keeps,
          page: arrival => (arrival === 4 ? 'lost' : fate),
          prepAnswers: () => 3,
        })
        const file = firmware(5000)
        const reply = await flash(target, file, options)
        assert.equal(reply.ok && reply.value.passes, 2)
        assert.deepEqual(device.order.slice(0, 5), [0, 1, 2, 3, 0])
        assert.ok(device.image().equals(padded(file)))
      })

    test('takes acknowledgements from another port, and with anything in them', async t => {
      const ackPayload = Buffer.from('00193200121d000102030405', 'hex')
      const { device, options } = await open(t, { keeps, ackPayload, otherPort: true })
      const file = firmware(2000)
      assert.ok((await flash(target, file, options)).ok)
      assert.ok(device.image().equals(padded(file)))
    })

    test('that was found by broadcast sends the pages to the address that it answered from', async t => {
      const { device, options } = await open(t, { keeps, hearsBroadcast: true })
      const reply = await flash({ ...target, host: null }, firmware(600), options)
      assert.ok(reply.ok)
      assert.deepEqual(device.order, [0, 1])
    })
  })

describe('Flashing', () => {
  test('never says that it succeeded where the image is wrong, whatever gets lost', async t => {
    for (let seed = 1; seed <= 200; seed++) {
      const keeps = stores[seed % 2] ?? 'by index'
      const rarely = 3 + (seed % 5)
      const fate = (arrival: number) => (arrival * 7 + seed) % (rarely * 5)
      const { device, options } = await open(t, {
        keeps,
        page: arrival => (fate(arrival) === 0 ? 'lost' : 'ok'),
        prepAnswers: arrival => (arrival + seed) % 2,
      })
      const file = firmware(6000)
      const reply = await flash(target, file, options)
      if (reply.ok) assert.ok(device.image().equals(padded(file)), `seed ${seed}`)
    }
  })

  test('tells how far it is after each page', async t => {
    const { options } = await open(t, { keeps: 'by index' })
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

  test('gives up a page in the third pass after four tries and says which', async t => {
    const { device, options } = await open(t, {
      keeps: 'by index',
      page: (_, index) => (index === 1 ? 'lost' : 'ok'),
    })
    const reply = await flash(target, firmware(1024), options)
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'timeout')
    assert.match(
      reply.error.text,
      /^00:19:32:00:12:1D was not flashed to the end, page 2 of 2: the device did not acknowledge it in 4 tries: flash it again before it restarts$/,
    )
    assert.deepEqual(device.order, [0, 1, 0, 1, 0, 1, 1, 1, 1])
  })

  test('that can not be prepared writes nothing', async t => {
    const { device, options } = await open(t, { keeps: 'by index', prepAnswers: () => 0 })
    const reply = await flash(target, firmware(1024), options)
    assert.ok(!reply.ok)
    assert.match(reply.error.text, /was not prepared for flashing, .* in 3 tries: no page was written$/)
    assert.deepEqual([device.preparations.length, device.order.length], [3, 0])
  })

  test('that can not be prepared again says how far it was', async t => {
    const { options } = await open(t, {
      keeps: 'by index',
      page: () => 'lost',
      prepAnswers: arrival => (arrival === 1 ? 1 : 0),
    })
    const reply = await flash(target, firmware(1024), options)
    assert.match(reply.ok ? '' : reply.error.text, /was not flashed to the end, page 1 of 2: the device did/)
  })

  test('refuses a device that is not in flash mode, and sends it nothing', async t => {
    const { device, options } = await open(t, { keeps: 'by index', devmode: 0 })
    const reply = await flash(target, firmware(1024), options)
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'mode')
    assert.match(reply.error.text, /is not in flash mode: hold its black button/)
    assert.equal(device.preparations.length, 0)
  })

  for (const [what, file, pattern] of [
    ['empty', Buffer.alloc(0), /^the file is empty/],
    [
      'larger than 65535 pages',
      Buffer.alloc(mostFileBytes + 1),
      /^the file has 33553921 bytes: more than 33553920/,
    ],
  ] as const)
    test(`refuses a file that is ${what}, and asks nothing`, async t => {
      const { device, options } = await open(t, { keeps: 'by index' })
      const reply = await flash(target, file, options)
      assert.ok(!reply.ok)
      assert.equal(reply.error.code, 'value')
      assert.match(reply.error.text, pattern)
      assert.equal(device.fromPorts.size, 0)
    })

  test('is called off between two pages, and says how far it was', async t => {
    const stop = new AbortController()
    const { device, options } = await open(t, { keeps: 'by index' })
    const onProgress = ({ pages }: FlashProgress) => pages === 2 && stop.abort()
    const reply = await flash(target, firmware(5000), { ...options, onProgress, signal: stop.signal })
    assert.ok(!reply.ok)
    assert.equal(reply.error.code, 'aborted')
    assert.match(reply.error.text, /page 3 of 10: it was cancelled/)
    assert.deepEqual(device.order, [0, 1])
  })

  test('is called off while it waits', async t => {
    const stop = new AbortController()
    const { options } = await open(t, {
      keeps: 'by index',
      page: () => {
        stop.abort()
        return 'lost'
      },
    })
    const reply = await flash(target, firmware(5000), { ...options, signal: stop.signal })
    assert.equal(!reply.ok && reply.error.code, 'aborted')
  })
})
