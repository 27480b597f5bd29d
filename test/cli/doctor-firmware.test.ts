import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Item } from '../../src/cli/berofosd/doctor-items.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { at } from './run-berofosd.ts'

/** Addresses and MACs of our own: other tests open devices as well, and all of them hear a broadcast. */
let network = 70
const octets = [process.pid >> 8, process.pid].map(number => (number & 0xff).toString(16).padStart(2, '0'))

async function firmwareOf(
  t: Parameters<typeof NodeUnderTest.open>[0],
  firmware: string,
  prepare: (node: NodeUnderTest) => Promise<void> | void = () => {},
) {
  network += 1
  const mac = `00:19:32:${network}:${octets.join(':')}`.toUpperCase()
  const device = () => ({ firmware, mac })
  const options = { relays: 1, gbl4: true, address: `127.77.${network}.1`, device }
  const node = await NodeUnderTest.open(t, {}, options)
  await prepare(node)
  const { code, out } = await at(node, 'doctor', '--json')
  const [{ items }] = JSON.parse(out).devices
  const item = (name: string): Item => items.find((each: Item) => each.item === name)
  return {
    code,
    node,
    firmware: item('firmware'),
    flashMode: item('flash mode'),
    reachable: item('reachable'),
  }
}

describe('berofosd doctor over GBL4', () => {
  it('knows the firmware', async t => {
    const { code, firmware, flashMode } = await firmwareOf(t, '1.53')
    assert.deepEqual([code, firmware.is, firmware.verdict], [0, '1.53', 'good'])
    assert.deepEqual([flashMode.is, flashMode.verdict], ['no', 'good'])
  })

  it('advises to flash what is older than 1.53: no failure', async t => {
    const { code, firmware } = await firmwareOf(t, '1.33')
    assert.deepEqual([code, firmware.is, firmware.verdict], [0, '1.33', 'advice'])
    assert.match(firmware.cure ?? '', /'bnfos --flash bnfos_v153\.bin -f fos1'/)
  })

  it('fails over a device in flash mode', async t => {
    const { code, flashMode } = await firmwareOf(t, '1.53', node => node.steer('relay 1 flashmode on'))
    assert.deepEqual([code, flashMode.is, flashMode.verdict], [1, 'yes', 'bad'])
    assert.match(flashMode.cure ?? '', /switch it off and on/)
  })

  it('does not mind that nobody answers', async t => {
    const { code, firmware, flashMode } = await firmwareOf(t, '1.53', node => node.steer('relay 1 lose 1'))
    assert.deepEqual([code, firmware.is, firmware.verdict], [0, 'unknown', 'unknown'])
    assert.equal(flashMode.is, 'unknown')
  })

  it('asks nobody whose MAC it does not know', async t => {
    const { firmware } = await firmwareOf(t, '1.53', ({ files, site }) =>
      writeFileSync(files.bnfosFile, `[fos1]\nhost = ${site.relays[0]?.host}\n`),
    )
    assert.deepEqual([firmware.is, firmware.cure], ['unknown', 'bnfos.conf has no mac for it'])
  })

  it('finds the address of a device that bnfos.conf has none for', async t => {
    const { code, node, reachable } = await firmwareOf(t, '1.53', ({ files, site }) =>
      writeFileSync(files.bnfosFile, `[fos1]\nmac = ${site.relays[0]?.device.mac}\n`),
    )
    assert.deepEqual([code, reachable.verdict], [1, 'bad'])
    assert.match(reachable.cure ?? '', /^bnfos\.conf has no host for it: add one, it is at 127\.77\./)
    assert.ok(reachable.cure?.endsWith(String(node.site.relays[0]?.host)))
  })
})
