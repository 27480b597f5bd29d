import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { until } from '../helpers/until.ts'
import { openReceiver } from '../system/datagram-receiver.ts'
import { filesOf, follow } from './run-berofosd.ts'

describe('The bundle, away from node_modules', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'))
  const program = join(directory, 'berofosd')
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    follow(spawn(program, args, { cwd: '/', env: { ...process.env, ...env } }))

  before(() => void execFileSync(process.execPath, ['--import', 'tsx', 'src/build/bundles.ts', directory]))
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('knows its version', async () => {
    assert.match((await start(['--version']).ended).out, /^berofosd \d+\.\d+\.\d+\n$/)
  })

  it('tells the service manager that it is ready, checks, answers and ends', async t => {
    const manager = openReceiver()
    t.after(() => manager.close())
    const node = await NodeUnderTest.open(t)
    const { endpoints } = node.site.master
    await node.configure({
      'check.web': { type: 'http', url: `http://127.0.0.1:${endpoints.http.port}/` },
      'check.sip': { type: 'sip', port: endpoints.sip.port },
    })
    const daemon = start(['run', ...filesOf(node)], { NOTIFY_SOCKET: manager.path })
    t.after(() => daemon.child.kill('SIGKILL'))
    await until('READY=1', () => manager.received.includes('READY=1'))
    await until('normal', async () => (await start(['status', ...filesOf(node)]).ended).code === 0)
    assert.equal((await start(['check', ...filesOf(node)]).ended).code, 0)
    daemon.child.kill('SIGTERM')
    const { code, err } = await daemon.ended
    assert.deepEqual([code, err], [0, ''])
  })
})
