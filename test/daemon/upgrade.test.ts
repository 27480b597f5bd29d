import assert from 'node:assert/strict'
import { once } from 'node:events'
import { renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { buildPrograms } from '../helpers/programs.ts'

const built = buildPrograms()
after(() => rmSync(built, { recursive: true, force: true }))

describe('A daemon whose files an upgrade has taken away', () => {
  it('takes up a check of each type by a reload', async t => {
    const server = createServer((_request, answer) => answer.end('alive'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    t.after(() => server.close())
    const node = await NodeUnderTest.open(t)
    node.program = join(built, 'berofosd.cjs')
    await node.startSteady()
    renameSync(join(built, 'chunks'), join(built, 'chunks.before'))
    const check = { interval: '100ms', timeout: '1s', rise: 2, required: 'no' }
    const { address: host, port } = server.address() as AddressInfo
    await node.configure({
      'check.added-ping': { type: 'ping', host, ...check },
      'check.added-tcp': { type: 'tcp', host, port, ...check },
      'check.added-sip': { type: 'sip', host, port, ...check },
      'check.added-http': { type: 'http', url: `http://${host}:${port}/`, ...check },
    })
    node.daemon?.kill('SIGHUP')
    const { master } = await node.untilStatus('each check has a result', s => {
      const added = s.master.checks.filter(({ name }) => name.startsWith('added-'))
      return added.length === 4 && added.every(({ last }) => last !== null)
    })
    const web = master.checks.find(({ name }) => name === 'added-http')
    assert.equal(web?.last?.detail, 'HTTP 200')
    assert.doesNotMatch(JSON.stringify(master), /internal error|\.[cm]js|can't check/)
    assert.deepEqual(node.logged(/internal error|\.[cm]js/), [])
    assert.equal(await node.kill('SIGTERM'), 0)
  })
})
