import { createHash } from 'node:crypto'
import { ageText } from '../core/duration.ts'
import { within } from '../net/deadline.ts'
import type { Clock } from '../system/clock.ts'
import type { MemoryCopy } from '../system/memory-copy.ts'
import type { CommandOptions, CommandResult } from '../system/run-command.ts'
import { openSavedFile, type SavedFile } from '../system/saved-file.ts'
import type { Disk } from './state-ports.ts'

interface ConfiguredCommand {
  /** For people: `ready_command`, `check calls`. */
  readonly name: string
  readonly line: string
}

interface TrialsOptions {
  readonly clock: Clock
  readonly copy: MemoryCopy
  readonly disk: Pick<Disk, 'read' | 'write'>
  /** In memory, and where there is none on disk. */
  readonly copyPath: string
  readonly path: string
  readonly log: (severity: 'warning', text: string) => void
}

/** So many ends may be chance: somebody restarts the daemon while a command runs. */
const mostChance = 2
/** The pause before the next run, ten times as long after each further end: at first it may be chance all the same. */
const firstPauseMs = 60_000
const longestPauseMs = 86_400_000
/** As for any save that nothing may wait for. */
const longestWriteMs = 250
const longestReadMs = 2000
const largestFile = 65_536

/**
 * Commands of the configuration that the daemon did not outlive: one may kill it, or end it in another way. It is noted
 * before each run, and struck out after it. One that has cut off two lives in a row is run again after a pause only, and
 * alone among its like, so that one which merely ran at the same time is not taken for it. (Hooks of a move
 * are counted with the move: core/moving.ts.)
 */
export class CommandTrials {
  /** How often in a row the daemon ended while it ran, by key. */
  private readonly ends = new Map<string, number>()
  /** What the next life would find. */
  private readonly noted = new Map<string, number>()
  private readonly running = new Map<string, number>()
  /** The name of a command that is being tried alone. */
  private suspect: string | null = null
  /** Without memory: those that have ended once in this life, which is as much as a disk is worn for. */
  private readonly outlived = new Set<string>()
  private readonly told = new Set<string>()
  private readonly file: SavedFile
  private closed = false
  private openedAt = 0

  constructor(private readonly options: TrialsOptions) {
    const { path, clock, disk } = options
    // A disk that takes nothing is said by the state.
    this.file = openSavedFile({ path, clock, write: disk.write, report: () => {} })
  }

  /** Reads what the lives before have left. Never rejects, and waits for no disk that hangs. */
  async open(): Promise<void> {
    const { clock, copy, copyPath, disk, path } = this.options
    this.openedAt = clock.mono()
    const text = copy.read(copyPath) ?? (await within(clock, longestReadMs, textOf(disk, path), null))
    for (const [key, count] of parseNoted(text)) {
      this.ends.set(key, count)
      this.noted.set(key, count)
    }
  }

  /** Why it is not to be run now, a clause; null: it runs from now on, until `ended`. */
  async begin(command: ConfiguredCommand): Promise<string | null> {
    const key = keyOf(command)
    const ends = this.ends.get(key) ?? 0
    if (ends >= mostChance) {
      const why = this.whyNot(ends)
      if (why !== null) return this.refuse(command, `berofosd ended ${ends} times while it ran, ${why}`)
      this.suspect = command.name
    }
    this.running.set(key, (this.running.get(key) ?? 0) + 1)
    this.noted.set(key, ends + 1)
    await this.note(key)
    return null
  }

  ended(command: ConfiguredCommand): void {
    const key = keyOf(command)
    const others = (this.running.get(key) ?? 1) - 1
    this.running.set(key, others)
    if (this.closed) return
    if (this.suspect === command.name && others === 0) this.suspect = null
    this.ends.delete(key)
    if (others > 0) this.noted.set(key, 1)
    else this.noted.delete(key)
    void this.note(key)
    this.outlived.add(key)
  }

  /** Runs what `begin` lets through; any other command could not be run. */
  around(name: string, run: (options: CommandOptions) => Promise<CommandResult>): typeof run {
    return async options => {
      const command = { name, line: options.line }
      const reason = await this.begin(command)
      if (reason !== null) return { outcome: 'cannot', reason }
      return run(options).finally(() => this.ended(command))
    }
  }

  /** The daemon ends: what it ends for that may have been what ended it. */
  close(): void {
    this.closed = true
    this.file.close()
  }

  private whyNot(ends: number): string | null {
    const pauseMs = Math.min(firstPauseMs * 10 ** (ends - mostChance), longestPauseMs)
    const restMs = this.openedAt + pauseMs - this.options.clock.mono()
    if (restMs > 0) return `it is run again in ${ageText(Math.ceil(restMs / 1000) * 1000)}`
    return this.suspect === null ? null : `it waits for ${this.suspect}`
  }

  private refuse({ name }: ConfiguredCommand, why: string): string {
    if (!this.told.has(name)) this.options.log('warning', `${name}: ${why}`)
    this.told.add(name)
    return why
  }

  /** Resolves when it is noted, or after a moment. */
  private async note(key: string): Promise<void> {
    const { copy, copyPath } = this.options
    const text = JSON.stringify(Object.fromEntries(this.noted))
    if (copy.write(copyPath, text) || this.outlived.has(key)) return
    this.file.save(text)
    await this.file.flush(longestWriteMs)
  }
}

/** Not the line itself: there may be a password in it. */
function keyOf({ name, line }: ConfiguredCommand): string {
  return `${name} ${createHash('sha256').update(line).digest('hex').slice(0, 16)}`
}

async function textOf(disk: TrialsOptions['disk'], path: string): Promise<string | null> {
  const read = await disk.read(path, largestFile)
  return read.ok ? read.text : null
}

function parseNoted(text: string | null): (readonly [string, number])[] {
  try {
    const entries = Object.entries(JSON.parse(text ?? '{}'))
    return entries.flatMap(([key, count]) =>
      typeof count === 'number' && count >= 1 ? [[key, Math.floor(count)] as const] : [],
    )
  } catch {
    return []
  }
}
