import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import packageFile from '../package.json' with { type: 'json' }
import { berofosd as berofosdProgram } from '../src/cli/berofosd/program.ts'
import { ownAddress } from './cli/bnfos/run-bnfos.ts'
import { filesOf, follow, type Running } from './cli/run-berofosd.ts'
import { NodeUnderTest } from './helpers/node-under-test.ts'
import { otherNode } from './helpers/other-nodes.ts'
import { program } from './helpers/programs.ts'
import { until } from './helpers/until.ts'

/** The oldest that is promised, that of Debian 12, and what came later; the tests themselves run on 20. */
const served = ['18.17.1', '18.20.8', '22.23.5', '24.22.3'] as const
const tooOld = '16.20.2'

const names = ['berofosd', 'bnfos', 'xivo-berofos'] as const

/** These run each program and send each signal that is meant for it. */
const testsOfPrograms = [
  'test/cli/output.test.ts',
  'test/cli/signals.test.ts',
  'test/cli/simulate.test.ts',
  'test/cli/bnfos/ends.test.ts',
  'test/daemon/failover.test.ts',
  'test/daemon/upgrade.test.ts',
]

/** The configuration of a daemon that takes connections and says nothing: whoever asks it waits. */
function silentDaemon(): string {
  const directory = mkdtempSync(join(tmpdir(), 'berofosd-silent-'))
  const socket = join(directory, 'control.sock')
  const server = createServer(client => client.on('error', () => {}).resume())
    .listen(socket)
    .unref()
  after(() => {
    server.close()
    rmSync(directory, { recursive: true })
  })
  const file = join(directory, 'berofosd.conf')
  writeFileSync(
    file,
    `[master]\nhost = 127.0.0.1\n[check.ping]\ntype = ping\n[control]\nsocket = ${socket}\n`,
  )
  return file
}

/** What goes on until it is told to end, and what each says once it listens for signals. */
const lasting = [
  [
    /'quit' ends/,
    'berofosd',
    'simulate',
    '--relays',
    '1',
    '--address',
    ownAddress(21),
    '--master',
    ownAddress(20),
  ],
  [/waiting for the daemon/, 'berofosd', 'status', '--watch', '-c', silentDaemon()],
  [/./, 'bnfos', '--kick', '-m', '00:19:32:00:00:01', '-h', '127.0.0.1', '-c'],
  [/./, 'berofosd', 'demo'],
] as const
const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']
/** Killed by one that it does not expect, the demo leaves its daemon behind. */
const signalsOf = ([, , command]: (typeof lasting)[number]) =>
  command === 'demo' ? signals.slice(0, 3) : signals

it('the oldest Node that is promised is tried', () => {
  assert.ok(served.some(version => version.startsWith(packageFile.engines.node.replace('>=', ''))))
})

describe(`on Node ${tooOld}`, { skip: absent(tooOld) }, () => {
  for (const name of names)
    it(`${name} says in one sentence that it is too old`, () => {
      const { status, stdout, stderr } = spawnSync(nodeAt(tooOld), [program(name)], { encoding: 'utf8' })
      const oldest = packageFile.engines.node.replace('>=', '')
      assert.deepEqual(
        [status, stdout, stderr],
        [
          // The unit would start a daemon that ends with 1 again and again.
          name === 'berofosd' ? 78 : 1,
          '',
          `${name}: needs Node ${oldest} or later, but runs on ${tooOld}: install a later Node\n`,
        ],
      )
    })
})

describe('what builds, on the Node of Debian 12', { skip: absent('18.20.8') }, () => {
  for (const tool of ['bundles', 'deb', 'npm-pack'])
    it(`says in one sentence that it can't: src/build/${tool}.ts`, () => {
      const words = ['--import', 'tsx', `src/build/${tool}.ts`]
      const { status, stdout, stderr } = spawnSync(nodeAt('18.20.8'), words, { encoding: 'utf8' })
      assert.deepEqual([status, stdout], [1, ''])
      assert.equal(
        stderr,
        'it is built and tested with Node 20 or later, this host has 18.20.8: build on Debian 13, the package runs here too\n',
      )
    })
})

