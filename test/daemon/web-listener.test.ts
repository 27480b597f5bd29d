import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { hostname } from 'node:os'
import { describe, it } from 'node:test'
import { systemPorts } from '../../src/daemon/ports.ts'
import { WebListener } from '../../src/daemon/web-listener.ts'
import type { Address, WebServer } from '../../src/web/server.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { freePort } from '../helpers/free-port.ts'
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

  it('is asked for by the names of [http] hosts, from a reload on as well, and by those of this node', async t => {
    const node = new VirtualNode(`${config(here)}hosts = Status.example\n`)
    await node.start(t)
    const knows = (...names: string[]) => names.map(name => node.webNames?.().has(name))
    assert.deepEqual(knows('status.example', hostname(), 'other.example'), [true, true, false])
    node.disk.set(files.configFile, `${config(here)}hosts = other.example\n`)
    await node.reload()
    assert.deepEqual(knows('status.example', hostname(), 'other.example'), [false, true, true])
  })

  it('that can be nowhere keeps nothing from starting, and comes when it can', async t => {
    const node = new VirtualNode(config(here))
    node.webTrouble = 'EADDRNOTAVAIL'
    await node.start(t)
    await node.clock.advance(300_000)
    assert.equal(node.news(/http:/).length, 1)
    assert.equal(node.status.phase, 'steady')
    node.webTrouble = null
    await node.clock.advance(30_000)
    assert.deepEqual(node.webAt, address)
    assert.deepEqual(node.news(/http:/), ['info http: status page at http://127.0.0.1:9427/'])
  })

  it('tells that a decision failed', async t => {
    const node = new VirtualNode(config(here))
    await node.start(t)
    assert.equal(node.webAnswer?.('/healthz').code, 200)
    node.daemon.assembly.loop.problem = 'WHY'
    assert.equal(node.webAnswer?.('/healthz').code, 503)
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

/** A listener whose tries end when the test says so. */
function openListener() {
  const clock = new FakeClock()
  const said: string[] = []
  const tries: { port: number; end: (code: string | null) => Promise<void> }[] = []
  const open = new Set<number>()
  const serveWeb = ({ port }: Address): Promise<WebServer> =>
    new Promise((resolve, reject) => {
      const close = () => {
        open.delete(port)
        return Promise.resolve()
      }
      const end = async (code: string | null) => {
        if (code === null) resolve({ port: open.add(port) && port, close })
        else reject(Object.assign(new Error('WHY'), { code }))
        await clock.advance(0)
      }
      tries.push({ port, end })
    })
  const listener = new WebListener(
    { clock, serveWeb, disk: systemPorts.disk },
    () => assert.fail(),
    (severity, text) => said.push(`${severity} ${text}`),
  )
  const follow = async (port: number | null) => {
    listener.follow({ listen: port === null ? null : { host: '127.0.0.1', port }, hosts: [] })
    await clock.advance(0)
  }
  return { clock, said, tries, open, listener, follow }
}

describe('Where the status page listens', () => {
  for (const [code, why] of [
    ['EACCES', 'permission denied: take a port above 1023'],
    ['EADDRINUSE', 'the port is taken: end what listens there or take another in [http] listen'],
    ['EADDRNOTAVAIL', 'this host has no such address: give it one or change [http] listen'],
    ['EMFILE', 'too many files are open: see what holds them, or raise LimitNOFILE of the unit'],
    ['EOTHER', 'WHY: change [http] listen'],
  ] as const)
    it(`is told with a cure when it can't be (${code}), once for as long as that lasts`, async () => {
      const { clock, said, tries, follow } = openListener()
      await follow(1)
      for (let n = 0; n < 3; n++) {
        await tries[n]?.end(code)
        await clock.advance(30_000)
      }
      assert.equal(tries.length, 4)
      assert.deepEqual(said, [`warning http: no status page at 127.0.0.1:1: ${why}; tried again every 30 s`])
    })

  it('is told anew when another thing is wrong, or when it comes back to the same', async () => {
    const { said, tries, follow, clock } = openListener()
    await follow(1)
    await tries[0]?.end('EACCES')
    await clock.advance(30_000)
    await tries[1]?.end('EADDRINUSE')
    await follow(null)
    await follow(1)
    await tries[2]?.end('EADDRINUSE')
    assert.equal(said.length, 3)
  })

  it('is tried no more, nor told of, when it is no longer wanted', async () => {
    const { clock, said, tries, follow } = openListener()
    await follow(1)
    await tries[0]?.end('EADDRINUSE')
    await follow(2)
    await follow(null)
    await tries[1]?.end('EADDRINUSE')
    assert.equal(said.length, 1)
    assert.equal(clock.waiting, 0)
  })

  it('is what the last of several reloads wants, announced once', async () => {
    const { said, tries, open, follow } = openListener()
    await follow(1)
    await follow(2)
    await follow(3)
    await tries[0]?.end(null)
    await tries[1]?.end(null)
    assert.deepEqual([tries.map(({ port }) => port), [...open]], [[1, 3], [3]])
    assert.equal(said.filter(text => text.endsWith(':3/')).length, 1)
  })

  it('is left before it is listened at elsewhere', async () => {
    const { tries, open, follow } = openListener()
    await follow(1)
    await tries[0]?.end(null)
    await follow(2)
    assert.deepEqual([...open], [])
  })

  it('is nowhere once it has closed, whatever was under way', async () => {
    const { tries, open, listener, follow } = openListener()
    await follow(1)
    let closed = false
    const closing = listener.close().then(() => {
      closed = true
    })
    await tries[0]?.end(null)
    await closing
    assert.ok(closed)
    assert.deepEqual([...open], [])
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
