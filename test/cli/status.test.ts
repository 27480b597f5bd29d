import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { needs } from '../helpers/needs.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { nodeOfPrograms, program } from '../helpers/programs.ts'
import { until } from '../helpers/until.ts'
import { asStranger, at, filesOf, follow, runBerofosd, startBerofosd, widthOf } from './run-berofosd.ts'

const open = NodeUnderTest.open

describe('berofosd status', { concurrency: 2 }, () => {
  it('ends with 0 when all is normal, within 80 columns and without colours in a pipe', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, out, err } = await at(node, 'status')
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^ok lines at the master, steady, 3 of 3 relays confirmed, automatic failover on\n/)
    assert.ok(widthOf(out) <= 80 && !out.includes('\x1b'), out)
  })

  it('ends with 1 when a relay is silent, and begins with it', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.steer('relay 2 unreachable')
    await node.untilStatus('fos2 fails', ({ relays }) => relays[1]?.confirmed === false)
    const { code, out } = await at(node, 'status')
    assert.equal(code, 1)
    assert.match(out, /^!! lines at the master[^!]*\n!! fos2 [a-z ]+ since \d\d:\d\d:\d\d \(127\./)
  })

  it('--json prints what the daemon knows as one object', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, out } = await at(node, 'status', '--json')
    const status = JSON.parse(out)
    assert.deepEqual([code, status.role, status.relays.length], [0, 'master', 3])
    assert.equal(status.pid, node.daemon?.pid)
  })

  it('without a daemon ends with 3 and says how to start it', async t => {
    const node = await open(t)
    const { code, out, err } = await at(node, 'status', '--json')
    assert.deepEqual([code, out], [3, ''])
    assert.match(err, /^berofosd: no daemon answers on \S+\/control\.sock: start it with 'systemctl start/)
  })

  it('without a daemon tells the stored role, and what the relays read now', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.kill('SIGTERM')
    await node.steer('relay 2 hand 0')
    await node.steer('relay 3 hang')
    const { code, out } = await at(node, 'status')
    assert.equal(code, 3)
    assert.match(out, /^!! no daemon runs: nothing is watched, and nothing moves by itself\n/)
    assert.match(out, /\n {3}stored: lines at the master since \d\d:\d\d:\d\d\n/)
    assert.match(out, /\nok fos1 +1 A--B +lines at the master +127\./)
    assert.match(out, /\n\? {2}fos2 +0 A--D +lines at the slave +127\./)
    assert.match(out, /\n!! fos3 +- +- +127\.\S+ port \d+ did\s+not\s+answer/)
  })

  it('without a daemon names the line of the configuration that keeps it from starting', async t => {
    const node = await open(t)
    await node.configure({ failback: { stable_for: 'soon' } })
    const { code, err } = await at(node, 'status')
    assert.equal(code, 3)
    assert.match(err, /\nberofosd: \S+berofosd\.conf:\d+: \[failback\] stable_for: /)
  })

  const there = existsSync('/etc/berofosd.conf') && '/etc/berofosd.conf exists'
  it('without any configuration looks in the usual place', { skip: there }, async () => {
    const { code, err } = await runBerofosd(['status'])
    assert.equal(code, 3)
    assert.match(err, /\/run\/berofosd\/control\.sock/)
  })

  it('finds the daemon by a configuration that has gone bad meanwhile', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.configure({ nonsense: { key: 'value' }, relays: { timeout: 'soon' } })
    assert.equal((await at(node, 'status')).code, 0)
  })

  it('for somebody who is no operator asks at the status socket', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, out, err } = await runBerofosd(['status', ...filesOf(node)], asStranger(node))
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^ok lines at the master, steady, 3 of 3 relays confirmed/)
  })

  it('for somebody who is no operator, without a status socket, ends with 1 and says who may', async t => {
    const node = await open(t)
    await node.configure({ control: { status_socket: 'none' } })
    await node.startSteady()
    const { code, err } = await runBerofosd(['status', ...filesOf(node)], asStranger(node))
    assert.equal(code, 1)
    assert.match(err, /permission denied: be root or in the group berofosd-operator/)
  })

  it('as a plugin is a line with performance data, and ends as Nagios and Icinga want it', async t => {
    const node = await open(t)
    await node.configure({ control: { status_socket: 'none' } })
    const gone = await at(node, 'status', '--plugin')
    assert.deepEqual([gone.code, gone.err], [2, ''])
    assert.match(gone.out, /^BEROFOS CRITICAL: no daemon answers on [^\n]+\n$/)
    await node.startSteady()
    const well = await at(node, 'status', '--plugin')
    assert.equal(well.code, 0)
    assert.match(
      well.out,
      /^BEROFOS OK: lines at the master, [^|\n]+ \| 'relays_confirmed'=3;;3:;0;3 [^|\n]+\n$/,
    )
    const stranger = await runBerofosd(['status', '--plugin', ...filesOf(node)], asStranger(node))
    assert.equal(stranger.code, 3)
    assert.match(stranger.out, /^BEROFOS UNKNOWN: \S+: permission denied/)
  })

  it('whose reader has gone is quiet about it', async t => {
    const node = await open(t)
    await node.startSteady()
    const running = startBerofosd(['status', ...filesOf(node)])
    running.child.stdout?.destroy()
    const { code, err } = await running.ended
    assert.deepEqual([code, err], [0, ''])
  })

  it('on a terminal is coloured, with NO_COLOR it is not', { skip: needs('script') }, async t => {
    const node = await open(t)
    await node.startSteady()
    const line = [nodeOfPrograms, program('berofosd'), 'status', ...filesOf(node)]
    const onTerminal = (env: NodeJS.ProcessEnv) => {
      const command = ['-qec', `stty cols 80; ${line.join(' ')}`, '/dev/null']
      return follow(spawn('script', command, { env: { ...process.env, TERM: 'xterm', LC_ALL: 'C', ...env } }))
        .ended
    }
    const [coloured, plain] = await Promise.all([onTerminal({ NO_COLOR: '' }), onTerminal({ NO_COLOR: '1' })])
    assert.match(coloured.out, /\[32mok lines at the master/)
    assert.match(plain.out, /^ok lines at the master/)
    assert.ok(!plain.out.includes('\x1b'), plain.out)
  })
})

