import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { eventually } from '../../helpers/until.ts'
import type { Cgroup } from './cgroup.ts'
import { type CommandOptions, must, type Outcome, run } from './command.ts'

interface ContainerOptions {
  /** Directory of its system, which it changes. */
  readonly root: string
  /** Path of the network namespace that it lives in, also over a reboot. */
  readonly netns: string
  /** Unlike that of any other container of this machine. */
  readonly name: string
  /** What it calls itself. */
  readonly hostname: string
  readonly cgroup: Cgroup
}

/** A Debian system that systemd has booted, by systemd-nspawn. */
export class Container {
  /** What it wrote to its console. */
  console = ''
  private process: ChildProcess | null = null
  private leader = 0

  private constructor(private readonly options: ContainerOptions) {}

  /** Resolves when every unit has been started. Rejects, with nothing left running, when that takes too long. */
  static async boot(options: ContainerOptions): Promise<Container> {
    const container = new Container(options)
    await container.up()
    return container
  }

  /** Runs a command in it as root. */
  run(command: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    return run(...this.within(...command), { ...options, env: environment })
  }

  /** What the command prints; rejects unless it ends with 0. */
  must(command: readonly string[], options: CommandOptions = {}): Promise<string> {
    return must(...this.within(...command), { ...options, env: environment })
  }

  /** The same with the network of this machine in place of its own. */
  mustOutside(command: readonly string[], options: CommandOptions = {}): Promise<string> {
    const [program, words] = this.within(...command)
    return must(
      program,
      words.filter(word => word !== '-n'),
      { ...options, env: environment },
    )
  }

  /** Where a path of it is seen from here, also below /run and /tmp. */
  path(path: string): string {
    return `/proc/${this.leader}/root${path}`
  }

  async write(path: string, text: string | Buffer, mode = 0o644): Promise<void> {
    await writeFile(this.path(path), text)
    await chmod(this.path(path), mode)
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), 'utf8')
  }

  /** Resolves when it is up again. */
  async reboot(): Promise<void> {
    const ended = this.process && once(this.process, 'exit')
    await this.must(['systemctl', 'reboot'])
    const [status] = (await ended) ?? [null]
    if (status !== wantsReboot) throw new Error(`it ended with ${status}, not to reboot\n${this.console}`)
    await this.up()
  }

  /** Powers it off, and kills it if that takes too long. */
  async close(): Promise<void> {
    const { process } = this
    this.process = null
    if (!process || process.exitCode !== null || process.signalCode !== null) return
    const ended = once(process, 'exit')
    process.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(process), 30_000)
    await ended
    clearTimeout(timer)
  }

  private async up(): Promise<void> {
    const started = spawn(...this.command(), { stdio: ['ignore', 'pipe', 'pipe'] })
    this.process = started
    for (const stream of [started.stdout, started.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.console = (this.console + text).slice(-consoleKept)
      })
    try {
      await eventually('the container has an init', () => this.findLeader(started))
      await eventually('the container has booted', () => this.isUp())
    } catch (error) {
      await this.close()
      throw new Error(`${(error as Error).message}\n${this.console}`)
    }
  }

  private async isUp(): Promise<boolean> {
    const { stdout } = await this.run(['systemctl', 'is-system-running'])
    return ['running', 'degraded'].includes(stdout.trim())
  }

  /** Its first process is systemd once it has set up all of its namespaces. */
  private findLeader({ pid = 0, exitCode }: ChildProcess): boolean {
    if (exitCode !== null) throw new Error(`systemd-nspawn ended with ${exitCode}`)
    const children = readText(`/proc/${pid}/task/${pid}/children`).trim().split(' ')
    this.leader = Number(children.find(child => readText(`/proc/${child}/comm`) === 'systemd\n') ?? 0)
    return this.leader !== 0
  }

  private kill(process: ChildProcess): void {
    if (this.leader !== 0) globalThis.process.kill(this.leader, 'SIGKILL')
    process.kill('SIGKILL')
  }

  private within(...command: readonly string[]): [string, string[]] {
    return ['nsenter', ['-t', String(this.leader), '-m', '-u', '-i', '-n', '-p', '--', ...command]]
  }

  private command(): [string, string[]] {
    const { root, netns, name, hostname, cgroup } = this.options
    return cgroup.within(
      // Powered off when the tests end without closing it.
      'setpriv',
      '--pdeathsig=TERM',
      'systemd-nspawn',
      '--boot',
      '--quiet',
      '--register=no',
      '--keep-unit',
      '--settings=no',
      '--link-journal=no',
      '--resolv-conf=off',
      '--timezone=off',
      '--console=pipe',
      `--directory=${root}`,
      `--network-namespace-path=${netns}`,
      // init sets up the loopback interface.
      '--capability=CAP_NET_ADMIN',
      `--machine=${name}`,
      `--hostname=${hostname}`,
    )
  }
}

/** systemd-nspawn(1), --keep-unit: with this it asks to be started again. */
const wantsReboot = 133
const consoleKept = 100_000
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C',
}

/** Empty when it is gone. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
