import { readFile, stat } from 'node:fs/promises'
import type { Container } from './container.ts'

/** One line of the journal. */
interface JournalEntry {
  readonly text: string
  /** As in syslog(3): 5 is notice. */
  readonly priority: number
  readonly pid: number
  /** CLOCK_MONOTONIC; null where the journal has none. */
  readonly atMs: number | null
}

/** What the daemon in a container logged since a moment, in the journal and in the file that rsyslog writes. */
export class SlaveLog {
  private constructor(
    private readonly container: Container,
    private readonly cursor: string,
    private readonly offset: number,
  ) {}

  /** Begins now. */
  static async begin(container: Container): Promise<SlaveLog> {
    const shown = await container.must(['journalctl', '--quiet', '--lines=0', '--show-cursor'])
    const cursor = /^-- cursor: (.*)$/m.exec(shown)?.[1] ?? ''
    const size = await stat(container.path(syslogFile)).then(
      ({ size }) => size,
      () => 0,
    )
    return new SlaveLog(container, cursor, size)
  }

  /** By unit, as `journalctl -u berofosd` has it: only what the daemon itself said. Words are more of its options. */
  async journal(...words: readonly string[]): Promise<JournalEntry[]> {
    const chosen = words.length > 0 ? words : ['--unit=berofosd']
    const options = ['--output=json', '--quiet', `--after-cursor=${this.cursor}`, ...chosen]
    const printed = await this.container.must(['journalctl', ...options])
    const entries = printed.split('\n').filter(line => line !== '')
    return entries
      .map(line => JSON.parse(line))
      .filter(isOfDaemon)
      .map(entryOf)
  }

  /** Texts of the daemon's lines in /var/log/syslog. */
  async syslog(): Promise<string[]> {
    const text = (await readFile(this.container.path(syslogFile))).subarray(this.offset).toString()
    return text.split('\n').flatMap(line => /\bberofosd\[\d+\]: (.*)$/.exec(line)?.[1] ?? [])
  }
}

const syslogFile = '/var/log/syslog'

type Fields = Readonly<Record<string, string>>

function isOfDaemon({ SYSLOG_IDENTIFIER }: Fields): boolean {
  return SYSLOG_IDENTIFIER === 'berofosd'
}

function entryOf(fields: Fields): JournalEntry {
  const { MESSAGE = '', PRIORITY, SYSLOG_PID, _SOURCE_MONOTONIC_TIMESTAMP: usec } = fields
  const atMs = usec === undefined ? null : Number(usec) / 1000
  return { text: MESSAGE, priority: Number(PRIORITY), pid: Number(SYSLOG_PID), atMs }
}
