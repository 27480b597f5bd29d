import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type TalkResult, talk } from '../../src/control/client.ts'
import { modeOf } from '../../src/simulator/simulated-device.ts'
import { openSite, type Site, type SiteOptions } from '../../src/simulator/site.ts'
import type { Overrides, SiteFiles } from '../../src/simulator/site-config.ts'
import type { Status } from '../../src/status/status-json.ts'
import { systemClock } from '../../src/system/clock.ts'
import { nodeOfPrograms, program } from './programs.ts'
import { until } from './until.ts'

/** Fast enough for a test, and slow enough for a busy machine: three refusals in a row are 300 ms. */
const fast: Overrides = {
  'check.sip': null,
  'check.web': null,
  'check.tcp': { interval: '100ms', timeout: '1s', fall: 3, rise: 2 },
  failback: { stable_for: '500ms' },
  relays: { timeout: '500ms', audit_interval: '300ms', retry: '100ms', retry_max: '400ms' },
}

/** A slave node: the real daemon process, on a virtual site in this process. Everything ends with the test. */
export class NodeUnderTest {
  daemon: ChildProcess | null = null
  /** What all daemons of this test printed, line by line; with `syslog = none` that is the log. */
  lines: string[] = []
  /** The program file that Node runs. */
  program = program('berofosd')
  /** The Node that runs it. */
  nodePath = nodeOfPrograms
  /** What runs Node: a command that executes the rest of its words. */
  runner: readonly string[] = ['env']
  private overrides: Overrides = {}

  private constructor(
    readonly site: Site,
    readonly directory: string,
    readonly files: SiteFiles,
  ) {}

  static async open(
    t: TestContext,
    overrides: Overrides = {},
    options: Partial<SiteOptions> = {},
    parent = tmpdir(),
  ): Promise<NodeUnderTest> {
    const directory = await mkdtemp(join(parent, 'berofosd-'))
    const site = await openSite({ relays: 3, ...options })
    const all = { ...fast, ...overrides }
    const node = new NodeUnderTest(site, directory, await site.writeConfig(directory, all))
    node.overrides = all
    t.after(async () => {
      await node.kill('SIGKILL')
      await site.close()
      await rm(directory, { recursive: true, force: true })
    })
    return node
  }

  /** Starts the daemon and waits until it answers. */
  async start(): Promise<void> {
    this.spawn()
    await until(
      'the daemon answers',
      async () => (await this.ask({ command: 'status' })).outcome === 'answered',
    )
  }

  /** Starts it without waiting. */
  spawn(): ChildProcess {
    const { configFile, bnfosFile } = this.files
    const args = [this.program, 'run', '-c', configFile, '--bnfos-conf', bnfosFile]
    const [command = 'env', ...words] = this.runner
    const daemon = spawn(command, [...words, this.nodePath, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [daemon.stdout, daemon.stderr]) {
      let rest = ''
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        this.lines.push(...lines)
      })
    }
    this.daemon = daemon
    return daemon
  }

  /** Starts it and waits until it has settled in this phase. */
  async startSteady(phase = 'steady'): Promise<void> {
    await this.start()
    await this.untilStatus(
      `phase ${phase}`,
      status => status.phase === phase && status.relays.every(r => r.confirmed),
    )
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const { daemon } = this
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return daemon?.exitCode ?? null
    const ended = once(daemon, 'exit')
    daemon.kill(signal)
    const [code] = await ended
    return code
  }

  ask(request: object): Promise<TalkResult> {
    return talk(this.files.controlSocket, request, { clock: systemClock, silenceMs: 20_000 })
  }

  async status(): Promise<Status> {
    const result = await this.ask({ command: 'status' })
    if (result.outcome !== 'answered') throw new Error(result.error)
    return result.reply.status as unknown as Status
  }

  async untilStatus(what: string, holds: (status: Status) => boolean): Promise<Status> {
    let last: Status | null = null
    await until(what, async () => {
      last = await this.status()
      return holds(last)
    }).catch(error => {
      throw new Error(`${error.message}: ${JSON.stringify(last)}\n${this.lines.join('\n')}`)
    })
    return last as unknown as Status
  }

  untilModes(...modes: number[]): Promise<void> {
    return until(`relays at ${modes}`, () => this.modes().join() === modes.join()).catch(error => {
      throw new Error(`${error.message}: they are at ${this.modes()}\n${this.lines.join('\n')}`)
    })
  }

  untilLine(pattern: RegExp): Promise<void> {
    return until(`a line like ${pattern}`, () => this.logged(pattern).length > 0).catch(error => {
      throw new Error(`${error.message}\n${this.lines.join('\n')}`)
    })
  }

  /** Waits until so many lines are like this; more of them are the assertion's to find. */
  untilLines(pattern: RegExp, count: number): Promise<void> {
    return until(`${count} lines like ${pattern}`, () => this.logged(pattern).length >= count).catch(
      error => {
        throw new Error(`${error.message}\n${this.lines.join('\n')}`)
      },
    )
  }

  logged(pattern: RegExp): string[] {
    return this.lines.filter(line => pattern.test(line))
  }

  modes(): number[] {
    return this.site.relays.map(({ device }) => modeOf(device))
  }

  /** Real moves of each relay since the start of the test. */
  changes(): number[] {
    return this.site.relays.map(({ device }) => device.changes.length)
  }

  async steer(...lines: string[]): Promise<void> {
    for (const line of lines) {
      const { ok, text } = await this.site.steer(line)
      if (!ok) throw new Error(text)
    }
  }

  async configure(overrides: Overrides): Promise<void> {
    this.overrides = { ...this.overrides, ...overrides }
    await this.site.writeConfig(this.directory, this.overrides)
  }
}
