import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { needs } from '../helpers/needs.ts'
import { nodeOfPrograms, program } from '../helpers/programs.ts'
import { until } from '../helpers/until.ts'

/** In memory, as a demo has it by itself: it waits for what it saves, and a test run keeps the disk busy. */
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A demo as a process without a terminal, with a temp directory of its own. */
async function runDemo(t: TestContext) {
  const temp = await mkdtemp(join(inMemory, 'demo-'))
  const child = spawn(nodeOfPrograms, [program('berofosd'), 'demo'], {
    env: { ...process.env, TMPDIR: temp },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(temp, { recursive: true, force: true })
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => {
    said.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    said.stderr += text
  })
  const ended: Promise<number | string> = once(child, 'close').then(([code, signal]) => signal ?? code)
  return { child, temp, said, ended }
}

/** Processes whose command line names a file in this directory. */
async function processesNaming(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const naming = await Promise.all(
    pids.map(async pid => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return line.includes(`${directory}/`) ? [Number(pid)] : []
    }),
  )
  return naming.flat()
}

/** What the demo made; tsx keeps its cache there, too. */
async function leftIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter(name => name.startsWith('berofos'))
}

async function untilStep(said: { stdout: string }, number: number, child: ChildProcess): Promise<void> {
  const begun = () => said.stdout.includes(` ${number}/15 `)
  await until(`step ${number}`, () => begun() || child.exitCode !== null, 60_000)
  assert.ok(begun(), said.stdout)
}

describe('berofosd demo', { concurrency: 2 }, () => {
  it('ends with 0 and a table of measured times, in plain lines, and leaves nothing behind', async t => {
    const { temp, said, ended } = await runDemo(t)
    const code = await ended
    assert.equal(code, 0, said.stderr + said.stdout)
    const times = said.stdout.match(/^ok .* \d+ ms {2}\S/gm) ?? []
    assert.equal(times.length, 13, said.stdout)
    assert.equal(said.stdout.match(/^ok fos[134] +4 +4 +A to B > D > B > D > B$/gm)?.length, 3)
    assert.match(said.stdout, /^ok fos2 +6 +6 +A to B > D > B > D > B > D > B$/m)
    assert.equal(said.stdout.match(/^ok fos[12] +5 +5 +A to D > B > D > B > D > B$/gm)?.length, 2)
    assert.match(said.stdout, /warning +bypass: lines bypassed to the PBX/)
    assert.match(said.stdout, /error +watchdog: fos1 tripped/)
    assert.match(said.stdout, /^ok everything happened as it should$/m)
    assert.match(said.stdout, /warning +failover: lines to the slave/)
    assert.match(said.stdout, /warning +drift: fos2 reads mode=0/)
    assert.match(said.stdout, /warning +isolated: the master is down/)
    // The last line of all.
    const silence =
      /^ok phones silent for \d+\.\d s; by default at most 6\.5 s; old cron job 30 to 90 s\n(?![\s\S])/m
    assert.match(said.stdout, silence)
    assert.ok(!said.stdout.includes('\x1b'), 'an escape code')
    assert.deepEqual(
      said.stdout.split('\n').filter(line => line.length > 80),
      [],
    )
    assert.equal(said.stderr, '')
    assert.deepEqual(await processesNaming(temp), [])
    assert.deepEqual(await leftIn(temp), [])
  })

  it('fails with a sentence when the daemon dies', async t => {
    const { child, temp, said, ended } = await runDemo(t)
    await untilStep(said, 2, child)
    const [daemon = 0] = await processesNaming(temp)
    process.kill(daemon, 'SIGKILL')
    assert.equal(await ended, 1)
    assert.match(said.stderr.replace(/\s+/g, ' '), /the demo failed: .*the daemon ended by itself: SIGKILL/)
    assert.doesNotMatch(said.stdout, /MEASURED/)
    assert.deepEqual(await leftIn(temp), [])
  })

  it('fails within its deadline, naming the step, when the daemon hangs', async t => {
    const { child, temp, said, ended } = await runDemo(t)
    await untilStep(said, 2, child)
    const [daemon = 0] = await processesNaming(temp)
    process.kill(daemon, 'SIGSTOP')
    assert.equal(await ended, 1)
    assert.match(said.stderr.replace(/\s+/g, ' '), /step 2 .*: expected .* but the daemon does not answer/)
    assert.deepEqual(await processesNaming(temp), [])
    assert.deepEqual(await leftIn(temp), [])
  })

  it('clears up on SIGINT', async t => {
    const { child, temp, said, ended } = await runDemo(t)
    await untilStep(said, 3, child)
    child.kill('SIGINT')
    // As the signal ends a program without a handler: a shell makes 130 of it.
    assert.equal(await ended, 'SIGINT')
    assert.match(said.stderr, /interrupted/)
    assert.deepEqual(await processesNaming(temp), [])
    assert.deepEqual(await leftIn(temp), [])
  })

  it('on a terminal takes keys after the story', { skip: needs('script') }, async t => {
    const temp = await mkdtemp(join(inMemory, 'demo-'))
    const line = `stty cols 80 rows 24; exec ${nodeOfPrograms} ${program('berofosd')} demo`
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      env: { ...process.env, TMPDIR: temp, TERM: 'xterm', NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    t.after(async () => {
      child.kill('SIGKILL')
      await rm(temp, { recursive: true, force: true })
    })
    let shown = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      shown += text
    })
    const ended = once(child, 'close')
    const untilShown = (text: string, longestMs: number) =>
      until(`it shows "${text}"`, () => shown.includes(text) || child.exitCode !== null, longestMs)
    await untilShown('any key starts the daemon again', 90_000)
    child.stdin.write('x')
    await untilShown('would fail over within', 30_000)
    shown = ''
    child.stdin.write('m')
    await untilShown('at the SLAVE', 30_000)
    child.stdin.write('q')
    assert.deepEqual(await ended, [0, null])
    assert.match(shown, /m revive master/)
    assert.deepEqual(await processesNaming(temp), [])
    assert.deepEqual(await leftIn(temp), [])
  })
})
