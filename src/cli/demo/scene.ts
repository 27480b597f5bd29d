import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { talk } from '../../control/client.ts'
import { portsOf } from '../../core/role.ts'
import { modeOf } from '../../simulator/simulated-device.ts'
import { openSite, type Site, type SiteOptions } from '../../simulator/site.ts'
import type { Overrides, SiteFiles } from '../../simulator/site-config.ts'
import { parseStatus } from '../../status/parse.ts'
import type { Status } from '../../status/status-json.ts'
import { systemClock } from '../../system/clock.ts'
import { ProgramProcess } from './program-process.ts'
import type { Act, SaidLine } from './step.ts'

/** Something that was said or done, for the timeline. The source of a line of the daemon's log is its severity. */
type Tell = (source: string, text: string) => void

const statusEveryMs = 50
/** Long for a busy machine, short for a daemon that hangs. */
const staleAfterMs = 1500
const statusSilenceMs = 2000
const stopWithinMs = 3000
const mostLines = 10_000

/** What a story is played on. */
export interface SceneOptions {
  readonly site: () => SiteOptions
  /** Over what a virtual site's berofosd.conf has. */
  readonly overrides: Overrides
}

/** The virtual devices, the virtual master, the real daemon and its files. `close` leaves nothing of them. */
export class Scene {
  /** Key of the step that is played. */
  step = ''
  readonly lines: SaidLine[] = []
  /** What the daemon last told of itself, and when it was asked. */
  status: { readonly value: Status; readonly askedAt: number } | null = null
  /** Step → when its act began to take effect. Mono. */
  readonly actedAt = new Map<string, number>()
  /** Step → the command that it ran. */
  readonly commands = new Map<string, ProgramProcess>()
  daemon: ProgramProcess | null = null
  /** Whether the daemon was told to end. */
  stopping = false
  readonly #closed = new AbortController()

  private constructor(
    readonly site: Site,
    private readonly directory: string,
    private readonly files: SiteFiles,
    private readonly tell: Tell,
  ) {}

  /** Rejects, with nothing left, when loopback or the temp directory can't be used. */
  static async open(options: SceneOptions, tell: Tell): Promise<Scene> {
    const directory = mkdtempSync(join(quickTemp(), 'berofos-demo-'))
    let site: Site | null = null
    try {
      site = await openSite({
        ...options.site(),
        onChange: ({ name }, { mode, by }) => tell(name, `relay moves to ${portsOf(mode)} (by ${by})`),
      })
      return new Scene(site, directory, await site.writeConfig(directory, options.overrides), tell)
    } catch (error) {
      await site?.close()
      rmSync(directory, { recursive: true, force: true })
      throw error
    }
  }

  /** Never rejects: what goes wrong shows in what is expected of the step. */
  async act(act: Act): Promise<void> {
    this.actedAt.set(this.step, systemClock.mono())
    switch (act.kind) {
      case 'start':
        return this.#start()
      case 'steer':
        return this.#steer(act.lines)
      case 'command':
        return this.#command(act.args)
      case 'stop':
      case 'kill':
        this.stopping = true
        this.daemon?.kill(act.kind === 'stop' ? 'SIGTERM' : 'SIGKILL')
    }
  }

  /** What the daemon told of itself lately, and after this moment; null: it does not answer. */
  freshStatus(sinceMono = 0): Status | null {
    const { status } = this
    const since = Math.max(sinceMono, systemClock.mono() - staleAfterMs)
    return status && status.askedAt > since && this.daemon?.end === null ? status.value : null
  }

  /** Real moves of each relay, by its own record. */
  moves(): number[] {
    return this.site.relays.map(({ device }) => device.changes.length)
  }

  modes(): (0 | 1)[] {
    return this.site.relays.map(({ device }) => modeOf(device))
  }

  async close(): Promise<void> {
    this.stopping = true
    this.#closed.abort()
    const children = [...this.commands.values(), this.daemon]
    await Promise.all(children.map(child => child?.stop(stopWithinMs)))
    await this.site.close()
    this.abandon()
  }

  /** What can be done when the process ends this instant. */
  abandon(): void {
    for (const child of [...this.commands.values(), this.daemon]) child?.kill('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }

  #start(): void {
    this.stopping = false
    this.status = null
    this.daemon = new ProgramProcess(['run', ...this.#fileOptions()], text => this.#said(text))
    void this.#watch()
  }

  async #steer(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      this.tell('site', line)
      this.actedAt.set(this.step, systemClock.mono())
      const { ok, text } = await this.site.steer(line)
      if (!ok) this.tell('site', text)
    }
  }

  #command(args: readonly string[]): void {
    this.tell('you', `$ berofosd ${args.join(' ')}`)
    const command = new ProgramProcess([...args, ...this.#fileOptions()], text => this.tell('', text))
    this.commands.set(this.step, command)
  }

  #said(line: string): void {
    const [, severity = 'daemon', text = line] = /^[\d:]+ ([a-z]+) (.*)$/.exec(line) ?? []
    this.tell(severity, text)
    if (this.lines.length < mostLines) this.lines.push({ step: this.step, text, atMono: systemClock.mono() })
  }

  #fileOptions(): string[] {
    const { configFile, bnfosFile } = this.files
    return ['-c', configFile, '--bnfos-conf', bnfosFile]
  }

  async #watch(): Promise<void> {
    const options = { clock: systemClock, silenceMs: statusSilenceMs }
    const { daemon } = this
    while (!this.#closed.signal.aborted && daemon?.end === null) {
      const askedAt = systemClock.mono()
      const result = await talk(this.files.controlSocket, { command: 'status' }, options)
      const value = result.outcome === 'answered' ? parseStatus(result.reply.status) : null
      if (value !== null) this.status = { value, askedAt }
      await systemClock.sleep(statusEveryMs, this.#closed.signal)
    }
  }
}

/** In memory where that can be: what is saved waits for the disk, which may have other work. */
function quickTemp(): string {
  const temp = process.env.TMPDIR ? tmpdir() : '/dev/shm'
  // unix(7): a socket's path has at most 107 bytes.
  return temp.length <= 70 && isWritable(temp) ? temp : '/tmp'
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}
