import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, type TestContext, test } from 'node:test'
import { encodeRequest } from '../../src/berofos/gbl4/codec.ts'
import { flash } from '../../src/berofos/gbl4/flash.ts'
import { readNetconf, scan } from '../../src/berofos/gbl4/scan.ts'
import { kick, ping, reset, setNetconf } from '../../src/berofos/gbl4/single-commands.ts'
import { parseGbl4 } from '../../src/simulator/gbl4-faults.ts'
import { openGbl4Server } from '../../src/simulator/gbl4-server.ts'
import {
  createSimulatedDevice,
  modeOf,
  type SimulatedDeviceOptions,
} from '../../src/simulator/simulated-device.ts'
import { openSite, type SiteOptions } from '../../src/simulator/site.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { idleClock } from '../helpers/idle-clock.ts'

const mac = '00:19:32:00:12:1D'
const host = '127.0.0.1'

/** One device at a port of its own, told these words. */
async function open(
  t: TestContext,
  words: readonly string[] = [],
  options: SimulatedDeviceOptions = {},
  clock: Clock = systemClock,
) {
  const device = createSimulatedDevice({ mac, ...options })
  const server = openGbl4Server(device, { host, port: 0, clock, broadcasts: [] })
  const { port } = await server.listen()
  t.after(() => server.close())
  const tell = (line: string) => {
    const parsed = parseGbl4(line.split(' '))
    assert.ok(parsed?.ok)
    server.steer(parsed.steering)
  }
  words.forEach(tell)
  return {
    device,
    server,
    tell,
    target: { mac, host },
    options: { clock, port },
    quick: { clock, port, timeoutMs: 60 },
  }
}

function firmware(bytes: number): Buffer {
  const parts: Buffer[] = []
  for (let count = 0; count * 64 < bytes; count++)
    parts.push(createHash('sha512').update(`${count}`).digest())
  return Buffer.concat(parts).subarray(0, bytes)
}

/** Each datagram that comes back for this one, until a ping behind it is answered. */
async function answersTo(port: number, datagram: Buffer): Promise<string[]> {
  const socket = createSocket('udp4')
  const heard: string[] = []
  const end = encodeRequest('ping', { mac, number: 0xffff })
  socket.bind(0, host)
  await once(socket, 'listening')
  const over = new Promise<void>(resolve => {
    socket.on('message', answer => {
      if (answer.equals(end)) resolve()
      else heard.push(answer.toString('hex'))
    })
  })
  socket.send(datagram, port, host)
  socket.send(end, port, host)
  await over
  socket.close()
  return heard
}

