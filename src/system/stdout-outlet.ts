import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Clock, Timer } from './clock.ts'
import { LineSender, type Sent } from './line-sender.ts'
import {
  cutUtf8,
  gravityOf,
  type LogLevel,
  type LogLine,
  type LossListener,
  longestLineBytes,
  lossText,
  severityCodes,
} from './log-line.ts'

/** What stdout is: `journal` takes `<N>` before each line as its priority (sd-daemon(3)). */
type StdoutKind = 'terminal' | 'journal' | 'plain'

/** JOURNAL_STREAM alone proves nothing, it is inherited; it counts when it names the very stream at fd 1. */
function stdoutKind(env: NodeJS.ProcessEnv): StdoutKind {
  if (isatty(stdoutFd)) return 'terminal'
  try {
    const { dev, ino } = fstatSync(stdoutFd)
    return env.JOURNAL_STREAM === `${dev}:${ino}` ? 'journal' : 'plain'
  } catch {
    return 'plain'
  }
}

const stdoutFd = 1

/**
 * Writes to stdout without ever waiting for its reader: a full pipe and a stopped terminal are EAGAIN, a closed
 * one is EPIPE. process.stdout would block on a terminal, and keeps the process alive for a pipe that nobody reads.
 */
class StdoutOutlet {
  readonly #fd: number
  #rest: Buffer = Buffer.alloc(0)
  #closed = false

  constructor(kind: StdoutKind) {
    this.#fd = kind === 'terminal' ? openTerminal() : openStream()
  }

  /** `sent` means taken: what the reader had no room for goes out before the next line. */
  send(line: Buffer): Sent {
    if (this.#closed) return 'EBADF'
    const refusal = this.flush()
    if (refusal !== 'sent') return refusal
    return this.#write(line)
  }

  /** Writes what is left of the last line. */
  flush(): Sent {
    if (this.#closed || this.#rest.length === 0) return 'sent'
    const result = this.#write(this.#rest)
    return this.#rest.length > 0 ? 'EAGAIN' : result
  }

  /** Bytes of a line begun are still to be written. */
  get unfinished(): boolean {
    return this.#rest.length > 0
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#fd !== stdoutFd) closeSync(this.#fd)
  }

  #write(bytes: Buffer): Sent {
    try {
      const written = writeSync(this.#fd, bytes)
      this.#rest = bytes.subarray(written)
      return 'sent'
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'EIO'
      // A new reader of a broken pipe must not get the tail of a line.
      if (code !== 'EAGAIN') this.#rest = Buffer.alloc(0)
      return code
    }
  }
}

/** An open file of our own: O_NONBLOCK on the inherited one would be the shell's as well. */
function openTerminal(): number {
  try {
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch {
    return stdoutFd
  }
}

/** Node makes a pipe or socket at fd 1 non-blocking when process.stdout is first looked at. */
function openStream(): number {
  try {
    if (!process.stdout.listeners('error').includes(ignore)) process.stdout.on('error', ignore)
  } catch {
    // No usable fd 1: writes say so.
  }
  return stdoutFd
}

function ignore(): void {}

/** As many as syslog keeps; beyond them the oldest are lost, and counted. */
const linesKept = 1000

/** How soon a reader that took half a line is offered the other half. */
const restRetryMs = 20

/** Prints lines on stdout, each once, whoever reads it and however slowly. Never blocks, never throws. */
export class StdoutLines {
  readonly kind: StdoutKind
  readonly #clock: Clock
  readonly #format: (line: LogLine) => string
  readonly #outlet: StdoutOutlet
  readonly #sender: LineSender<LogLine>
  #restRetry: Timer | null = null

  constructor(clock: Clock, env: NodeJS.ProcessEnv, lossChanged?: LossListener) {
    this.kind = stdoutKind(env)
    this.#clock = clock
    // https://no-color.org: present and not empty.
    this.#format = formats[this.kind === 'terminal' && !env.NO_COLOR ? 'colour' : this.kind]
    this.#outlet = new StdoutOutlet(this.kind)
    this.#sender = new LineSender<LogLine>({
      clock,
      capacity: linesKept,
      gravityOf,
      lossChanged: count => this.kind !== 'terminal' && lossChanged?.('stdout', count),
      send: line => this.#send(line),
      announceLoss: count => ({ level: 'warning', text: lossText(count), wallMs: clock.wall() }),
    })
  }

  get pending(): number {
    return this.#sender.pending + (this.#outlet.unfinished ? 1 : 0)
  }

  print(line: LogLine): void {
    this.#sender.offer(line)
  }

  /** Tries at once to get rid of what waits. */
  flush(): void {
    this.#restRetry?.cancel()
    this.#restRetry = null
    if (this.#outlet.flush() === 'sent') this.#sender.drain()
    else this.#retryRest()
  }

  close(): void {
    this.#restRetry?.cancel()
    this.#sender.close()
    this.#outlet.close()
  }

  #send(line: LogLine): Sent {
    const text = cutUtf8(Buffer.from(line.text), longestLineBytes).toString()
    const result = this.#outlet.send(Buffer.from(this.#format({ ...line, text })))
    this.#retryRest()
    return result
  }

  #retryRest(): void {
    if (this.#restRetry || !this.#outlet.unfinished) return
    this.#restRetry = this.#clock.after(restRetryMs, () => this.flush())
  }
}

/** ECMA-48 SGR: dim, none, bold, yellow, red. */
const colours: Readonly<Record<LogLevel, string>> = {
  debug: '2',
  info: '0',
  notice: '1',
  warning: '33',
  error: '31',
}

const formats: Readonly<Record<StdoutKind | 'colour', (line: LogLine) => string>> = {
  terminal: plain,
  plain,
  colour: line => `\x1b[${colours[line.level]}m${timeOfDay(line)} ${line.level} ${line.text}\x1b[0m\n`,
  // sd-daemon(3)
  journal: line => `<${severityCodes[line.level]}>${line.text}\n`,
}

function plain(line: LogLine): string {
  return `${timeOfDay(line)} ${line.level} ${line.text}\n`
}

function timeOfDay({ wallMs }: LogLine): string {
  const date = new Date(wallMs)
  // toTimeString loads the names of all time zones, 1 MB.
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map(part => String(part).padStart(2, '0'))
    .join(':')
}
