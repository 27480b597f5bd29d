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
import { type StdoutKind, StdoutOutlet, stdoutKind } from './stdout-outlet.ts'

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
  return new Date(wallMs).toTimeString().slice(0, 8)
}
