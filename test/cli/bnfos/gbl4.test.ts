import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { programs as builtPrograms } from '../../helpers/programs.ts'
import { openRecorder } from './recorder.ts'
import { type Bnfos, openBnfos, ownAddress, relayOf } from './run-bnfos.ts'

let programs = ''
before(() => {
  programs = builtPrograms()
})

const mac = '00:19:32:00:00:01'
/** Fills a file that is no text. */
const binary = Buffer.from('firmware\0')
const html = '<html><body>404 Not Found</body></html>\r\n'
const stranger = '00:19:32:99:99:99'

function at(bnfos: Bnfos): string[] {
  const { device, host } = relayOf(bnfos, 'fos1')
  return ['-m', device.mac, '-h', host]
}

describe('What bnfos sends', () => {
  const recorded: readonly (readonly [call: string, datagram: string])[] = [
    ['--scan', '47424c04014c'],
    ['--ping -m 00:19:32:00:12:1d', '47424c040900193200121d000060'],
    ['--kick -m 00:19:32:00:12:1D', '47424c040b00193200121d0062'],
    ['--reset --yes -m 00:19:32:00:12:1D', '47424c040500193200121d6c'],
    [
      '--netconf -m 00:19:32:00:12:1D -i 10.34.1.20 -n 255.255.255.0 -g 10.34.1.1 -d 0',
      '47424c040200193200121d0a220114ffffff000a22010103000050d2',
    ],
    // As recorded for 3 pages, 3: no shorter file is taken.
    ['--flash firmware.bin -m 00:19:32:00:12:1D', '47424c040300193200121d0023ffb6'],
  ]
  for (const [call, datagram] of recorded)
    it(`for ${call} is what was recorded of the vendor's tool`, async t => {
      const bnfos = await openBnfos(t, programs, { relays: 0 })
      const host = ownAddress(77)
      const heard = await openRecorder(t, host, bnfos.gbl4Port)
      writeFileSync(join(bnfos.directory, 'firmware.bin'), Buffer.alloc(34 * 512 + 1, 0xff))
      const { code, err } = await bnfos.run(...call.split(' '), '-h', host)
      assert.equal(code, 0, err)
      // A firmware is written only after the device has said that it is in flash mode.
      const own = call.startsWith('--scan') ? heard : heard.filter(each => !each.startsWith('47424c0401'))
      assert.equal(own[0], datagram)
    })
})