describe('A virtual berofos', () => {
  test('from the factory says that it is at 192.168.0.2, with DHCP', async t => {
    const { target, options } = await open(t)
    const reply = await readNetconf(target, options)
    assert.ok(reply.ok)
    const { address, netmask, devmode, options: bits, firmwareMajor, firmwareMinor, phyconf } = reply.value
    assert.deepEqual([address, netmask, devmode, bits], ['192.168.0.2', '255.255.255.0', 0, 1])
    assert.deepEqual([firmwareMajor, firmwareMinor, phyconf], [1, 53, 0xff])
  })

  // Recorded: what the vendor's tool sends.
  for (const [what, sent, said] of [
    ['a ping', '47424c040900193200121d000060', '47424c040900193200121d000060'],
    ['a kick', '47424c040b00193200121d0062', '47424c040b00193200121d0062'],
    ['a reset, with an error code', '47424c040500193200121d6c', '47424c040500193200121d016d'],
  ] as const) {
    test(`out of flash mode answers ${what}`, async t => {
      const { options } = await open(t)
      assert.deepEqual(await answersTo(options.port, Buffer.from(sent, 'hex')), [said])
    })
  }

  for (const [what, sent] of [
    ['a datagram with a wrong checksum', '47424c040900193200121d000061'],
    ['a request for another MAC', '47424c040900193200121e000063'],
    ['the preparation of flashing', '47424c040300193200121d0003ff96'],
    ['anything else', '00'],
  ] as const) {
    test(`out of flash mode keeps silent at ${what}`, async t => {
      const { options } = await open(t)
      assert.deepEqual(await answersTo(options.port, Buffer.from(sent, 'hex')), [])
    })
  }

  test('that is mute refuses with silence', async t => {
    const { target, quick } = await open(t, ['mute on'])
    for (const reply of [await reset(target, quick), await setNetconf(target, {}, quick)])
      assert.equal(!reply.ok && reply.error.code, 'timeout')
  })

  test('out of flash mode refuses to be changed, and is not', async t => {
    const { target, options, device } = await open(t)
    const before = [...device.values]
    const replies = [
      await setNetconf(target, { address: '10.0.0.9' }, options),
      await reset(target, options),
      await flash(target, firmware(600), options),
    ]
    assert.deepEqual(
      replies.map(reply => !reply.ok && reply.error.code),
      ['refused', 'refused', 'mode'],
    )
    assert.deepEqual([...device.values], before)
  })

  test('in flash mode takes a network configuration', async t => {
    const { target, options, device } = await open(t, ['flashmode on'])
    const settings = {
      address: '10.34.1.20',
      gateway: '10.34.1.1',
      dhcp: false,
      httpAuth: true,
      httpPort: 8080,
    }
    assert.ok((await setNetconf(target, { ...settings, ethernet: 'mbit10' }, options)).ok)
    const shown = ['address', 'netmask', 'gateway', 'dhcp', 'pwd', 'port'].map(key => device.values.get(key))
    assert.deepEqual(shown, ['10.34.1.20', '255.0.0.0', '10.34.1.1', '0', '1', '8080'])
    const reply = await readNetconf(target, options)
    assert.ok(reply.ok)
    assert.deepEqual([reply.value.devmode, reply.value.phyconf, reply.value.options], [1, 0x01, 0x02])
  })

  test('is as the factory made it after a reset, and out of flash mode', async t => {
    const { target, options, device } = await open(t, ['flashmode on'], {
      values: { address: '10.0.0.9', wdogdef: '1' },
    })
    assert.ok((await reset(target, options)).ok)
    assert.deepEqual([device.values.get('address'), device.values.get('wdogdef')], ['192.168.0.2', '0'])
    assert.equal(device.flashMode, false)
  })

  test('keeps what it is flashed with, and runs it after a reset', async t => {
    const { target, options, device } = await open(t, ['flashmode on'])
    const file = firmware(5000)
    assert.ok((await flash(target, file, options)).ok)
    assert.deepEqual(device.stagedFirmware?.subarray(0, 5000), file)
    assert.equal(device.flashedFirmware?.length, undefined)
    assert.ok((await reset(target, options)).ok)
    assert.deepEqual(device.flashedFirmware?.subarray(0, 5000), file)
  })

  test('has its watchdog kicked', async t => {
    const { target, options, device } = await open(t)
    device.watchdogKickedAt = Number.NEGATIVE_INFINITY
    assert.ok((await kick(target, options)).ok)
    assert.ok(device.watchdogKickedAt > 0)
    assert.equal(modeOf(device), 1)
  })

  test('that loses every datagram answers nothing', async t => {
    const { target, quick } = await open(t, ['lose 1'])
    assert.equal((await ping(target, quick)).ok, false)
  })

  test('that damages every answer gives none that counts', async t => {
    const { target, quick, tell, options } = await open(t, ['damage 1'])
    assert.equal((await ping(target, quick)).ok, false)
    tell('damage 0')
    assert.ok((await ping(target, options)).ok)
  })

  test('that doubles every answer is understood', async t => {
    const { options } = await open(t, ['duplicate 1'])
    const recorded = '47424c040b00193200121d0062'
    assert.deepEqual(await answersTo(options.port, Buffer.from(recorded, 'hex')), [recorded, recorded])
  })

  test('that answers late is waited for', async t => {
    const { target, options } = await open(t, ['delay 40ms'])
    const fromMono = systemClock.mono()
    assert.ok((await ping(target, options)).ok)
    assert.ok(systemClock.mono() - fromMono >= 39)
  })

  test('says what is wrong with it', async t => {
    const { server } = await open(t, ['flashmode on', 'lose 50', 'delay 5', 'mute on'])
    assert.equal(server.show(), 'flashmode, lose 50, delay 5ms, mute')
  })
})

