import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TalkResult, talk } from '../../src/control/client.ts'
import { roleOfWord } from '../../src/core/site-words.ts'
import type { StoredState } from '../../src/core/stored-state.ts'
import type { Status } from '../../src/status/status-json.ts'
import { OutputLines } from '../../src/system/output-lines.ts'
import { parseStored } from '../helpers/stored.ts'
import type { Happening } from './record.ts'
import { monoMs, sharedClock } from './shared-clock.ts'

interface DaemonPlaces {
  /** Of the build that is soaked: nobody builds another one over it meanwhile. */
  readonly program: string
  readonly configFile: string
  readonly bnfosFile: string
  readonly controlSocket: string
  readonly stateDirectory: string
}

/** A daemon that has not answered by then hangs. */
const silenceMs = 10_000

/** The daemon under test: a process that is killed and started again many times. */
export class DaemonUnderSoak {
  private child: ChildProcess | null = null
  private startedAt = 0
  private isReady = false
  private isStalled = false

  constructor(
    private readonly places: DaemonPlaces,
    private readonly prefix: readonly string[],
    private readonly note: (happening: Happening) => void,
  ) {}

  /** Whether it can be asked something, and be expected to answer. */
  get answers(): boolean {
    return this.isReady && !this.isStalled
  }

  /** Resolves when it answers; false: it did not, or was ended before. */
  async start(): Promise<boolean> {
    const { program, configFile, bnfosFile } = this.places
    const stored = this.readStored()
    const args = [process.execPath, program, 'run', '-c', configFile, '--bnfos-conf', bnfosFile]
    const [command = '', ...rest] = [...this.prefix, ...args]
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    this.child = child
    const pid = child.pid ?? 0
    this.startedAt = monoMs()
    this.note({ kind: 'started', at: this.startedAt, pid, stored })
    child.on('exit', (code, signal) => this.noteEnd(child, String(code ?? signal)))
    this.readOutput(child, pid)
    while (this.child === child && monoMs() - this.startedAt < silenceMs) {
      if ((await this.ask({ command: 'status' }, 2000)).outcome === 'answered')
        return this.becomeReady(child, pid)
      await sharedClock.sleep(20)
    }
    return false
  }

  /** Resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this
    if (!child) return
    this.child = null
    this.isReady = false
    const ended = once(child, 'exit')
    this.note({ kind: 'ended', at: monoMs(), pid: child.pid ?? 0, how: signal, asked: true })
    child.kill(signal)
    if (this.isStalled) child.kill('SIGCONT')
    this.isStalled = false
    await ended
  }

  stall(): void {
    if (!this.child) return
    this.isStalled = true
    this.note({ kind: 'stalled', at: monoMs(), pid: this.child.pid ?? 0 })
    this.child.kill('SIGSTOP')
  }

  resume(): void {
    if (!this.child || !this.isStalled) return
    this.child.kill('SIGCONT')
    this.isStalled = false
    this.note({ kind: 'continued', at: monoMs(), pid: this.child.pid ?? 0 })
  }

  /** SIGHUP. */
  reload(): void {
    this.child?.kill('SIGHUP')
  }

  ask(request: object, patienceMs = silenceMs): Promise<TalkResult> {
    return talk(this.places.controlSocket, request, { clock: sharedClock, silenceMs: patienceMs })
  }

  async status(): Promise<Status | null> {
    const at = monoMs()
    const result = await this.ask({ command: 'status' })
    if (result.outcome !== 'answered') return null
    const status = result.reply.status as unknown as Status
    this.note({
      kind: 'status',
      at,
      role: roleOfWord(status.role),
      phase: status.phase,
      answeredAt: monoMs(),
    })
    return status
  }

  noteMemory(): void {
    const pid = this.child?.pid
    if (!pid || !this.isReady) return
    const rssKib = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    const fds = readdirSync(`/proc/${pid}/fd`).length
    this.note({ kind: 'memory', at: monoMs(), pid, rssKib, fds, ageMs: monoMs() - this.startedAt })
  }

  private becomeReady(child: ChildProcess, pid: number): boolean {
    if (this.child !== child) return false
    this.isReady = true
    this.note({ kind: 'ready', at: monoMs(), pid })
    return true
  }

  private noteEnd(child: ChildProcess, how: string): void {
    if (this.child !== child) return
    this.child = null
    this.isReady = false
    this.note({ kind: 'ended', at: monoMs(), pid: child.pid ?? 0, how, asked: false })
  }

  /** What the last run left, read as the next one will. */
  private readStored(): StoredState | null {
    try {
      const file = JSON.parse(readFileSync(join(this.places.stateDirectory, 'state.json'), 'utf8'))
      return parseStored(file?.policy)
    } catch {
      return null
    }
  }

  /** Lines come here while rsyslogd was never met; whatever is on stderr is worth reading. */
  private readOutput(child: ChildProcess, pid: number): void {
    const plain = /^\d\d:\d\d:\d\d (\w+) (.*)$/
    const lines = new OutputLines({ lineLength: 9000, lines: 1e6 }, line => {
      const [, severity = 'stderr', text = line] = plain.exec(line) ?? []
      const at = monoMs()
      this.note({ kind: 'line', at, pid, severity, text, second: at - (Date.now() % 1000) })
    })
    for (const stream of [child.stdout, child.stderr]) {
      const output = lines.stream()
      stream?.setEncoding('utf8').on('data', (text: string) => output.push(text))
    }
  }
}
