import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { needs } from '../helpers/needs.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { nodeOfPrograms, program } from '../helpers/programs.ts'
import { asStranger, at, filesOf, follow, runBerofosd, startBerofosd } from './run-berofosd.ts'

const open = NodeUnderTest.open

describe('berofosd run', { concurrency: 2 }, () => {
  it('is refused beside a daemon that runs, which goes on', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, err } = await at(node, 'run')
    assert.equal(code, 1)
    assert.match(err, /^another berofosd uses \S+\/state: stop it first$/m)
    assert.equal((await node.status()).pid, node.daemon?.pid)
  })

  it('is refused where it may not ask whether a daemon runs: one does', async t => {
    const node = await open(t)
    await node.startSteady()
    const stranger = asStranger(node)
    // He could replace the socket.
    chmodSync(node.directory, 0o777)
    chmodSync(node.files.bnfosFile, 0o644)
    const second = startBerofosd(['run', ...filesOf(node)], stranger)
    t.after(() => second.child.kill('SIGKILL'))
    const { code, err } = await second.ended
    assert.equal(code, 1)
    assert.match(err, /^\S+control\.sock: permission denied: end the berofosd of another user there/)
    chmodSync(node.files.controlSocket, 0o660)
    assert.equal((await node.status()).pid, node.daemon?.pid)
  })

  it('is not what a bare berofosd at a terminal does: it says what it is, and ends with 0', {
    skip: needs('script'),
  }, async () => {
    const { INVOCATION_ID, ...env } = process.env
    const line = `${nodeOfPrograms} ${program('berofosd')}`
    const { code, out } = await follow(spawn('script', ['-qec', line, '/dev/null'], { env })).ended
    assert.equal(code, 0, out)
    assert.match(out, /^berofosd \S+ watches a master server/)
    assert.match(out, /no daemon answers|lines /)
    assert.match(out, /berofosd run +The daemon, in the foreground/)
  })

  it('is what berofosd without a command does', async t => {
    const node = await open(t)
    await node.startSteady()
    assert.match((await at(node)).err, /another berofosd uses/)
  })

  it('with an invalid configuration ends with 78, a line for each problem', async t => {
    const node = await open(t)
    await node.configure({ relays: { timeout: 'soon', retry: 'later' } })
    const { code, err } = await at(node, 'run')
    assert.equal(code, 78)
    const lines = err.trimEnd().split('\n')
    assert.equal(lines.length, 2)
    for (const line of lines) assert.match(line, /berofosd\.conf:\d+: \[relays\] \w+: /)
  })

  for (const [what, name, sentence] of [
    ['whose directory is not there', 'away/control.sock', 'its directory does not exist, make it'],
    ['that is another file', 'bnfos.conf', 'is no socket, remove it or name another path'],
  ] as const)
    it(`with a control socket ${what} says so, and ends with 1`, async t => {
      const node = await open(t)
      const socket = join(node.directory, name)
      await node.configure({ control: { socket } })
      const { code, err } = await at(node, 'run')
      assert.equal(code, 1)
      assert.equal(err, `control socket ${socket}: ${sentence}\n`)
    })

  it('ends with 0 at SIGTERM, within 2 s', async t => {
    const node = await open(t)
    await node.startSteady()
    const from = performance.now()
    assert.equal(await node.kill('SIGTERM'), 0)
    assert.ok(performance.now() - from < 2000)
    assert.deepEqual(node.changes(), [0, 0, 0])
  })
})

describe('A wrong command line', { concurrency: 2 }, () => {
  it('ends with 2 and one sentence on stderr', async () => {
    const { code, out, err } = await runBerofosd(['statsu'])
    assert.deepEqual([code, out], [2, ''])
    assert.equal(err, 'berofosd: unknown command "statsu", did you mean status?\n')
  })

  it('is none with --help and --version, which go to stdout', async () => {
    const [help, version] = await Promise.all([runBerofosd(['--help']), runBerofosd(['--version'])])
    assert.deepEqual([help.code, help.err], [0, ''])
    assert.match(help.out, /^Usage: berofosd \[run\]$/m)
    assert.match(version.out, /^berofosd \d+\.\d+\.\d+\n$/)
  })
})
