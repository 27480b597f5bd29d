import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Clock } from './clock.ts'
import { environmentForCommands } from './environment.ts'
import { OutputLines } from './output-lines.ts'

/** `late`: ended at its deadline. `killed`: by a signal, ours on abort included. `cannot`: it never ran. */
export type CommandResult =
  | { readonly outcome: 'exited'; readonly code: number }
  | { readonly outcome: 'killed'; readonly signal: string }
  | { readonly outcome: 'late' }
  | { readonly outcome: 'cannot'; readonly reason: string }

export interface CommandOptions {
  /** For `/bin/sh -c`. */
  readonly line: string
  /** Added to our own environment, without what the service manager meant for us alone. */
  readonly env: Readonly<Record<string, string>>
  /** What it reads on stdin; absent: nothing. */
  readonly input?: string
  readonly timeoutMs: number
  readonly clock: Clock
  readonly signal?: AbortSignal
  /** stdout and stderr, line by line as they come: at most 1000 lines of 8192 characters. */
  readonly onLine?: (line: string) => void
  /** The whole group gets SIGKILL, and at once: at the deadline, on abort, and when the shell has ended. */
  readonly leaveNobody?: boolean
  /** The shell has ended, or was never started; not called while it hangs in the kernel. */
  readonly onGone?: () => void
}

/**
 * Runs a command line in a process group of its own. At the deadline, or on abort, the whole group gets SIGTERM
 * and 2 s later SIGKILL; one that was stopped is woken for it. Never rejects. Resolves when the shell has ended: children
 * in the background, whether or not they hold its output, delay nothing; unless it was late they are left alone, and what
 * they print then is read and dropped, since a closed pipe would end them (SIGPIPE).
 */
export function runCommand(options: CommandOptions): Promise<CommandResult> {
  if (options.signal?.aborted) {
    options.onGone?.()
    return Promise.resolve({ outcome: 'cannot', reason: 'stopped before it began' })
  }
  return new Promise(resolve => new Run(options, resolve).start())
}

const killAfterMs = 2000
/** A process that even SIGKILL does not end hangs in the kernel: nobody waits for it. */
const giveUpAfterMs = killAfterMs + 1000
/** For output that the shell left in the pipe when it ended. */
const lastOutputMs = 100

const limits = { lineLength: 8192, lines: 1000 }

class Run {
  readonly #options: CommandOptions
  readonly #resolve: (result: CommandResult) => void
  readonly #timers: { cancel(): void }[] = []
  readonly #stopped = () => this.#end({ outcome: 'killed', signal: 'SIGTERM' })
  readonly #exited = (code: number | null, by: string | null) =>
    this.#afterExit(this.#ending ?? resultOf(code, by))
  readonly #outputs: { end(): void }[] = []
  #child: ChildProcess | null = null
  #hasEnded = false
  /** What it will be called once it has ended, when we end it. */
  #ending: CommandResult | null = null

  constructor(options: CommandOptions, resolve: (result: CommandResult) => void) {
    this.#options = options
    this.#resolve = resolve
  }

