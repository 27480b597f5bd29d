import { findingCodes, findingSeverities, isNormal } from '../../core/findings/codes.ts'
import { siteWords } from '../../core/site-words.ts'
import { phases } from '../../core/state.ts'
import { type Counts, noCounts } from '../../status/counts.ts'
import type { Status, StatusCheck, StatusRelay } from '../../status/status-json.ts'
import { counterTable } from './counter-metrics.ts'
import { checkLabels, type Labels, type MetricRow, type Sample } from './metric-row.ts'

/** What `/metrics` tells, by name. The docs print the same table. */
export const metricTable: Readonly<Record<string, MetricRow>> = {
  berofosd_build_info: {
    about: 'Always 1, with the version',
    samples: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  berofosd_normal: {
    about: 'Whether all is normal: `berofosd status` would exit with 0',
    samples: status => [{ value: isNormal(status.findings) }],
  },
  berofosd_findings: {
    about: 'How many findings of the code there are now',
    samples: ({ findings }) =>
      findingCodes.map(code => ({
        labels: { code, severity: findingSeverities[code] },
        value: findings.filter(finding => finding.code === code).length,
      })),
  },
  berofosd_failover_possible: {
    about: 'Whether a failover could happen now; at the slave: whether a failback could',
    samples: ({ possible }) => [{ value: possible }],
  },
  berofosd_automatic_failover: {
    about: 'Whether verdicts may move the lines',
    samples: ({ automatic }) => [{ value: automatic }],
  },
  berofosd_role: {
    about: '1 for the role that has the lines',
    samples: ({ role, site }) => oneOf('role', Object.values(siteWords(site).role), role),
  },
  berofosd_role_changed_timestamp_seconds: {
    about: 'When the role was decided',
    samples: ({ since }) => [{ value: seconds(since) }],
  },
  berofosd_phase: {
    about: '1 for the present phase',
    samples: ({ phase }) => oneOf('phase', phases, phase),
  },
  berofosd_master_verdict: {
    about: '1 for what the required checks say together',
    samples: ({ master }) => oneOf('verdict', verdicts, master.verdict),
  },
  berofosd_check_verdict: {
    about: '1 for what the check says',
    samples: ({ master }) =>
      master.checks.flatMap(check => oneOf('verdict', verdicts, check.verdict, checkLabels(check))),
  },
  berofosd_check_answered: {
    about: 'Whether the latest probe was answered',
    samples: ofChecks(({ last }) => last?.ok ?? null),
  },
  berofosd_check_duration_seconds: {
    about: 'How long the latest probe took, until its answer or until it was given up',
    samples: ofChecks(({ last }) => last && last.ms / 1000),
  },
  berofosd_check_streak: {
    about: 'Results of the latest kind in a row',
    samples: ofChecks(({ streak }) => streak),
  },
  berofosd_check_streak_needed: {
    about: 'So many of that kind decide',
    samples: ofChecks(({ needed }) => needed),
  },
  berofosd_relay_confirmed: {
    about: 'Whether the relay reads what the role wants',
    samples: ofRelays(({ confirmed }) => confirmed),
  },
  berofosd_relay_wanted_mode: {
    about: 'Mode that the role wants: 1 lines at the master, 0 at the slave; the other way round with invert',
    samples: ofRelays(({ wanted }) => wanted),
  },
  berofosd_relay_actual_mode: {
    about: 'Mode as last read',
    samples: ofRelays(({ actual }) => actual),
  },
  berofosd_relay_watchdog: {
    about: "Whether the device's own watchdog is on, which moves lines by itself",
    samples: ofRelays(({ wdog }) => (wdog === 2 ? 1 : wdog)),
  },
  berofosd_relay_error: {
    about: 'Whether driving or reading the relay fails now',
    samples: ofRelays(({ error }) => error !== null),
  },
  berofosd_relay_read_timestamp_seconds: {
    about: 'When the relay was last read',
    samples: ofRelays(({ at }) => seconds(at)),
  },
  berofosd_relay_switched_timestamp_seconds: {
    about: 'When the relay last moved its lines',
    samples: ofRelays(({ lastSwitch }) => seconds(lastSwitch)),
  },
  ...counterTable,
  process_start_time_seconds: {
    about: 'When the process started',
    samples: () => [{ value: Math.round(performance.timeOrigin) / 1000 }],
  },
  process_resident_memory_bytes: {
    about: 'Memory in use',
    samples: () => [{ value: residentBytes() }],
  },
  process_cpu_seconds_total: {
    about: 'Processor time used',
    type: 'counter',
    samples: () => [{ value: cpuSeconds() }],
  },
}

/** The text format of Prometheus, version 0.0.4. */
export function metricsText(status: Status, counts: Counts = noCounts): string {
  return Object.entries(metricTable)
    .flatMap(([name, { about, type = 'gauge', samples }]) => [
      `# HELP ${name} ${about}`,
      `# TYPE ${name} ${type}`,
      ...samples(status, counts)
        .filter(({ value }) => value !== null)
        .map(({ suffix = '', labels, value }) => `${name}${suffix}${labelsText(labels)} ${Number(value)}`),
    ])
    .join('\n')
    .concat('\n')
}

const verdicts = ['up', 'down', 'unknown']

function ofChecks(value: (check: StatusCheck) => Sample['value']): MetricRow['samples'] {
  return ({ master }) => master.checks.map(check => ({ labels: checkLabels(check), value: value(check) }))
}

function ofRelays(value: (relay: StatusRelay) => Sample['value']): MetricRow['samples'] {
  return ({ relays }) => relays.map(relay => ({ labels: { relay: relay.name }, value: value(relay) }))
}

/** One sample for each word, 1 for the one that holds. */
function oneOf(label: string, words: readonly string[], word: string, more: Labels = {}): Sample[] {
  return words.map(each => ({ labels: { ...more, [label]: each }, value: each === word }))
}

function seconds(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso) / 1000
}

/** null: no file could be opened to ask. */
function residentBytes(): number | null {
  try {
    return process.memoryUsage.rss()
  } catch {
    return null
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function labelsText(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')
}