for (const version of served)
  describe(`on Node ${version}`, { skip: absent(version) }, () => {
    let node = ''
    before(() => {
      node = nodeAt(version)
    })

    it('every command shows its help, as on the Node of the tests', () => {
      for (const { name } of berofosdProgram.commands) {
        const words = [program('berofosd'), ...(name.startsWith('--') ? [] : [name]), '--help']
        const [here, there] = [process.execPath, node].map(each =>
          spawnSync(each, words, { encoding: 'utf8' }),
        )
        assert.equal(there?.status, 0, there?.stderr)
        assert.equal(there?.stdout, here?.stdout)
      }
    })

    it('the daemon checks by HTTP, reminds by the calendar, and answers every command', async t => {
      const site = await siteWithWeb(t)
      const berofosd = (...words: string[]) => start({ t, node }, 'berofosd', ...words, ...filesOf(site))
      const daemon = berofosd('run')
      await until('normal', async () => (await berofosd('status').ended).code === 0, 30_000)
      for (const command of ['check', 'check-config', 'history', 'pause', 'reload', 'resume'])
        assert.equal((await berofosd(command).ended).code, 0, command)
      assert.match((await berofosd('doctor').ended).out, /fos1/)
      assert.equal((await berofosd('--force', 'slave').ended).code, 0)
      await site.untilModes(0, 0, 0)
      await until('two reminders', () => (daemon.out().match(/^.*override: /gm)?.length ?? 0) >= 3)
      const watching = berofosd('status', '--watch')
      await until('it is shown', () => watching.out().includes('slave'))
      watching.child.kill('SIGINT')
      assert.equal((await watching.ended).code, 0)
      daemon.child.kill('SIGTERM')
      const { code, err } = await daemon.ended
      assert.deepEqual([code, err], [0, ''])
    })

    it('without a daemon xivo-berofos moves every relay, and bnfos reads and writes', async t => {
      const site = await NodeUnderTest.open(t)
      const { configFile, bnfosFile } = site.files
      const place = { t, node, env: { BNFOS_CONF: bnfosFile } }
      const moved = await start(place, 'xivo-berofos', 'slave', '-c', configFile).ended
      assert.deepEqual([moved.code, site.modes()], [0, [0, 0, 0]], moved.err)
      const device = ['-f', 'fos1', '-p', String(site.site.relays[0]?.port)]
      const written = await start(place, 'bnfos', '--set', 'mode=1', ...device).ended
      assert.deepEqual([written.code, site.modes()], [0, [1, 0, 0]], written.err)
      assert.match((await start(place, 'bnfos', '--get', 'mode', ...device).ended).err, /^mode = 1$/m)
    })

    it('a signal ends each program as on the Node of the tests', async t => {
      for (const row of lasting)
        for (const signal of signalsOf(row)) {
          const here = await endAt({ t, node: process.execPath }, row, signal)
          const there = await endAt({ t, node }, row, signal, here === 'goes on' ? 1000 : 10_000)
          assert.deepEqual(there, here, `${row[1]} at ${signal}`)
        }
    })

    it('the tests of the programs pass', async () => {
      const env: NodeJS.ProcessEnv = { ...process.env, BEROFOSD_TEST_NODE: node }
      // Of the test runner around this one: another one with it reports to nobody.
      delete env.NODE_TEST_CONTEXT
      const words = ['--import', 'tsx', '--test', '--test-concurrency=2', ...testsOfPrograms]
      const { code, out } = await follow(spawn(process.execPath, words, { env })).ended
      assert.equal(code, 0, out)
    })
  })

function absent(version: string): string | false {
  const found = otherNode(version)
  if (typeof found === 'string' || process.env.BEROFOSD_TEST_ALL === '1') return false
  return `Node ${version} can't be had here: ${found.message}`
}

function nodeAt(version: string): string {
  const found = otherNode(version)
  if (typeof found !== 'string') throw found
  return found
}

/** A site whose check asks by HTTP, and whose daemon reminds each second. */
async function siteWithWeb(t: TestContext): Promise<NodeUnderTest> {
  const site = await NodeUnderTest.open(t)
  const { port } = site.site.master.endpoints.http
  await site.configure({
    'check.web': { type: 'http', url: `http://127.0.0.1:${port}/`, interval: '200ms' },
    log: { syslog: 'none', remind: '* * * * * *' },
  })
  return site
}

interface Place {
  readonly t: TestContext
  /** The Node that runs the program. */
  readonly node: string
  readonly env?: NodeJS.ProcessEnv
}

function start({ t, node, env }: Place, name: (typeof names)[number], ...words: readonly string[]): Running {
  const child = spawn(node, [program(name), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nobody listens at the discard port for what is sent by GBL4.
    env: { ...process.env, BNFOS_GBL4_PORT: '9', ...env },
  })
  t.after(() => child.kill('SIGKILL'))
  return follow(child)
}

const known = new Map<string, number | string>()

/** How it ends within this time: by which status or signal, or not at all. On the Node of the tests it is tried once. */
async function endAt(
  place: Place,
  [ready, name, ...words]: (typeof lasting)[number],
  signal: NodeJS.Signals,
  withinMs = 5000,
): Promise<number | string> {
  const question = [place.node, name, ...words, signal].join(' ')
  const before = known.get(question)
  if (before !== undefined) return before
  const running = start(place, name, ...words)
  const { child } = running
  const ended = () => child.exitCode ?? child.signalCode
  await until(`${question}: it listens`, () => ready.test(running.out() + running.err()), 60_000)
  child.kill(signal)
  await until('the end', () => ended() !== null, withinMs).catch(() => {})
  const end = ended() ?? 'goes on'
  known.set(question, end)
  child.kill('SIGKILL')
  await running.ended
  return end
}
