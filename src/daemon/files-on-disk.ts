import { isDeepStrictEqual } from 'node:util'
import type { Settings } from '../core/settings.ts'
import type { Timer } from '../system/clock.ts'
import { otherPrograms } from '../system/other-programs.ts'
import type { Assembly } from './assembly.ts'
import { loadNode } from './node-files.ts'
import type { Files, Ports } from './ports.ts'
import { changesBetween } from './settings-changes.ts'
import type { Disk } from './state-ports.ts'

/** Whoever edits a file has up to a minute to reload before it is a finding. */
const quietMs = 60_000
/** A finding that is no longer true sends people to files that are in order: while there is one, they are read each second. */
const whileReportedMs = 1000
const largestFile = 1024 * 1024

type Parts = Pick<Assembly, 'loop' | 'reports' | 'clock'>

/**
 * Reports it while the files on disk are not what is in force: the next start would do something else, or nothing at all.
 * They are judged anew only when their text, or what is in force, has changed.
 */
export class FilesOnDisk {
  /** Of the next look; null: one is under way. */
  private timer: Timer | null = null
  private waitsMs = quietMs
  private stopped = false
  private judged: {
    readonly text: string
    readonly settings: Settings
    readonly detail: string | null
  } | null = null

  constructor(
    private readonly parts: Parts,
    private readonly ports: Pick<Ports, 'load' | 'disk' | 'clock'>,
    private readonly files: Files,
  ) {}

  start(): void {
    // A reload reports, too.
    this.parts.reports.onReport(() => this.sooner())
    this.next(quietMs)
  }

  stop(): void {
    this.stopped = true
    this.timer?.cancel()
  }

  /** A look that hangs is waited for: the disk is asked once at a time. */
  private next(ms: number): void {
    if (this.stopped) return
    this.waitsMs = ms
    this.timer = this.parts.clock.after(ms, () => {
      this.timer = null
      void this.look().finally(() => this.next(this.reported() === null ? quietMs : whileReportedMs))
    })
  }

  private sooner(): void {
    if (this.timer === null || this.waitsMs === whileReportedMs || this.reported() === null) return
    this.timer.cancel()
    this.next(whileReportedMs)
  }

  private reported(): string | null {
    return this.parts.reports.facts['files-invalid']?.[''] ?? null
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const { loop, reports } = this.parts
    const { settings } = loop
    const text = await textOf(this.ports.disk, this.files)
    const reported = this.reported()
    const { judged } = this
    // A reload that failed meanwhile has reported something else: what it could not read may be readable by now.
    if (judged?.text === text && judged.settings === settings && judged.detail === reported) return
    const detail = await differenceOf(this.ports, this.files, settings).catch(() => null)
    // A reload came in between, and has said what it found.
    if (loop.settings !== settings) return
    this.judged = { text, settings, detail }
    reports.report('files-invalid', '', detail)
  }
}

async function textOf(disk: Disk, { configFile, bnfosFile }: Files): Promise<string> {
  const read = await Promise.all([configFile, bnfosFile].map(path => disk.read(path, largestFile)))
  return JSON.stringify(read)
}

/** What is wrong with the files, or that they say something else; null: they are in force. */
async function differenceOf(
  ports: Pick<Ports, 'load' | 'disk' | 'clock'>,
  files: Files,
  settings: Settings,
): Promise<string | null> {
  const loaded = await loadNode(ports, files, settings.wazo?.master ?? null)
  if (!loaded.ok) return `${loaded.problems[0]}${more(loaded.problems.length - 1)}`
  // ha.conf is followed by itself, a minute later at most.
  if (settings.wazo || loaded.settings.wazo || isDeepStrictEqual(loaded.settings, settings)) return null
  return `they were changed after they were read: ${changesBetween(settings, loaded.settings).join(', ')}`
}

function more(count: number): string {
  return count > 0 ? ` (and ${count} more)` : ''
}

const hourMs = 3_600_000

/** Reports other programs of our names now and each hour: none of them is worth more than that. */
export function watchOtherPrograms(
  { reports, clock }: Pick<Assembly, 'reports' | 'clock'>,
  find: () => Promise<readonly string[]> = otherPrograms,
): void {
  let known: readonly string[] = []
  const look = async () => {
    const found = await find()
    for (const text of known) reports.report('other-program', text, null)
    for (const text of found) reports.report('other-program', text, text)
    known = found
  }
  const again = () => void look().finally(() => clock.after(hourMs, again))
  again()
}
