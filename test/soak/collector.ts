import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { inPath } from '../helpers/needs.ts'
import { until } from '../helpers/until.ts'
import type { Happening } from './record.ts'
import { monoMs, monoOfWall } from './shared-clock.ts'

/** rsyslogd's own time of receiving, the second that the line bears, severity, tag, text. */
const fields = [
  'timegenerated:::date-rfc3339',
  'timereported:::date-rfc3339',
  'syslogseverity-text',
  'syslogtag',
]
const readEveryMs = 40

/** A real rsyslogd that writes to a file, and a reader of that file. */
export class Collector {
  readonly socketPath: string
  private readonly file: string
  private readonly configuration: string
  private process: ChildProcess | null = null
  private readonly timer: NodeJS.Timeout
  private position = 0
  private rest = ''
  private reading: Promise<void> = Promise.resolve()

  constructor(
    private readonly directory: string,
    private readonly prefix: readonly string[],
    private readonly note: (happening: Happening) => void,
  ) {
    this.socketPath = join(directory, 'log')
    this.file = join(directory, 'lines')
    this.configuration = join(directory, 'rsyslog.conf')
    writeFileSync(this.configuration, configurationOf(this.socketPath, this.file))
    this.timer = setInterval(() => void this.read(), readEveryMs)
  }

  get pid(): number {
    return this.process?.pid ?? 0
  }

  async start(): Promise<void> {
    rmSync(this.socketPath, { force: true })
    const args = ['-n', '-f', this.configuration, '-i', join(this.directory, 'pid')]
    const [command = '', ...rest] = [...this.prefix, inPath('rsyslogd') ?? 'rsyslogd', ...args]
    this.process = spawn(command, rest, { stdio: 'ignore', detached: true })
    await until('rsyslogd opens its socket', () => existsSync(this.socketPath), 20_000)
    this.note({ kind: 'collector', at: monoMs(), up: true })
  }

  async stop(): Promise<void> {
    this.note({ kind: 'collector', at: monoMs(), up: false })
    const stopping = this.process
    this.process = null
    if (!stopping || stopping.exitCode !== null || stopping.signalCode !== null) return
    const ended = once(stopping, 'exit')
    stopping.kill('SIGCONT')
    stopping.kill('SIGTERM')
    await ended
    rmSync(this.socketPath, { force: true })
  }

  /** The socket is gone, the process is not. */
  unlink(): void {
    this.note({ kind: 'collector', at: monoMs(), up: false })
    rmSync(this.socketPath, { force: true })
  }

  /** The socket stays, and nobody reads it. */
  stall(): void {
    this.note({ kind: 'collector', at: monoMs(), up: false })
    this.process?.kill('SIGSTOP')
  }

  resume(): void {
    this.process?.kill('SIGCONT')
    this.note({ kind: 'collector', at: monoMs(), up: true })
  }

  /** Takes in what has been written by now. */
  read(): Promise<void> {
    this.reading = this.reading.then(() => this.readNew())
    return this.reading
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.reading
    await this.stop()
  }

  private async readNew(): Promise<void> {
    const file = await open(this.file).catch(() => null)
    if (!file) return
    try {
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(size - this.position),
        0,
        size - this.position,
        this.position,
      )
      this.position += bytesRead
      const lines = (this.rest + buffer.toString('latin1', 0, bytesRead)).split('\n')
      this.rest = lines.pop() ?? ''
      for (const line of lines) this.take(line)
    } finally {
      await file.close()
    }
  }

  private take(line: string): void {
    const [received = '', reported = '', severity = '', tag = '', ...text] = line.split('|')
    const pid = Number(/^berofosd\[(\d+)\]/.exec(tag)?.[1])
    if (!pid) return
    const at = monoOfWall(Date.parse(received))
    const second = monoOfWall(Date.parse(reported))
    this.note({ kind: 'line', at, pid, severity, text: text.join('|').trim(), second })
  }
}

function configurationOf(socket: string, file: string): string {
  const template = [...fields, 'msg'].map(field => `%${field}%`).join('|')
  return `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}" CreatePath="off" RateLimit.Interval="0" UseSysTimeStamp="off" IgnoreTimestamp="off"
      ParseTrusted="off" UsePIDFromSystem="off")
template(name="line" type="string" string="${template}\\n")
action(type="omfile" file="${file}" template="line")
`
}
