import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CommandTrials } from '../../src/daemon/command-trials.ts'
import type { CommandResult } from '../../src/system/run-command.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

const deadly = { name: 'ready_command', line: 'kill -9 $PPID' }
const slow = { name: 'check calls', line: 'sleep 5' }

/** One machine: what is on /run and on the disk outlives each life. */
class Machine {
  readonly clock = new FakeClock()
  readonly told: string[] = []
  hasMemory = true
  diskHangs = false
  diskWrites = 0
  private readonly files = new Map<string, string>()

  live(): Promise<CommandTrials> {
    const trials = new CommandTrials({
      clock: this.clock,
      copy: {
        read: path => (this.hasMemory ? (this.files.get(path) ?? null) : null),
        write: (path, text) => this.hasMemory && this.put(path, text),
      },
      disk: {
        read: path => {
          const text = this.files.get(path)
          if (text === undefined) return Promise.resolve({ ok: false, code: 'ENOENT', reason: 'absent' })
          return Promise.resolve({ ok: true, text })
        },
        write: (path, text) => {
          this.diskWrites += 1
          if (this.diskHangs) return new Promise(() => {})
          this.put(path, text)
          return Promise.resolve({ ok: true })
        },
      },
      copyPath: '/run/commands.json',
      path: '/var/lib/commands.json',
      log: (severity, text) => this.told.push(`${severity} ${text}`),
    })
    return trials.open().then(() => trials)
  }

  /** A life that ends while the command runs. */
  async liveWith(...commands: (typeof deadly)[]): Promise<void> {
    const trials = await this.live()
    for (const command of commands) assert.equal(await trials.begin(command), null)
  }

  private put(path: string, text: string): boolean {
    this.files.set(path, text)
    return true
  }
}

describe('A command that the daemon does not outlive', () => {
  it('is not run a third time at once, which the log says', async () => {
    const machine = new Machine()
    await machine.liveWith(deadly)
    await machine.liveWith(deadly)
    assert.deepEqual(machine.told, [])
    const third = await machine.live()
    const why = 'berofosd ended 2 times while it ran, it is run again in 1m'
    assert.equal(await third.begin(deadly), why)
    assert.deepEqual(machine.told, [`warning ready_command: ${why}`])
  })

  it('is tried again after a pause, which is ten times as long after each further end', async () => {
    const machine = new Machine()
    await machine.liveWith(deadly)
    await machine.liveWith(deadly)
    for (const pauseMs of [60_000, 600_000, 6_000_000, 60_000_000, 86_400_000, 86_400_000]) {
      const life = await machine.live()
      await machine.clock.advance(pauseMs - 1)
      assert.notEqual(await life.begin(deadly), null)
      await machine.clock.advance(1)
      assert.equal(await life.begin(deadly), null)
    }
  })

  it('is one like any other once it has ended by itself', async () => {
    const machine = new Machine()
    await machine.liveWith(deadly)
    const second = await machine.live()
    await second.begin(deadly)
    second.ended(deadly)
    await machine.liveWith(deadly)
    await machine.liveWith(deadly)
  })

  it('is counted for a daemon that stops in good order as well: it may have been what stopped it', async () => {
    const machine = new Machine()
    for (let life = 0; life < 2; life++) {
      const trials = await machine.live()
      await trials.begin(deadly)
      trials.close()
      trials.ended(deadly)
    }
    assert.notEqual(await (await machine.live()).begin(deadly), null)
  })

  it('is another one after its line was changed', async () => {
    const machine = new Machine()
    await machine.liveWith(deadly)
    await machine.liveWith(deadly)
    assert.equal(await (await machine.live()).begin({ ...deadly, line: 'true' }), null)
  })

  it('does not take one along that only ran at the same time: each is tried alone', async () => {
    const machine = new Machine()
    await machine.liveWith(slow, deadly)
    await machine.liveWith(slow, deadly)
    const third = await machine.live()
    await machine.clock.advance(60_000)
    assert.equal(await third.begin(slow), null)
    assert.equal(await third.begin(deadly), 'berofosd ended 2 times while it ran, it waits for check calls')
    third.ended(slow)
    assert.equal(await third.begin(deadly), null)
    const fourth = await machine.live()
    assert.equal(await fourth.begin(slow), null)
    assert.notEqual(await fourth.begin(deadly), null)
  })

  it('is counted on the disk where nothing is in memory, once in a life', async () => {
    const machine = new Machine()
    machine.hasMemory = false
    await machine.liveWith(deadly)
    await machine.liveWith(deadly)
    assert.notEqual(await (await machine.live()).begin(deadly), null)
    const other = await machine.live()
    machine.diskWrites = 0
    for (let run = 0; run < 5; run++) {
      await other.begin(slow)
      other.ended(slow)
    }
    assert.equal(machine.diskWrites, 2)
  })

  it('waits for a disk that hangs no longer than a moment', async () => {
    const machine = new Machine()
    machine.hasMemory = false
    machine.diskHangs = true
    const trials = await machine.live()
    const begun = trials.begin(deadly)
    await machine.clock.advance(250)
    assert.equal(await begun, null)
  })

  it('is one that could not be run, for whoever runs it', async () => {
    const machine = new Machine()
    await machine.liveWith(deadly)
    await machine.liveWith(deadly)
    const life = await machine.live()
    const exited: CommandResult = { outcome: 'exited', code: 0 }
    const run = life.around('ready_command', () => Promise.resolve(exited))
    const options = { line: deadly.line, env: {}, timeoutMs: 1000, clock: machine.clock }
    const { outcome } = await run(options)
    assert.equal(outcome, 'cannot')
    assert.deepEqual(await run({ ...options, line: 'true' }), exited)
  })
})