describe('bnfos --scan', () => {
  it('prints a block for each device on stdout, and how many on stderr', async t => {
    const device = () => ({
      values: { address: '10.34.1.20', gateway: '10.34.1.1', netmask: '255.255.255.0', port: '80', pwd: '1' },
    })
    const bnfos = await openBnfos(t, programs, { device })
    const ran = await bnfos.run('--scan', '-h', relayOf(bnfos).host)
    const block = `#1:
 mac: 00:19:32:00:00:01
 bootloader: v1.2
 firmware: v1.53
 device mode: OPERATIONAL

 address: 10.34.1.20
 netmask: 255.255.255.0
 gateway: 10.34.1.1
 phy conf: 0xff (PROBE_AUTO)
 phy state: 0x07 (LINK_BEAT | LINK_100MBIT | LINK_FDX)
 options: 0x02 (OPT_HTTP_AUTH)
 http port: 80

`
    assert.deepEqual(ran, { code: 0, out: block, err: '1 device found.\n' })
  })

  it('is JSON on stdout with --json', async t => {
    const bnfos = await openBnfos(t, programs, { relays: 2 })
    const { out } = await bnfos.run('--scan', '--json', '-t', '0.5')
    const found = JSON.parse(out)
    assert.deepEqual(
      found.map((each: { mac: string; mode: string }) => [each.mac, each.mode]),
      [
        [mac, 'operational'],
        ['00:19:32:00:00:02', 'operational'],
      ],
    )
  })

  it('that finds nothing fails, says what to try, and writes no file', async t => {
    const bnfos = await openBnfos(t, programs, { relays: 0 })
    const ran = await bnfos.run('--scan', '-x', '-t', '0.3')
    assert.deepEqual([ran.code, ran.out], [1, ''])
    assert.match(ran.err, /^0 devices found\.\nbnfos: .* give the address with -h\n$/)
    assert.ok(!existsSync(bnfos.file))
  })

  it('-x twice numbers twelve devices fos1 to fos12, and keeps their logins', async t => {
    const bnfos = await openBnfos(t, programs, { relays: 12 })
    assert.equal((await bnfos.run('--scan', '-x', '-t', '1')).code, 0)
    const first = readFileSync(bnfos.file, 'utf8')
    const expected = bnfos.site.relays.map(
      ({ name, host, device }) =>
        `[${name}]\nmac = ${device.mac}\nhost = ${host}\n#login = <user>:<password>\n`,
    )
    assert.equal(first, expected.join('\n'))
    assert.equal(statSync(bnfos.file).mode & 0o777, 0o640)

    const edited = first
      .replace('#login = <user>:<password>', 'login = admin:a;b #c')
      .replace(/host = .*\n/, 'host = 10.0.0.9\n')
    writeFileSync(bnfos.file, edited)
    chmodSync(bnfos.file, 0o644)
    const again = await bnfos.run('--scan', '-x', '-t', '1')
    assert.equal(again.code, 0)
    assert.equal(
      readFileSync(bnfos.file, 'utf8'),
      first.replace('#login = <user>:<password>', 'login = admin:a;b #c'),
    )
    assert.equal(readFileSync(`${bnfos.file}.bak`, 'utf8'), edited)
    for (const file of [bnfos.file, `${bnfos.file}.bak`]) assert.equal(statSync(file).mode & 0o777, 0o644)
    assert.ok(!again.err.includes('a;b'))
  })

  it('-x says which section is left over from a device that was replaced', async t => {
    const bnfos = await openBnfos(t, programs)
    const { host } = relayOf(bnfos)
    writeFileSync(bnfos.file, `[fos1]\nmac = ${stranger}\nhost = ${host}\n`)
    const ran = await bnfos.run('--scan', '-x', '-h', host)
    assert.equal(ran.code, 1)
    assert.match(ran.err, /^bnfos: fos1 and fos2 have the same host, .*: remove the one that is gone$/m)
  })

  it('-x leaves the file as it is where it can not write', {
    skip: process.getuid?.() === 0 && 'root may',
  }, async t => {
    const bnfos = await openBnfos(t, programs)
    chmodSync(bnfos.directory, 0o500)
    const ran = await bnfos.run('--scan', '-x', '-h', relayOf(bnfos).host)
    chmodSync(bnfos.directory, 0o700)
    assert.equal(ran.code, 1)
    assert.match(ran.err, /can't be written: permission denied; run it as root$/m)
  })

  it('-x says why where it can not write, and leaves no other file', async t => {
    const bnfos = await openBnfos(t, programs)
    const file = join(bnfos.directory, 'missing', 'bnfos.conf')
    const ran = await bnfos.start(['--scan', '-x', '-h', relayOf(bnfos).host], { env: { BNFOS_CONF: file } })
      .ended
    assert.equal(ran.code, 1)
    assert.match(
      ran.err,
      /bnfos: .*bnfos\.conf can't be written: no such file or directory; create its directory\n$/,
    )
  })
})

describe('bnfos --ping and --kick', () => {
  for (const [mode, yes, no] of [
    ['--ping', 'Ping succeeded!', 'Ping failed!'],
    ['--kick', 'Watchdog successfully kicked!', 'Watchdog did not response!'],
  ] as const) {
    it(`${mode} says in the old words that there was an answer`, async t => {
      const bnfos = await openBnfos(t, programs)
      assert.deepEqual(await bnfos.run(mode, ...at(bnfos)), { code: 0, out: '', err: `${yes}\n` })
    })

    it(`${mode} says in the old words that there was none, and then why`, async t => {
      const bnfos = await openBnfos(t, programs)
      const ran = await bnfos.run(mode, '-m', stranger, '-h', relayOf(bnfos).host, '-t', '0.3')
      assert.deepEqual([ran.code, ran.out], [1, ''])
      assert.match(ran.err, new RegExp(`^${no}\nbnfos: ${stranger} .*did not answer within 0\\.3 s: `))
    })
  }

  it('--ping goes by broadcast without a host', async t => {
    const bnfos = await openBnfos(t, programs, { relays: 3 })
    assert.equal((await bnfos.run('--ping', '-m', '00:19:32:00:00:03')).code, 0)
  })

  it('--ping refuses a MAC that is not that of the section', async t => {
    const bnfos = await openBnfos(t, programs)
    writeFileSync(bnfos.file, `[fos1]\nmac = ${mac}\n`)
    const ran = await bnfos.run('--ping', '-f', 'fos1', '-m', stranger)
    assert.equal(ran.code, 1)
    assert.match(ran.err, /bnfos: -m is not the MAC of fos1 in .*: leave out -m or -f\n$/)
  })

  it('--ping asks the host of a section without a MAC who it is', async t => {
    const bnfos = await openBnfos(t, programs)
    writeFileSync(bnfos.file, `[fos1]\nhost = ${relayOf(bnfos).host}\n`)
    assert.equal((await bnfos.run('--ping', '-f', 'fos1')).code, 0)
  })
})

describe('bnfos --netconf', () => {
  const wanted = ['-i', '10.34.1.20', '-d', '0']

  it('sets what was typed and the defaults of the rest', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device } = relayOf(bnfos)
    device.flashMode = true
    const ran = await bnfos.run('--netconf', ...at(bnfos), ...wanted)
    assert.deepEqual(ran, { code: 0, out: '', err: 'Setting network configuration succeeded!\n' })
    const { address, netmask, gateway, dhcp, port } = Object.fromEntries(device.values)
    assert.deepEqual(
      [address, netmask, gateway, dhcp, port],
      ['10.34.1.20', '255.0.0.0', '0.0.0.0', '0', '80'],
    )
  })

  it('says what to do when the device is not in flash mode', async t => {
    const bnfos = await openBnfos(t, programs)
    const ran = await bnfos.run('--netconf', ...at(bnfos), ...wanted)
    assert.equal(ran.code, 1)
    assert.match(ran.err, /^Setting network configuration failed! .*flash mode only, hold its black button/)
  })

  it('finds a device of the file that is at its old host no more, by its MAC', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device } = relayOf(bnfos)
    device.flashMode = true
    writeFileSync(bnfos.file, `[fos1]\nmac = ${mac}\nhost = ${ownAddress(99)}\n`)
    const ran = await bnfos.run('--netconf', '-f', 'fos1', ...wanted, '-t', '0.5')
    assert.equal(ran.code, 0, ran.err)
    assert.equal(device.values.get('address'), '10.34.1.20')
    assert.match(ran.err, /bnfos --scan -x -h 10\.34\.1\.20 puts its address into/)
  })

  it('asks first where nobody named the MAC, and without a terminal wants --yes', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device, host } = relayOf(bnfos)
    device.flashMode = true
    writeFileSync(bnfos.file, `[fos1]\nhost = ${host}\n`)
    const asked = await bnfos.run('--netconf', '-f', 'fos1', ...wanted)
    assert.equal(asked.code, 1)
    assert.match(asked.err, /bnfos: Set up 00:19:32:00:00:01, .*: say so with --yes\n$/)
    assert.notEqual(device.values.get('dhcp'), undefined)
    assert.notEqual(device.values.get('address'), '10.34.1.20')
    assert.equal((await bnfos.run('--netconf', '-f', 'fos1', ...wanted, '--yes')).code, 0)
    assert.equal(device.values.get('address'), '10.34.1.20')
  })
})

