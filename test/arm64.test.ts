import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { build } from 'esbuild'
import { filesOf, follow, type Ran } from './cli/run-berofosd.ts'
import { needs } from './helpers/needs.ts'
import { NodeUnderTest } from './helpers/node-under-test.ts'
import { otherNode } from './helpers/other-nodes.ts'
import { until } from './helpers/until.ts'
import { openReceiver } from './system/datagram-receiver.ts'

/** Debian 12's. */
const version = '18.20.8'
/** Of the packages libc6-arm64-cross, libstdc++6-arm64-cross and libgcc-s1-arm64-cross. */
const libraries = '/usr/aarch64-linux-gnu'
const emulator = 'qemu-aarch64-static'

process.env.QEMU_LD_PREFIX = libraries
// Its usual one authenticates pointers, which makes Node start in 12 s instead of in one.
process.env.QEMU_CPU = 'cortex-a53'

const skip = whyNot()

describe('the programs for arm64, emulated', { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'arm64-'))
  let node = ''
  after(() => rmSync(directory, { recursive: true, force: true }))

  before(() => {
    const found = otherNode(version, 'arm64')
    if (typeof found !== 'string') throw found
    node = found
    const words = ['--import', 'tsx', 'src/build/bundles.ts', directory, '--arch', 'arm64']
    execFileSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  })

  const run = (file: string, ...words: string[]): Promise<Ran> =>
    follow(spawn(emulator, [node, join(directory, file), ...words])).ended

  it('show their help', async () => {
    const { code, out } = await run('bnfos.cjs', '--help')
    assert.equal(code, 0)
    assert.match(out, /bnfos.*--scan/s)
  })

  it('check the files', async t => {
    const site = await NodeUnderTest.open(t)
    const { code, out, err } = await run('berofosd.cjs', 'check-config', ...filesOf(site))
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /worst-case detection/)
  })

  it('call the C library as on x64: each call returns what it should', async () => {
    const contents = `
      import { openSync } from 'node:fs'
      import { libc } from './src/system/libc.ts'
      const calls = libc()
      const socket = calls.unixDatagramSocket()
      const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from('/nowhere\\0')])
      process.stdout.write(JSON.stringify([
        calls.sendTo(socket.value, Buffer.from('x'), address),
        calls.close(socket.value),
        await calls.lock(openSync(${JSON.stringify(directory)}, 'r')),
        await calls.lock(openSync(${JSON.stringify(directory)}, 'r')),
        Math.abs(calls.bootTimeMs() - Number(process.hrtime.bigint() / 1000000n)) < 60000,
      ]), () => calls.exitNow(7))`
    const outfile = join(directory, 'calls.mjs')
    const resolveDir = process.cwd()
    await build({ stdin: { contents, resolveDir }, bundle: true, platform: 'node', format: 'esm', outfile })
    const { code, out, err } = await run('calls.mjs')
    assert.equal(code, 7, err)
    assert.deepEqual(JSON.parse(out), [
      { ok: false, code: 'ENOENT' },
      { ok: true, value: 0 },
      { ok: true, value: 0 },
      { ok: false, code: 'EAGAIN' },
      true,
    ])
  })

  it('fail over on virtual devices, and tell the service manager by the native addon', async t => {
    const manager = openReceiver()
    t.after(() => manager.close())
    const site = await NodeUnderTest.open(t)
    site.runner = ['env', `NOTIFY_SOCKET=${manager.path}`, emulator]
    site.nodePath = node
    site.program = join(directory, 'berofosd.cjs')
    site.spawn()
    await until('READY=1', () => manager.received.includes('READY=1'), 60_000)
    await until('steady', async () => (await site.status()).phase === 'steady', 60_000)
    await site.steer('master dead')
    await until('the lines are at the slave', () => site.modes().join() === '0,0,0', 60_000)
    await site.untilLine(/failover: lines to the slave/)
    assert.equal(await site.kill('SIGTERM'), 0)
    assert.equal(manager.received.at(-1), 'STOPPING=1')
  })
})

function whyNot(): string | false {
  const missing = needs(emulator)
  if (missing !== false || process.env.BEROFOSD_TEST_ALL === '1') return missing
  if (!existsSync(libraries)) return `there is no ${libraries}`
  const found = otherNode(version, 'arm64')
  return typeof found === 'string' ? false : `Node ${version} for arm64 can't be had here: ${found.message}`
}