describe('300 kB of firmware arrive byte for byte', () => {
  for (const words of [
    ['lose 50'],
    ['lose 50', 'duplicate 3'],
    ['lose 50', 'damage 40', 'duplicate 7'],
    ['lose 50', 'delay 1ms', 'duplicate 2'],
  ]) {
    test(`at a device told ${words.join(', ')}`, async t => {
      const { target, options, device } = await open(t, ['flashmode on', ...words], {}, idleClock())
      const file = firmware(300_000)
      const reply = await flash(target, file, options)
      assert.ok(reply.ok, JSON.stringify(reply))
      // Twice it begins anew; then it repeats pages.
      assert.equal(reply.value.passes, 3)
      assert.ok(reply.value.repeated.length > 10, `${reply.value.repeated.length} repeats`)
      assert.ok(device.stagedFirmware?.subarray(0, file.length).equals(file))
    })
  }
})

describe('A site with GBL4', () => {
  const openAll = async (t: TestContext, options: Partial<SiteOptions>) => {
    const site = await openSite({ relays: 12, gbl4: true, ...options })
    t.after(() => site.close())
    return site
  }

  test('has all of its twelve devices found by a scan', async t => {
    const site = await openAll(t, { address: '127.81.0.11', gbl4Port: 50_181 })
    const reply = await scan({ clock: systemClock, port: 50_181, timeoutMs: 300 })
    assert.ok(reply.ok)
    assert.deepEqual(
      reply.value.map(({ mac, from, address, httpPort }) => [mac, from, address, httpPort]),
      site.relays.map(({ host, port, device }) => [device.mac, host, host, port]),
    )
  })

  test('is steered by the words of the site', async t => {
    const site = await openAll(t, { relays: 3, address: '127.82.0.11', gbl4Port: 50_182 })
    const { ok, text } = await site.steer('relay 3 flashmode on')
    assert.ok(ok)
    assert.match(text, /^fos3 .* sound, flashmode$/)
    assert.match(
      (await site.steer('relay all lose 50')).text,
      /^fos1 .* lose 50\nfos2 .* lose 50\nfos3 .* flashmode, lose 50$/,
    )
    const [, , third] = site.relays
    assert.deepEqual(
      site.relays.map(({ device }) => device.flashMode),
      [false, false, true],
    )
    await site.steer('relay 3 reboot 0')
    assert.equal(third?.device.flashMode, false)
    assert.match((await site.steer('help')).text, /flashmode on\|off/)
  })

  for (const [line, error] of [
    ['relay 1 lose', /^lose is followed by a number/],
    ['relay 1 bang', /^"bang" is none of none, .*hand, .*flashmode, lose/],
  ] as const) {
    test(`refuses "${line}"`, async t => {
      const site = await openAll(t, { relays: 1, address: '127.83.0.11', gbl4Port: 50_183 })
      const { ok, text } = await site.steer(line)
      assert.ok(!ok)
      assert.match(text, error)
    })
  }

  test('has devices that are silent when they are unreachable', async t => {
    const site = await openAll(t, { relays: 1, address: '127.84.0.11', gbl4Port: 50_184 })
    const target = { mac: site.relays[0]?.device.mac ?? '', host: '127.84.0.11' }
    assert.ok((await ping(target, { clock: systemClock, port: 50_184 })).ok)
    await site.steer('relay 1 unreachable')
    assert.equal((await ping(target, { clock: systemClock, port: 50_184, timeoutMs: 60 })).ok, false)
  })

  test('that cannot have a port leaves nothing open', async t => {
    await openAll(t, { relays: 1, address: '127.85.0.12', gbl4Port: 50_185 })
    const taken = { relays: 2, address: '127.85.0.11', gbl4: true, gbl4Port: 50_185 }
    await assert.rejects(openSite(taken), /EADDRINUSE.*127\.85\.0\.12/)
    const again = await openSite({ ...taken, relays: 1 })
    await again.close()
  })

  test('is one only when it is asked for', async t => {
    const site = await openSite({ relays: 1 })
    t.after(() => site.close())
    const { ok, text } = await site.steer('relay 1 flashmode on')
    assert.deepEqual([ok, text], [false, 'fos1 does not speak GBL4: start the simulator with --gbl4'])
  })
})
