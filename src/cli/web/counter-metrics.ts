import { noProbes, type ProbeCounts, probeBounds } from '../../status/counts.ts'
import type { StatusCheck } from '../../status/status-json.ts'
import { checkLabels, type MetricRow, type Sample } from './metric-row.ts'

/** Metrics of what was counted since the process started. Checks and relays that never counted stand at 0. */
export const counterTable: Readonly<Record<string, MetricRow>> = {
  berofosd_moves_total: {
    about: 'Moves of the lines since the start, by what they were',
    type: 'counter',
    samples: (_, { moves }) => byName('what', moves),
  },
  berofosd_drifts_total: {
    about: 'How often a relay was found where nobody of ours had put it',
    type: 'counter',
    samples: ({ relays }, { drifts }) =>
      relays.map(({ name }) => ({ labels: { relay: name }, value: drifts[name] ?? 0 })),
  },
  berofosd_probes_total: {
    about: 'Probes by their outcome; inconclusive: it could not be made',
    type: 'counter',
    samples: ({ master }, { probes }) =>
      master.checks.flatMap(check =>
        (['answered', 'failed', 'inconclusive'] as const).map(outcome => ({
          labels: { ...checkLabels(check), outcome },
          value: probes[check.name]?.[outcome] ?? 0,
        })),
      ),
  },
  berofosd_probe_duration_seconds: {
    about: 'How long answered probes took',
    type: 'histogram',
    samples: ({ master }, { probes }) =>
      master.checks.flatMap(check => histogram(check, probes[check.name] ?? noProbes)),
  },
  berofosd_hook_failures_total: {
    about: 'How often a hook failed',
    type: 'counter',
    samples: (_, { hookFailures }) => byName('hook', hookFailures),
  },
  berofosd_alerts_total: {
    about: 'Alerts by way; delivered: taken, failed: a try in vain, lost: given up',
    type: 'counter',
    samples: (_, { alerts }) =>
      Object.entries(alerts).flatMap(([way, outcomes]) =>
        Object.entries(outcomes).map(([outcome, value]) => ({ labels: { way, outcome }, value })),
      ),
  },
}

function byName(label: string, numbers: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(numbers).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

function histogram(check: StatusCheck, { answered, within, sumMs }: ProbeCounts): Sample[] {
  const labels = checkLabels(check)
  return [
    ...probeBounds.map((bound, index) => ({
      suffix: '_bucket' as const,
      labels: { ...labels, le: String(bound / 1000) },
      value: within[index] ?? 0,
    })),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: answered },
    { suffix: '_sum', labels, value: sumMs / 1000 },
    { suffix: '_count', labels, value: answered },
  ]
}
