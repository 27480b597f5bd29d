import { Alerts } from '../alerts/alerts.ts'
import { Heartbeat } from '../alerts/heartbeat.ts'
import type { Site } from '../alerts/message.ts'
import type { Tested } from '../alerts/sending.ts'
import { beatOf } from '../core/heartbeat.ts'
import type { Severity } from '../core/role.ts'
import type { Settings } from '../core/settings.ts'
import { statusLine } from '../status/headline.ts'
import type { Status } from '../status/status-json.ts'
import type { CommandTrials } from './command-trials.ts'
import type { Counters } from './counters.ts'
import type { EventLoop } from './event-loop.ts'
import type { FindingList } from './finding-list.ts'
import type { NodeReports } from './node-reports.ts'
import type { Ports } from './ports.ts'
import { alertStore } from './told-alerts.ts'

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
  return { node, role, headline: statusLine(status), lastMove }
}

function beatNow(status: Status) {
  const { findings, phase, possible, master } = status
  const beat = beatOf({ findings, phase, possible, headline: statusLine(status) })
  const last = master.checks.find(check => check.last?.ok)?.last
  return beat && { beat, ms: last?.ms ?? null }
}
