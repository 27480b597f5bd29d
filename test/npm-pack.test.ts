import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, it } from 'node:test'
import packageFile from '../package.json' with { type: 'json' }
import { filesOf, follow } from './cli/run-berofosd.ts'
import { adapterTable } from './helpers/modules.ts'
import { needs } from './helpers/needs.ts'
import { NodeUnderTest } from './helpers/node-under-test.ts'
import { until } from './helpers/until.ts'
import { openReceiver } from './system/datagram-receiver.ts'

const skip = needs('npm', 'tar')
const work = mkdtempSync(join(tmpdir(), 'berofosd-npm-'))
after(() => rmSync(work, { recursive: true, force: true }))
const prefix = join(work, 'prefix')
const installed = join(prefix, 'lib/node_modules/berofosd')
const tarball = skip === false ? packed() : ''
// A cache of its own, so that nothing comes from there either.
const installing =
  skip === false ? npm(work, 'install', '--global', '--offline', '--prefix', prefix, tarball) : ''

describe('the npm package', { skip }, () => {
  it('is installed without a network, and brings nothing else along', () => {
    assert.match(installing, /^added 1 package/m)
    assert.deepEqual(readdirSync(join(prefix, 'lib/node_modules')), ['berofosd'])
    assert.ok(!existsSync(join(installed, 'node_modules')))
  })

  it('holds these files besides the bundles and the docs, and nothing to compile', () => {
    const files = run(work, 'tar', '-tf', tarball).trim().split('\n')
    const besides = files.filter(
      path => !/^package\/(dist\/(chunks\/)?[^/]+\.([cm]js|LEGAL\.txt)|docs\/.*)$/.test(path),
    )
    assert.deepEqual(besides.map(path => path.replace(/linux[-_]\w+/g, 'PLATFORM')).sort(), filesBesides)
  })

  it('names no dependency, and leaves the project as it was', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    const { scripts, dependencies, devDependencies, ...packed } = packageFile
    assert.deepEqual(manifest, packed)
    assert.equal(
      readFileSync(join(work, 'project/package.json'), 'utf8'),
      readFileSync('package.json', 'utf8'),
    )
    assert.ok(!existsSync(join(work, 'project/.package.json.whole')))
  })

  it('is at most 3 MB, and 10 MB installed', () => {
    const bytes = (path: string) => Number(run(work, 'du', '-sb', path).split('\t')[0])
    assert.ok(bytes(tarball) <= 3e6, `${bytes(tarball)}`)
    assert.ok(bytes(installed) <= 10e6, `${bytes(installed)}`)
  })

  it('brings a berofosd, a bnfos and an xivo-berofos that run', () => {
    const bin = (name: string) => join(prefix, 'bin', name)
    assert.equal(run('/', bin('berofosd'), '--version'), `berofosd ${packageFile.version}\n`)
    assert.match(run('/', bin('bnfos'), '--help'), /bnfos.*--scan/s)
    const { status, stderr } = spawnSync(bin('xivo-berofos'), ['master'], {
      encoding: 'utf8',
      env: { ...process.env, BNFOS_CONF: join(work, 'none') },
    })
    assert.deepEqual([status, stderr], [0, 'berofos is not configured -- doing nothing\n'])
  })

  it('brings a daemon that tells the service manager when it is ready, which takes the native addon', async t => {
    const manager = openReceiver()
    t.after(() => manager.close())
    const node = await NodeUnderTest.open(t)
    await node.configure({})
    const start = (command: string) =>
      follow(
        spawn(join(prefix, 'bin/berofosd'), [command, ...filesOf(node)], {
          cwd: '/',
          env: { ...process.env, NOTIFY_SOCKET: manager.path },
        }),
      )
    const daemon = start('run')
    t.after(() => daemon.child.kill('SIGKILL'))
    await until('READY=1', () => manager.received.includes('READY=1'))
    await until('normal', async () => (await start('status').ended).code === 0)
    daemon.child.kill('SIGTERM')
    const { code, err } = await daemon.ended
    assert.deepEqual([code, err], [0, ''])
  })

  it('brings the man pages to where man looks for them', () => {
    for (const page of packageFile.man)
      assert.ok(existsSync(join(prefix, 'share/man', `man${page.at(-1)}`, page.replace('docs/man/', ''))))
  })

  it('tells the licence of every package that the bundles are made of', () => {
    const text = readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8')
    for (const name of Object.keys(adapterTable)) assert.match(text, new RegExp(`\\b${name} \\d`))
  })
})

const filesBesides = [
  'package/CHANGELOG.md',
  'package/LICENSE',
  'package/README.md',
  'package/config/berofosd.conf',
  'package/config/bnfos.conf',
  'package/config/checks/asterisk-ari',
  'package/config/checks/asterisk-cli',
  'package/dist/LICENSES.txt',
  'package/dist/node_modules/@koromix/koffi-PLATFORM/PLATFORM/koffi.node',
  'package/dist/node_modules/@koromix/koffi-PLATFORM/index.js',
  'package/dist/node_modules/@koromix/koffi-PLATFORM/package.json',
  'package/dist/node_modules/koffi/LICENSE.txt',
  'package/dist/node_modules/koffi/index.cjs',
  'package/dist/node_modules/koffi/package.json',
  'package/dist/node_modules/koffi/src/koffi/index.cjs',
  'package/dist/node_modules/koffi/src/koffi/src/static.cjs',
  'package/package.json',
  'package/systemd/berofosd.service',
  'package/systemd/berofosd.sysusers',
  'package/systemd/berofosd.tmpfiles',
]

/** Path of the tarball, packed from a copy: packing builds dist anew, which others may be using. */
function packed(): string {
  const copy = join(work, 'project')
  const left = ['.git', 'coverage', 'dist', 'node_modules', 'test']
  for (const name of readdirSync('.').filter(each => !left.includes(each)))
    cpSync(name, join(copy, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  npm(copy, 'pack', '--pack-destination', work)
  return join(work, `berofosd-${packageFile.version}.tgz`)
}

function npm(directory: string, ...options: string[]): string {
  // Not as quiet as the npm that runs the tests may have been told to be.
  const own = ['--cache', join(work, 'cache'), '--no-audit', '--no-fund', '--loglevel', 'notice']
  return run(directory, 'npm', ...options, ...own)
}

function run(directory: string, program: string, ...options: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, options, { cwd: directory, encoding: 'utf8' })
  assert.equal(status, 0, `${program}: ${stdout}${stderr}`)
  return stdout
}
