import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'
import { files, VirtualNode } from './virtual-node.ts'

const config = (listen: string) => `[master]\nhost = 10.34.1.10\n[http]\nlisten = ${listen}\n`
const here = '127.0.0.1:9427'
const address = { host: '127.0.0.1', port: 9427 }

describe('The status page', () => {
  it('is nowhere without an address', async t => {
    const node = new VirtualNode(config(''))
    await node.start(t)
    assert.equal(node.webAt, null)
  })

  it('is at the configured address, which the log tells', async t => {
    const node = new VirtualNode(config(here))
    await node.start(t)
    assert.deepEqual(node.webAt, address)
    assert.deepEqual(node.news(/http:/), ['info http: status page at http://127.0.0.1:9427/'])
  })

  it('moves with a reload, and stays where a reload leaves it', async t => {
    const node = new VirtualNode(config(here))
    await node.start(t)
    node.disk.set(files.configFile, config('[::1]:80'))
    await node.reload()
    assert.deepEqual(node.webAt, { host: '::1', port: 80 })
    assert.equal(node.news(/http:/).at(-1), 'info http: status page at http://[::1]:80/')
    await node.reload()
    assert.deepEqual(node.news(/http:/), [])
    node.disk.set(files.configFile, config(''))
    await node.reload()
    assert.equal(node.webAt, null)
  })

  it('that can be nowhere keeps nothing from starting, is told once, and comes when it can', async t => {
    const node = new VirtualNode(config(here))
    node.webTrouble = 'EADDRNOTAVAIL'
    await node.start(t)
    await node.clock.advance(300_000)
    assert.deepEqual(node.news(/http:/), [
      'warning http: no status page at 127.0.0.1:9427: this host has no such address: ' +
        'give it one or change [http] listen; tried again every 30 s',
    ])
    assert.equal(node.status.phase, 'steady')
    node.webTrouble = null
    await node.clock.advance(30_000)
    assert.deepEqual(node.webAt, address)
    assert.deepEqual(node.news(/http:/), ['info http: status page at http://127.0.0.1:9427/'])
  })

  it('is tried no more where it is no longer wanted', async t => {
    const node = new VirtualNode(config(here))
    node.webTrouble = 'EADDRINUSE'
    await node.start(t)
    node.disk.set(files.configFile, config(''))
    await node.reload()
    node.webTrouble = null
    await node.clock.advance(60_000)
    assert.equal(node.webAt, null)
  })

  it('goes when the daemon stops', async t => {
    const node = new VirtualNode(config(here))
    await node.start(t)
    const stopped = node.daemon.stop()
    await node.clock.advance(2000)
    await stopped
    assert.equal(node.webAt, null)
  })
})

describe('The status page of a real daemon', () => {
  it('tells what `berofosd status --json` does, through a reload that moves it to another port', async t => {
    const [first, second] = [await freePort(), await freePort()]
    const node = await NodeUnderTest.open(t, { http: { listen: `127.0.0.1:${first}` } })
    await node.startSteady()
    const page = async (port: number) => (await fetch(`http://127.0.0.1:${port}/status.json`)).json()
    const { role, phase, relays } = (await page(first)) as Awaited<ReturnType<typeof node.status>>
    assert.deepEqual([role, phase, relays.length], ['master', 'steady', 3])
    const text = await readFile(node.files.configFile, 'utf8')
    await writeFile(node.files.configFile, text.replace(`:${first}`, `:${second}`))
    node.daemon?.kill('SIGHUP')
    await node.untilLine(new RegExp(`status page at http://127\\.0\\.0\\.1:${second}/`))
    assert.equal(((await page(second)) as { pid: number }).pid, node.daemon?.pid)
    await assert.rejects(page(first))
  })

  it('does not keep the daemon from stopping in time, with a client there that waits', async t => {
    const port = await freePort()
    const node = await NodeUnderTest.open(t, { http: { listen: `127.0.0.1:${port}` } })
    await node.startSteady()
    const client = connect(port, '127.0.0.1').on('error', () => {})
    await once(client, 'connect')
    assert.equal(await node.kill('SIGTERM'), 0)
    await until('the client has lost it', () => client.resume().closed)
  })

  it('at a port that is taken leaves failover as it is', async t => {
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const node = await NodeUnderTest.open(t, { http: { listen: `127.0.0.1:${port}` } })
    await node.startSteady()
    await node.untilLine(/http: no status page at .*: the port is taken: end what listens there/)
    await node.steer('master dead')
    await node.untilModes(0, 0, 0)
  })
})

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
