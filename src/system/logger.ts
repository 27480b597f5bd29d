import winston from 'winston'
import type { Clock } from './clock.ts'
import { type LogLevel, type LogLine, type LossListener, printable, severityCodes } from './log-line.ts'
import { StdoutLines } from './stdout-outlet.ts'
import type { SyslogAddress } from './syslog-outlet.ts'
import { type SyslogAim, SyslogTransport } from './syslog-transport.ts'

export { type LogLevel, logLevels } from './log-line.ts'

export interface LogOptions {
  /** A local datagram socket, a UDP collector, or stdout only. */
  readonly target: SyslogAddress | 'none'
  /** A word of `facilityCodes`; any other counts as daemon. */
  readonly facility: string
  /** The mildest severity that is written. */
  readonly level: LogLevel
  /** The name before `[pid]`; default berofosd. */
  readonly tag?: string
  readonly clock: Clock
  /** Takes what syslog has not taken, in place of stdout, which shows nothing then. Stays over `reconfigure`. */
  readonly instead?: (text: string) => void
  /** Hears of lines that are lost since there was no room to keep them. Stays over `reconfigure`. */
  readonly lossChanged?: LossListener
  /** Hears why lines don't reach a collector on the network, a clause; null: they do. Stays over `reconfigure`. */
  readonly awayChanged?: (why: string | null) => void
}

/**
 * The log. The syslog socket is the log; stdout has the lines as well on a terminal, and alone when the target is
 * `none` or while the socket has never taken a line since the start. Nothing here throws, waits or fails.
 */
export interface Log {
  /** One event, one line: control characters are escaped, text beyond 8096 bytes is cut. */
  write(level: LogLevel, text: string): void
  /** New settings; lines that wait go to the new target. The clock stays. */
  reconfigure(options: LogOptions): void
  /** Lines that wait for the collector or for a reader of stdout: at most 1000 each. */
  pending(): number
  /** Waits up to `deadlineMs` for what is pending, prints the rest on stdout, closes everything. */
  close(deadlineMs: number): Promise<void>
}

/** `env`: for JOURNAL_STREAM and NO_COLOR. */
export function openLog(options: LogOptions, env: NodeJS.ProcessEnv = process.env): Log {
  return new WinstonLog(options, env)
}

/** How often `close` tries: a reader of a short queue (net.unix.max_dgram_qlen is 10) is ready again this soon. */
const flushIntervalMs = 2

class WinstonLog implements Log {
  readonly #clock: Clock
  readonly #stdout: StdoutLines
  readonly #syslog: SyslogTransport
  readonly #logger: winston.Logger
  readonly #instead: LogOptions['instead']
  #echo: boolean
  #closed = false

  constructor(options: LogOptions, env: NodeJS.ProcessEnv) {
    this.#clock = options.clock
    this.#instead = options.instead
    this.#stdout = new StdoutLines(options.clock, env, options.lossChanged)
    this.#echo = this.#echoes(options)
    this.#syslog = new SyslogTransport(aimOf(options), options.clock, {
      echo: line => this.#echo && this.#stdout.print(line),
      divert: line => this.#printInstead(line),
      lossChanged: options.lossChanged,
      awayChanged: options.awayChanged,
    })
    this.#logger = winston.createLogger({
      levels: severityCodes,
      level: options.level,
      format: winston.format.printf(({ text }) => String(text)),
      transports: [this.#syslog],
    })
    this.#logger.on('error', () => {})
  }

  write(level: LogLevel, text: string): void {
    if (this.#closed) return
    try {
      const line: LogLine = { level, text: printable(text), wallMs: this.#clock.wall() }
      this.#logger.write({ ...line, message: line.text })
    } catch {
      // A log that fails must not take the lines of telephony with it.
    }
  }

  reconfigure(options: LogOptions): void {
    if (this.#closed) return
    this.#logger.level = options.level
    this.#syslog.retarget(aimOf(options))
    this.#echo = this.#echoes(options)
  }

  pending(): number {
    return this.#syslog.pending + this.#stdout.pending
  }

  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const endMs = this.#clock.mono() + deadlineMs
    this.#flush()
    while (this.pending() > 0 && this.#clock.mono() < endMs) {
      await this.#clock.sleep(Math.min(flushIntervalMs, endMs - this.#clock.mono()))
      this.#flush()
    }
    for (const line of this.#syslog.finish()) this.#printInstead(line)
    this.#stdout.close()
    this.#logger.close()
  }

  #flush(): void {
    this.#syslog.flush()
    this.#stdout.flush()
  }

  #echoes({ target }: LogOptions): boolean {
    return !this.#instead && (target === 'none' || this.#stdout.kind === 'terminal')
  }

  /** What is echoed has been printed already. */
  #printInstead(line: LogLine): void {
    if (this.#instead) this.#instead(line.text)
    else if (!this.#echo) this.#stdout.print(line)
  }
}

function aimOf({ target, facility, tag = 'berofosd' }: LogOptions): SyslogAim {
  return { address: target === 'none' ? null : target, facility, tag }
}
