import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Found, mergeDevices } from '../../../src/cli/bnfos/conf-merge.ts'
import { readBnfos } from '../../../src/config/bnfos-file.ts'

const [a, b] = ['00:19:32:00:12:1D', '00:11:22:33:44:55']

function merged(text: string, ...found: readonly Found[]): string {
  return Buffer.from(mergeDevices(Buffer.from(text, 'latin1'), found).content).toString('latin1')
}

describe('What a scan writes', () => {
  it('is, of a new device, the section of the manuals', () => {
    assert.equal(
      merged('', { mac: a, address: '10.34.1.50' }),
      `[fos1]\nmac = ${a}\nhost = 10.34.1.50\n#login = <user>:<password>\n`,
    )
  })

  it('has a comment in place of the host of a device without an address', () => {
    const text = merged('', { mac: a, address: '0.0.0.0' })
    assert.match(text, /\n;host = 0\.0\.0\.0\n/)
    assert.deepEqual(readBnfos(Buffer.from(text)).problems, [])
  })

  const before = `# ours\r\n[FOS2]\r\nMac=${a.toLowerCase()}\r\nhost = 10.0.0.9 ; the attic\r\nlogin = admin:a;b #c = "d\r\n\r\n[other]\r\nx=1\r\n`

  it('changes the host of a known MAC and not another byte: logins, comments, sections of others', () => {
    assert.equal(merged(before, { mac: a, address: '10.34.1.50' }), before.replace('10.0.0.9', '10.34.1.50'))
  })

  it('gives a new device the lowest free number, behind what is there and with its line ends', () => {
    assert.equal(
      merged(before, { mac: b, address: '10.0.0.1' }),
      `${before}\r\n[fos1]\r\nmac = ${b}\r\nhost = 10.0.0.1\r\n#login = <user>:<password>\r\n`,
    )
  })

  it('leaves a file alone in which nothing changes', () => {
    assert.equal(merged(before, { mac: a, address: '10.0.0.9' }), before)
  })

  it('keeps a host that somebody wrote as a name', () => {
    const named = `[fos1]\nmac = ${a}\nhost = fos.example\n`
    assert.equal(merged(named, { mac: a, address: '10.0.0.9' }), named)
  })

  it('puts the host back where a scan had found none', () => {
    const found = merged('', { mac: a, address: '0.0.0.0' })
    assert.equal(
      merged(found, { mac: a, address: '10.0.0.9' }),
      found.replace(';host = 0.0.0.0', 'host = 10.0.0.9'),
    )
  })

  it('takes the host away from a device that has no address any more', () => {
    const text = `[fos1]\nmac = ${a}\nhost = 10.0.0.9\nlogin = admin:x\n`
    assert.equal(
      merged(text, { mac: a, address: '0.0.0.0' }),
      text.replace('host = 10.0.0.9', ';host = 0.0.0.0'),
    )
  })

  it('knows a device without a MAC by its host, and adds the MAC', () => {
    assert.equal(
      merged('[fos1]\nhost = 10.0.0.9\nlogin = admin:x', { mac: a, address: '10.0.0.9' }),
      `[fos1]\nmac = ${a}\nhost = 10.0.0.9\nlogin = admin:x`,
    )
  })

  it('gives a section without a MAC to one of two devices at its host, and the other a section of its own', () => {
    const both = [a, b].map(mac => ({ mac, address: '192.168.0.2' }))
    const text = merged('[fos1]\nhost = 192.168.0.2\nlogin = admin:x\n', ...both)
    const { devices, problems } = readBnfos(Buffer.from(text))
    assert.deepEqual(problems, [])
    assert.deepEqual(
      devices.map(({ name, mac, login }) => [name, mac, login]),
      [
        ['fos1', a, 'admin:x'],
        ['fos2', b, null],
      ],
    )
  })

  it('keeps bytes that are no UTF-8', () => {
    const odd = `; \xe9t\xe9 \xff\n[fos1]\nmac = ${a}\nhost = 10.0.0.9\n`
    assert.equal(merged(odd, { mac: a, address: '10.0.0.8' }), odd.replace('0.9', '0.8'))
  })

  it('names every device found once, whatever was there, and is the same the second time', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    const device = fc.record({
      mac: fc.tuple(octet, octet).map(([x, y]) => `00:19:32:00:${hex(x)}:${hex(y)}`),
      address: fc.tuple(octet, octet).map(([x, y]) => (x === 0 ? '0.0.0.0' : `10.1.${x}.${y}`)),
    })
    const devices = fc.uniqueArray(device, { selector: ({ mac }) => mac, maxLength: 12 })
    fc.assert(
      fc.property(devices, devices, (first, second) => {
        const once = merged(merged('# head\n', ...first), ...second)
        assert.equal(merged(once, ...second), once)
        const read = readBnfos(Buffer.from(once))
        assert.deepEqual(read.problems, [])
        const macs = new Set([...first, ...second].map(({ mac }) => mac))
        assert.deepEqual(read.devices.map(({ mac }) => mac).sort(), [...macs].sort())
        assert.deepEqual(
          read.devices.map(({ name }) => name),
          read.devices.map((_, index) => `fos${index + 1}`),
        )
        for (const { mac, address } of second)
          assert.equal(read.devices.find(each => each.mac === mac)?.host ?? '0.0.0.0', address)
      }),
    )
  })
})

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}