describe('berofosd status --watch', { concurrency: 2 }, () => {
  it('tells every watcher of a change, and ends with 0 at SIGINT', async t => {
    const node = await open(t)
    await node.startSteady()
    const watchers = [1, 2].map(() => startBerofosd(['status', '--watch', ...filesOf(node)]))
    const all = (pattern: RegExp) =>
      until(`all see ${pattern}`, () => watchers.every(w => pattern.test(w.out())))
    await all(/ ok lines at the master/)
    await node.ask({ command: 'force', role: 'slave', forMs: null, reason: '' })
    await all(/ !! lines at the slave, forced/)
    for (const { child } of watchers) child.kill('SIGINT')
    for (const { ended } of watchers) assert.deepEqual((await ended).code, 0)
  })

  it('waits for a daemon that is away meanwhile', async t => {
    const node = await open(t)
    await node.startSteady()
    const watcher = startBerofosd(['status', '--watch', ...filesOf(node)])
    await until('it watches', () => / ok lines/.test(watcher.out()))
    await node.kill('SIGTERM')
    await until('it misses the daemon', () => /no daemon answers/.test(watcher.out()))
    await node.start()
    await until('it has it back', () => /no daemon answers[\s\S]*lines at the master/.test(watcher.out()))
    watcher.child.kill('SIGTERM')
    assert.equal((await watcher.ended).code, 0)
  })

  it('--json prints an object a second, until nobody reads', async t => {
    const node = await open(t)
    await node.startSteady()
    const watcher = startBerofosd(['status', '--watch', '--json', ...filesOf(node)])
    await until('two objects', () => watcher.out().split('\n').length > 2)
    for (const line of watcher.out().trimEnd().split('\n')) assert.equal(JSON.parse(line).role, 'master')
    watcher.child.stdout?.destroy()
    const { code, err } = await watcher.ended
    assert.deepEqual([code, err], [0, ''])
  })

  it('on a terminal draws a screen, which q ends and gives back', { skip: needs('script') }, async t => {
    const node = await open(t)
    await node.startSteady()
    const line = [nodeOfPrograms, program('berofosd'), 'status', '--watch', ...filesOf(node)]
    const command = ['-qec', `stty cols 80 rows 24; ${line.join(' ')}; echo ENDED $?`, '/dev/null']
    const env = { ...process.env, TERM: 'xterm', NO_COLOR: '1', LC_ALL: 'C' }
    const terminal = follow(spawn('script', command, { env, stdio: ['pipe', 'pipe', 'inherit'] }))
    const sees = (pattern: RegExp) => until(`it shows ${pattern}`, () => pattern.test(terminal.out()))
    await sees(/\[\?1049h[\s\S]*ok lines at the master, steady[\s\S]*q ends/)
    await node.kill('SIGTERM')
    await sees(/!! the daemon has not answered since [\s\S]*ok fos3/)
    terminal.child.stdin?.write('q')
    const { out } = await terminal.ended
    assert.match(out, /\[\?1049l\s*ENDED 0\s*$/)
  })

  it('without a daemon ends with 3 at once', async t => {
    const node = await open(t)
    assert.equal((await at(node, 'status', '--watch')).code, 3)
  })
})
