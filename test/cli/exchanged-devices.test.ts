import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { gbl4Port } from '../../src/berofos/gbl4/commands.ts'
import type { DeviceReport } from '../../src/cli/berofosd/doctor-items.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { at } from './run-berofosd.ts'
import { startXivo, xivo } from './xivo-berofos/run-xivo.ts'

/** Two devices, the second one inverted by its section; bnfos.conf has the address of each for the other. */
async function openExchanged(t: TestContext, address: string, modes = ['1', '0']): Promise<NodeUnderTest> {
  const node = await NodeUnderTest.open(
    t,
    { 'relay.fos2': { invert: 'yes' } },
    {
      ...{ relays: 2, gbl4: true, address },
      device: number => ({
        values: { mode: modes[number - 1] as string, modedef: modes[number - 1] as string },
      }),
    },
  )
  editBnfos(node, text => {
    const [first, second] = node.site.relays.map(({ device }) => device.mac) as [string, string]
    return text.replace(first, 'the first').replace(second, first).replace('the first', second)
  })
  return node
}

function editBnfos({ files }: NodeUnderTest, edit: (text: string) => string): void {
  writeFileSync(files.bnfosFile, edit(readFileSync(files.bnfosFile, 'utf8')))
}

const foundFos2 = /fos1: at 127\.0\.\d+\.\d+ is the device 00:19:32:.*, which is fos2 by bnfos\.conf/

describe('Two devices whose addresses are exchanged', { concurrency: 2 }, () => {
  it('are driven each as its own section says by --force without a daemon, which says so', async t => {
    const node = await openExchanged(t, '127.0.71.1')
    const { code, out, err } = await at(node, '--force', 'slave')
    assert.deepEqual(node.modes(), [1, 0])
    assert.equal(code, 0, err)
    assert.match(out, /2 of 2 relays confirmed/)
    assert.match(err, foundFos2)
  })

  it('are driven so by xivo-berofos without a daemon, which warns', async t => {
    const node = await openExchanged(t, '127.0.72.1')
    const { code, err } = await xivo(node, 'slave')
    assert.deepEqual(node.modes(), [1, 0])
    assert.equal(code, 0, err)
    assert.match(err, /^xivo-berofos: warning: fos1: at 127/m)
    assert.match(err, foundFos2)
  })

  it('are shown by status without a daemon where the lines of each are', async t => {
    const node = await openExchanged(t, '127.0.76.1', ['0', '1'])
    const { code, out } = await at(node, 'status')
    assert.equal(code, 3)
    assert.match(out, /fos1 +0 A--D +lines at the master/)
    assert.match(out, /fos2 +1 A--B +lines at the master/)
    assert.match(out.replaceAll(/\s+/g, ' '), foundFos2)
  })

  it('are examined by doctor each as its own section says, and mended so', async t => {
    // The first has the MAC of fos2, which is inverted: it has to come up with mode=0.
    const node = await openExchanged(t, '127.0.73.1', ['1', '1'])
    const { out } = await at(node, 'doctor', '--json', '--fix')
    const { devices } = JSON.parse(out) as { devices: readonly DeviceReport[] }
    assert.deepEqual(
      node.site.relays.map(({ device }) => device.values.get('modedef')),
      ['0', '1'],
    )
    for (const { items } of devices) assert.equal(items.find(({ item }) => item === 'MAC')?.verdict, 'bad')
  })
})

describe('A device that no section of bnfos.conf has', { concurrency: 2 }, () => {
  it('is driven as before, and named', async t => {
    const node = await NodeUnderTest.open(t, {}, { relays: 2, gbl4: true, address: '127.0.74.1' })
    editBnfos(node, text => text.replace(node.site.relays[0]?.device.mac ?? '', '00:19:32:ff:ff:ff'))
    const { code, err } = await xivo(node, 'slave')
    assert.deepEqual([code, node.modes()], [0, [0, 0]])
    assert.match(
      err,
      /^xivo-berofos: warning: fos1: at .* which no section of bnfos\.conf has: it is driven/m,
    )
    assert.doesNotMatch(err, /fos2: at/)
  })
})

describe('A device that says nothing over GBL4', { concurrency: 2 }, () => {
  it('is told before it could have said who it is', async t => {
    const node = await NodeUnderTest.open(t, {}, { relays: 2, address: '127.0.75.1' })
    for (const { host } of node.site.relays) await listenInSilence(t, host)
    const running = startXivo(node, ['slave'])
    await node.untilModes(0, 0)
    assert.equal(running.child.exitCode, null)
    const { code, err } = await running.ended
    assert.equal(code, 0, err)
  })
})

/** A closed port would be an answer. */
async function listenInSilence(t: TestContext, host: string): Promise<void> {
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  socket.bind(gbl4Port, host)
  await once(socket, 'listening')
}
