import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
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

/** The daemon, and nothing else on this host, asks this name server, for 20 s each time. */
async function askOnly(address: string, node: NodeUnderTest): Promise<void> {
  const file = join(node.directory, 'resolv.conf')
  await writeFile(file, `nameserver ${address}\noptions timeout:20 attempts:1\n`)
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
  node.runner = ['unshare', '--mount', 'sh', '-c', script, file]
}