describe('bnfos --reset', () => {
  it('that fails says so first on its line, in the words of the vendor’s tool, and then why', async t => {
    const bnfos = await openBnfos(t, programs)
    const { code, out, err } = await bnfos.run('--reset', '--yes', ...at(bnfos))
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /^Reset failed! .*flash mode.*\n$/)
  })

  it('wants --yes where nobody can be asked, and then succeeds', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device } = relayOf(bnfos)
    device.flashMode = true
    device.values.set('hostname', 'attic')
    const refused = await bnfos.run('--reset', ...at(bnfos))
    assert.deepEqual([refused.code, device.values.get('hostname')], [1, 'attic'])
    assert.match(refused.err, /^bnfos: All settings of .* will be lost.*: say so with --yes\n$/)
    assert.deepEqual(await bnfos.run('--reset', ...at(bnfos), '--yes'), {
      code: 0,
      out: '',
      err: 'Reset succeeded!\n',
    })
    assert.equal(device.values.get('hostname'), 'berofos')
  })
})

describe('bnfos --flash', () => {
  it('writes the file, with a line every 10 % where there is no terminal', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device } = relayOf(bnfos)
    device.flashMode = true
    const file = join(bnfos.directory, 'firmware.bin')
    const firmware = Buffer.alloc(512 * 40 - 7, binary)
    writeFileSync(file, firmware)
    const ran = await bnfos.run('--flash', file, ...at(bnfos))
    assert.equal(ran.code, 0, ran.err)
    const lines = ran.err.split('\n')
    assert.deepEqual(
      lines.filter(line => /^\d+ %, [\d.]+ kB\/s, \d+ s left$/.test(line)).map(line => line.split(' ')[0]),
      ['10', '20', '30', '40', '50', '60', '70', '80', '90', '100'],
    )
    assert.ok(lines.includes('Flashing succeeded!'))
    assert.deepEqual(device.stagedFirmware?.subarray(0, firmware.length), firmware)
  })

  it('is not stopped by datagrams that get lost', async t => {
    const bnfos = await openBnfos(t, programs)
    const { device } = relayOf(bnfos)
    device.flashMode = true
    await bnfos.site.steer('relay 1 lose 25')
    const file = join(bnfos.directory, 'firmware.bin')
    writeFileSync(file, Buffer.alloc(512 * 32, binary))
    const ran = await bnfos.run('--flash', file, ...at(bnfos), '-t', '1')
    assert.equal(ran.code, 0, ran.err)
    assert.match(ran.err, /^bnfos: page \d+ of 32: .*: it is flashed anew from the first page$/m)
    assert.ok(device.stagedFirmware)
  })

  const wrong: readonly (readonly [title: string, make: (file: string) => void, err: RegExp])[] = [
    ['a file that is not there', () => {}, /no such file or directory; correct its name/],
    ['an empty file', file => writeFileSync(file, ''), /it is empty, fetch the firmware again/],
    [
      'an oversized file',
      file => {
        writeFileSync(file, '')
        truncateSync(file, 512 * 65_536)
      },
      /it is larger than \d+ bytes, so no firmware/,
    ],
    ['41 bytes of an HTML page', file => writeFileSync(file, html), /it begins with text, so no firmware/],
    [
      'a long HTML page',
      file => writeFileSync(file, html.repeat(1000)),
      /it begins with text, so no firmware: fetch it again/,
    ],
    [
      'a page in Latin-1',
      file => writeFileSync(file, Buffer.from(`<p>Datei fehlt: überprüfen</p>\r\n`.repeat(1000), 'latin1')),
      /it begins with text/,
    ],
    [
      'a page in UTF-16',
      file => writeFileSync(file, Buffer.from(`\ufeff${html.repeat(1000)}`, 'utf16le')),
      /it begins with text/,
    ],
    [
      'a file shorter than 16 KiB',
      file => writeFileSync(file, Buffer.alloc(16 * 1024 - 1, binary)),
      /it has 16383 bytes, a firmware at least 16384: fetch it again/,
    ],
    [
      'a device that is not in flash mode',
      file => writeFileSync(file, Buffer.alloc(16 * 1024, binary)),
      /not in flash mode: hold its black button/,
    ],
  ]
  for (const [title, make, err] of wrong)
    it(`refuses ${title}`, async t => {
      const bnfos = await openBnfos(t, programs)
      const file = join(bnfos.directory, 'firmware.bin')
      make(file)
      const ran = await bnfos.run('--flash', file, ...at(bnfos))
      assert.equal(ran.code, 1)
      assert.match(ran.err, /^Flashing failed! /)
      assert.match(ran.err, err)
      assert.equal(relayOf(bnfos).device.stagedFirmware, null)
    })
})
