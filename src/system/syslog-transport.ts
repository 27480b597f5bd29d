import { hostname } from 'node:os'
import { Syslog } from 'winston-syslog'
import { networkError } from '../net/error-texts.ts'
import type { Clock } from './clock.ts'
import { LineSender, type Sent } from './line-sender.ts'
import {
  cutUtf8,
  facilityCodes,
  gravityOf,
  type LogLine,
  type LossListener,
  longestLineBytes,
  lossText,
} from './log-line.ts'
import { type Outlet, openOutlet, type SyslogAddress } from './syslog-outlet.ts'

/** Where lines go and under which name. */
export interface SyslogAim {
  readonly address: SyslogAddress | null
  /** A word of `facilityCodes`; any other counts as daemon. */
  readonly facility: string
  /** The name before `[pid]`. */
  readonly tag: string
}

/** Where lines go besides, or instead. */
export interface Besides {
  /** Gets every line. */
  readonly echo: (line: LogLine) => void
  /** Gets each line, for good, while the collector has not taken a single one yet. */
  readonly divert: (line: LogLine) => void
  readonly lossChanged?: LossListener | undefined
  /** Hears why lines don't reach the collector, a clause; null: they do. */
  readonly awayChanged?: ((why: string | null) => void) | undefined
}

const unresolved = (code: string) => `this node cannot resolve the name (${code})`

/** What these codes mean here; the others mean what they mean to any socket. */
const awayCauses: Readonly<Record<string, string>> = {
  // The name leads nowhere, or no name server says where; so does a look-up that takes too long.
  ENOTFOUND: unresolved('ENOTFOUND'),
  EAI_AGAIN: unresolved('EAI_AGAIN'),
  ENODATA: unresolved('ENODATA'),
  ETIMEDOUT: unresolved('ETIMEDOUT'),
  EAGAIN: 'it reads none',
  ENOENT: 'the socket is missing',
}

/** So long a local collector may take to restart, and any to read what it has. */
const longestPauseMs = 10_000

/** What may wait while the collector is away: about 100 kB of ordinary lines, 8 MB at the very most. */
const linesKept = 1000

/**
 * winston-syslog's lines (RFC 3164) on a way out of our own. Its own sockets abort the process, queue without
 * bound, or close for ever when the collector restarts; here `log` never blocks, fails or emits 'error'.
 */
export class SyslogTransport extends Syslog {
  readonly #sender: LineSender<LogLine>
  readonly #besides: Besides
  readonly #clock: Clock
  #aim: SyslogAim
  #outlet: Outlet | null

  constructor(aim: SyslogAim, clock: Clock, besides: Besides) {
    const unused = { protocol: 'unix', path: '/dev/log', facility: 'daemon', localhost: '' }
    super({ ...unused, app_name: aim.tag, type: 'BSD' })
    this.#aim = aim
    this.#besides = besides
    this.#clock = clock
    this.#outlet = this.#openOutlet()
    this.#sender = new LineSender<LogLine>({
      clock,
      capacity: linesKept,
      proofMs: () => this.#outlet?.proofMs ?? 0,
      gravityOf,
      lossChanged: count => besides.lossChanged?.('syslog', count),
      send: line => this.#send(line),
      announceLoss: count => ({ level: 'warning', text: lossText(count), wallMs: clock.wall() }),
      divert: besides.divert,
      patienceMs: (why, everSent) => this.#patienceMs(why, everSent),
      awayChanged: why => besides.awayChanged?.(why === null ? null : this.#awayText(why)),
    })
  }

  get pending(): number {
    return this.#sender.pending
  }

  override log({ level, text, wallMs }: LogLine, callback: () => void): void {
    const line = { level, text, wallMs }
    this.#besides.echo(line)
    if (this.#outlet) this.#sender.offer(line)
    callback()
  }

  /** Waiting lines go to the new collector, or are diverted when there is none. */
  retarget(aim: SyslogAim): void {
    const moved = JSON.stringify(aim.address) !== JSON.stringify(this.#aim.address)
    this.#aim = aim
    if (!moved) return
    this.#outlet?.close()
    this.#outlet = this.#openOutlet()
    this.#sender.startOver()
  }

  flush(): void {
    this.#sender.drain()
  }

  /** Hands back the lines that were never sent. */
  finish(): LogLine[] {
    const unsent = this.#sender.close()
    this.#outlet?.close()
    this.#outlet = null
    return unsent
  }

  /** winston calls this when it lets go of a transport; there is nothing to do, see `finish`. */
  override close(): void {}

  #openOutlet(): Outlet | null {
    const { address } = this.#aim
    return address && openOutlet(address, this.#clock, why => this.#sender.refused(why))
  }

  /** A local one that was never there may be missing on purpose: stdout has the lines. */
  #patienceMs(why: Sent, everSent: boolean): number {
    if (why === 'EAGAIN') return longestPauseMs
    if (this.#aim.address && 'host' in this.#aim.address) return 0
    return everSent ? longestPauseMs : Number.POSITIVE_INFINITY
  }

  #awayText(code: string): string {
    const { address } = this.#aim
    const where = address && 'host' in address ? `${address.host} port ${address.port}` : address?.path
    return `log lines do not reach ${where}: ${awayCauses[code] ?? networkError(code)?.text ?? code}`
  }

  #send(line: LogLine): Sent {
    return this.#outlet ? this.#outlet.send(this.#datagramOf(line)) : 'ENOTCONN'
  }

  #datagramOf(line: LogLine): Buffer {
    const { address, facility, tag } = this.#aim
    const text = this.producer.produce({
      facility: facilityCodes[facility] ?? 3,
      severity: line.level,
      // A local collector knows the host, and takes the name for the tag.
      host: address && 'host' in address ? hostname() : '',
      appName: tag,
      pid: process.pid,
      date: new Date(line.wallMs),
      message: line.text,
    })
    return cutUtf8(Buffer.from(text), longestLineBytes)
  }
}
