import { join } from 'node:path'
import { type AlertStore, Alerts, type ToldBooks } from '../alerts/alerts.ts'
import { Heartbeat } from '../alerts/heartbeat.ts'
import type { Site } from '../alerts/message.ts'
import type { Tested } from '../alerts/sending.ts'
import { wayNames } from '../alerts/ways.ts'
import type { StandingEntry } from '../core/alert-book.ts'
import { findingCodes } from '../core/findings/codes.ts'
import { beatOf } from '../core/heartbeat.ts'
import type { Severity } from '../core/role.ts'
import type { Settings } from '../core/settings.ts'
import { within } from '../net/deadline.ts'
import { headlineOfStatus } from '../status/headline.ts'
import type { Status } from '../status/status-json.ts'
import { openSavedFile } from '../system/saved-file.ts'
import type { CommandTrials } from './command-trials.ts'
import type { Counters } from './counters.ts'
import type { EventLoop } from './event-loop.ts'
import type { FindingList, NodeReports } from './node-findings.ts'
import type { Ports } from './ports.ts'

interface AlertingParts {
  readonly ports: Ports
  readonly trials: CommandTrials
  readonly loop: EventLoop
  readonly findings: FindingList
  readonly status: () => Status
  readonly reports: NodeReports
  readonly counters: Counters
  readonly log: (severity: Severity, text: string) => void
}

/** Everybody who is told of what this node finds. Nothing that decides or drives ever waits for it. */
export interface Alerting {
  /** Applies the settings: messages that wait for a way that stays are still sent. */
  follow(settings: Settings): void
  /** One test alert by each way that is set, the heartbeat included; resolves within 40 s. */
  test(): Promise<readonly Tested[]>
  close(): void
}

export function openAlerting({
  ports,
  trials,
  loop,
  findings,
  status,
  reports,
  counters,
  log,
}: AlertingParts): Alerting {
  const { clock, senders } = ports
  const run = trials.around('alert command', ports.run)
  const isQuiet = () => loop.state.move?.stage !== 'driving'
  const report = (way: string, problem: string | null) => reports.report('alert-undelivered', way, problem)
  const common = { clock, isQuiet, log }
  const alerts = new Alerts({
    ...{ ...common, senders, run, report },
    found: () => findings.lookWithSubjects(),
    site: () => siteOf(status()),
    counted: (way, outcome) => counters.alert(way, outcome),
    store: alertStore(loop.settings.stateDirectory, ports),
  })
  const heartbeat = new Heartbeat({
    ...{ ...common, http: senders.http },
    beat: () => beatNow(status()),
    report: problem => report('heartbeat', problem),
    counted: outcome => counters.alert('heartbeat', outcome),
  })
  return {
    follow: settings => {
      alerts.follow(settings.alert)
      heartbeat.follow(settings.heartbeat)
    },
    test: async () => {
      const beating = heartbeat.test()
      const tested = await alerts.test(loop.settings.alert)
      const beat = await beating
      return beat === null ? tested : [...tested, beat]
    },
    close: () => {
      alerts.close()
      heartbeat.close()
    },
  }
}

function siteOf(status: Status): Site {
  const { node, role, lastMove } = status
  return { node, role, headline: headlineOfStatus(status), lastMove }
}

function beatNow(status: Status) {
  const { findings, phase, possible, master } = status
  const beat = beatOf({ findings, phase, possible, headline: headlineOfStatus(status) })
  const last = master.checks.find(check => check.last?.ok)?.last
  return beat && { beat, ms: last?.ms ?? null }
}

/** Some 200 bytes an alert, some hundred alerts. */
const largestFile = 256 * 1024
/** A start that has to wait longer for the file tells what lasts once more. */
const longestReadMs = 2000

/** alerts.json in the state directory: what each way was told and is not over, so that a restart tells nothing twice. */
function alertStore(directory: string, { disk, clock }: Pick<Ports, 'disk' | 'clock'>): AlertStore {
  const path = join(directory, 'alerts.json')
  // That it can't be saved is the trouble of state.json too, which says so.
  const file = openSavedFile({ path, clock, write: disk.write, report: () => {} })
  return {
    load: async () => {
      const read = await within(clock, longestReadMs, disk.read(path, largestFile), null)
      return read?.ok ? parseBooks(read.text) : {}
    },
    save: books => file.save(`${JSON.stringify(books)}\n`),
    close: () => file.close(),
  }
}

/** What makes no sense is left out. */
function parseBooks(text: string): ToldBooks {
  const value = parseJson(text)
  const books = wayNames.map(name => {
    const entries: unknown = value?.[name]
    return [name, Array.isArray(entries) ? entries.filter(isEntry) : []] as const
  })
  return Object.fromEntries(books)
}

function parseJson(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    return null
  }
}

function isEntry(value: unknown): value is StandingEntry {
  const { code, subject, since, text } = (value ?? {}) as Readonly<Record<string, unknown>>
  const isKnown = findingCodes.some(each => each === code)
  return isKnown && typeof subject === 'string' && typeof text === 'string' && isTime(since)
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}
