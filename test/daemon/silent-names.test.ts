import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { needs } from '../helpers/needs.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'

const isRoot = process.getuid?.() === 0
const skip = needs('unshare') || (!isRoot && 'needs root')

describe('With a name server that says nothing the daemon', { skip }, () => {
  it('stops within 2 s, as cleanly as ever', async t => {
    const node = await NodeUnderTest.open(t, { 'check.named': checkOfName })
    await askOnly(await silentNameServer(t), node)
    await node.start()
    await node.untilLine(/check named/)
    const started = performance.now()
    node.daemon?.kill('SIGTERM')
    const [code, signal] = await once(node.daemon ?? assert.fail(), 'exit')
    assert.ok(performance.now() - started < 2000)
    // Which of them makes no difference to the service manager: systemd.service(5), SuccessExitStatus.
    assert.ok(code === 0 || signal === 'SIGTERM', `${code} ${signal}`)
  })
})

describe('A slave that is started again while the name server is dead', { skip }, () => {
  it('drives relays that are given by name where they answered before', async t => {
    const node = await NodeUnderTest.open(t)
    const names = node.site.relays.map(({ name, host }) => [host, `${name}.berofosd.example`] as const)
    const { bnfosFile } = node.files
    const whole = await readFile(bnfosFile, 'utf8')
    const byName = names.reduce(
      (text, [host, name]) => text.replace(`host = ${host}\n`, `host = ${name}\n`),
      whole,
    )
    await writeFile(bnfosFile, byName)
    const server = await silentNameServer(t)
    await askOnly(server, node, names.map(name => name.join(' ')).join('\n'))
    await node.startSteady()
    await node.kill('SIGTERM')
    await askOnly(server, node)
    await node.steer('master dead')
    await node.start()
    await node.untilModes(0, 0, 0)
    assert.deepEqual(node.logged(/error fos/), [])
  })
})

const checkOfName = {
  ...{ type: 'tcp', host: 'berofosd.example', port: 9, required: 'no' },
  ...{ interval: '100ms', timeout: '100ms', fall: 1 },
}

/** Its address: port 53 there is taken by a socket that nobody reads. */
async function silentNameServer(t: TestContext): Promise<string> {
  const address = '127.0.53.1'
  const socket = createSocket('udp4').bind(53, address)
  t.after(() => socket.close())
  await once(socket, 'listening')
  return address
}

/** The daemon, and nothing else on this host, asks this name server, for 20 s each time; `hosts`: of /etc/hosts. */
async function askOnly(address: string, node: NodeUnderTest, hosts = ''): Promise<void> {
  const file = join(node.directory, 'resolv.conf')
  const hostsFile = join(node.directory, 'hosts')
  await writeFile(hostsFile, `${hosts}\n`)
  await writeFile(file, `nameserver ${address}\noptions timeout:20 attempts:1\n`)
  const script = 'mount --bind "$0" /etc/resolv.conf && mount --bind "$1" /etc/hosts && shift && exec "$@"'
  node.runner = ['unshare', '--mount', 'sh', '-c', script, file, hostsFile]
}
