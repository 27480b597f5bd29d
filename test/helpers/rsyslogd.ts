import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inPath } from './needs.ts'
import { until } from './until.ts'

/** One line as rsyslogd understood it. */
export interface Received {
  readonly severity: string
  readonly facility: string
  /** With the pid: `berofosd[123]`. */
  readonly tag: string
  /** Local time as sent, which has no year: `01-15T12:00:00`. */
  readonly time: string
  readonly text: string
}

/** A real rsyslogd with a configuration, socket and file of its own. */
export class Rsyslogd {
  readonly directory = mkdtempSync(join(tmpdir(), 'rsyslogd-'))
  readonly socketPath = join(this.directory, 'log')
  readonly #file = join(this.directory, 'lines')
  readonly #configuration = join(this.directory, 'rsyslog.conf')
  #process: ChildProcess | null = null

  /** `udpPort`: listens there as well, on 127.0.0.1. */
  constructor(udpPort?: number) {
    writeFileSync(this.#configuration, configurationOf(this.socketPath, this.#file, udpPort))
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Resolves when the socket takes lines. */
  async start(): Promise<void> {
    const files = ['-n', '-f', this.#configuration, '-i', join(this.directory, 'pid')]
    const started = spawn(inPath('rsyslogd') ?? 'rsyslogd', files, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#process = started
    let errors = ''
    started.stderr.on('data', text => {
      errors += text
    })
    const ended = once(started, 'exit')
    const died = ended.then(([code]) => Promise.reject(new Error(`rsyslogd ended with ${code}: ${errors}`)))
    died.catch(() => {})
    await Promise.race([died, until('rsyslogd opens its socket', () => existsSync(this.socketPath))])
  }

  /** Resolves when the process is gone, and its socket with it. */
  async stop(): Promise<void> {
    const stopping = this.#process
    this.#process = null
    if (!stopping || stopping.exitCode !== null) return
    const ended = once(stopping, 'exit')
    stopping.kill('SIGCONT')
    stopping.kill('SIGTERM')
    await ended
    rmSync(this.socketPath, { force: true })
  }

  /** SIGSTOP: the socket stays, and nobody reads it. */
  stall(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  /** What has been written by now, without rsyslogd's own messages. */
  received(): Received[] {
    if (!existsSync(this.#file)) return []
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1)
    return lines.map(parse).filter(({ tag }) => !tag.startsWith('rsyslogd'))
  }

  /** What has been written once `count` lines are there. */
  async receivedOnce(count: number): Promise<Received[]> {
    await until(`rsyslogd writes ${count} lines`, () => this.received().length >= count, 30_000)
    return this.received()
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }
}

function configurationOf(socket: string, file: string, udpPort: number | undefined): string {
  const fields = ['syslogseverity-text', 'syslogfacility-text', 'syslogtag', 'timereported:6:19:date-rfc3339']
  const properties = fields.map(field => `%${field}%`).join('|')
  const udp =
    udpPort === undefined
      ? ''
      : `module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="${udpPort}")\n`
  return `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}" CreatePath="off" RateLimit.Interval="0" UseSysTimeStamp="off" IgnoreTimestamp="off"
      ParseTrusted="off" UsePIDFromSystem="off")
${udp}template(name="fields" type="string" string="${properties}|%msg%\\n")
action(type="omfile" file="${file}" template="fields")
`
}

function parse(line: string): Received {
  const [severity = '', facility = '', tag = '', time = '', ...text] = line.split('|')
  return { severity, facility, tag: tag.replace(/:$/, ''), time, text: text.join('|').replace(/^ /, '') }
}