  start(): void {
    const { line, env, input, timeoutMs, signal } = this.#options
    try {
      this.#child = spawn('/bin/sh', shellArguments(line, ownOomScore()), {
        detached: true,
        cwd: '/',
        env: { ...environmentForCommands(process.env), ...env },
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      })
    } catch (error) {
      this.#options.onGone?.()
      this.#settle(cannot(error))
      return
    }
    this.#child.on('error', error => this.#child?.pid === undefined && this.#settle(cannot(error)))
    this.#child.once('exit', this.#exited)
    this.#child.once(this.#child.pid === undefined ? 'error' : 'exit', () => this.#options.onGone?.())
    this.#readLines(this.#child)
    // One that reads none of it closes the pipe (EPIPE).
    this.#child.stdin?.on('error', () => {}).end(input)
    this.#after(timeoutMs, () => this.#end({ outcome: 'late' }))
    signal?.addEventListener('abort', this.#stopped, { once: true })
  }

  #readLines(child: ChildProcess): void {
    const lines = new OutputLines(limits, line => this.#options.onLine?.(line))
    for (const stream of [child.stdout, child.stderr]) {
      const output = lines.stream()
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => {
        output.push(text)
        // Endless output costs no more than this.
        if (lines.isCut && !this.#hasEnded) breathe(stream, this.#options.clock)
      })
      stream?.on('error', () => {})
      this.#outputs.push(output)
    }
  }

  #end(result: CommandResult): void {
    if (this.#ending) return
    this.#ending = result
    this.#signalGroup(this.#options.leaveNobody ? 'SIGKILL' : 'SIGTERM')
    // One that is stopped (SIGSTOP) hears of it only then.
    this.#signalGroup('SIGCONT')
    // Not among #timers: who ignores SIGTERM is killed even when the shell has ended before.
    this.#options.clock.after(killAfterMs, () => this.#signalGroup('SIGKILL'))
    this.#after(giveUpAfterMs, () => this.#settle(result))
  }

  #afterExit(result: CommandResult): void {
    this.#hasEnded = true
    if (this.#options.leaveNobody) this.#signalGroup('SIGKILL')
    for (const stream of [this.#child?.stdout, this.#child?.stderr]) stream?.resume()
    this.#after(lastOutputMs, () => this.#settle(result))
    this.#child?.once('close', () => this.#settle(result))
  }

  #settle(result: CommandResult): void {
    for (const timer of this.#timers.splice(0)) timer.cancel()
    this.#options.signal?.removeEventListener('abort', this.#stopped)
    this.#child?.off('exit', this.#exited).removeAllListeners('close')
    for (const output of this.#outputs) output.end()
    for (const stream of [this.#child?.stdout, this.#child?.stderr]) {
      if (stream && !stream.destroyed) drain(stream as Socket, this.#options.clock)
    }
    this.#child?.unref()
    this.#resolve(result)
  }

  #after(ms: number, run: () => void): void {
    this.#timers.push(this.#options.clock.after(ms, run))
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch {
      // ESRCH: nobody is left.
    }
  }
}

/** Pipes of commands that have ended and whose children in the background still hold them, oldest first. */
const drained = new Set<Socket>()
/** One or two for each daemon that a hook starts; beyond that something starts one after the other. */
const mostDrained = 64

/** Reads on as long as somebody holds the other end, keeps nothing of it, and keeps no process alive. */
function drain(stream: Socket, clock: Clock): void {
  drained.add(stream)
  stream.once('close', () => drained.delete(stream))
  stream.removeAllListeners('data').on('data', () => breathe(stream, clock))
  stream.resume()
  stream.unref()
  const [oldest] = drained
  if (drained.size > mostDrained) oldest?.destroy()
}

/** A chunk is 64 KiB at most: some 30 MB/s, which no log needs and the daemon does not feel. */
const breathMs = 2

function breathe(stream: Readable, clock: Clock): void {
  stream.pause()
  clock.after(breathMs, () => stream.resume())
}

/**
 * Under the unit the kernel spares the daemon when memory is short (OOMScoreAdjust). What a hook starts is not spared:
 * it would be the daemon that has to end in its place. A score may always be raised: proc(5), oom_score_adj.
 */
export function shellArguments(line: string, ownScore: number): string[] {
  if (ownScore >= 0) return ['-c', line]
  const raise = '{ echo 0 >/proc/self/oom_score_adj; } 2>/dev/null'
  return ['-c', `${raise}; exec /bin/sh -c "$1"`, 'sh', line]
}

function ownOomScore(): number {
  try {
    return Number(readFileSync('/proc/self/oom_score_adj', 'utf8'))
  } catch {
    return 0
  }
}

function resultOf(code: number | null, signal: string | null): CommandResult {
  return signal === null ? { outcome: 'exited', code: code ?? 0 } : { outcome: 'killed', signal }
}

function cannot(error: unknown): CommandResult {
  const { code, message } = error as NodeJS.ErrnoException
  return { outcome: 'cannot', reason: `/bin/sh can't be started: ${code ?? message}` }
}
