import { requiredTypes, type Settings, seesTelephony } from './settings.ts'

interface AdviceRow {
  readonly when: (settings: Settings) => boolean
  /** What it costs, and what to do: one sentence. */
  readonly text: string | ((settings: Settings) => string)
}

/** From the last kick of a daemon to the first of the next: 2 s to stop, 500 ms of RestartSec, a start, and a reading of 3 s. */
const restartMs = 10_000

/** What a valid configuration does not see, or does not survive. */
const rows: readonly AdviceRow[] = [
  {
    when: ({ checks }) => !checks.some(seesTelephony),
    text: ({ checks }) =>
      `${requiredTypes(checks)} only: a crashed Asterisk is not seen; a required check of type sip sees it`,
  },
  {
    when: ({ site, devices, witnesses }) =>
      site.kind === 'pair' && witnesses.length === 0 && (devices?.length ?? 0) > 0,
    text: 'no witness: when no relay answers, nobody else tells whether this node is cut off; [isolation] witness can name the router',
  },
  {
    when: ({ site }) => site.kind === 'bypass' && site.watchdogMs <= 3 * site.kickMs,
    text: 'watchdog is not longer than three times kick: two kicks in a row that get lost on the way bypass the lines; by default it is twelve times as long',
  },
  {
    when: ({ site }) => site.kind === 'bypass' && site.watchdogMs < site.kickMs + restartMs,
    text: 'watchdog is not 10 s longer than kick: a restart of the daemon, as in an upgrade, may bypass the lines, since nobody kicks meanwhile',
  },
  {
    when: ({ alert, heartbeat }) =>
      alert.command === null && alert.url === null && alert.mailTo.length === 0 && heartbeat.url === null,
    text: 'no [alert]: nobody is told when the lines move, except by the log',
  },
]

/** What to think about before this configuration goes into service, a sentence each. */
export function adviceOf(settings: Settings): string[] {
  return rows
    .filter(({ when }) => when(settings))
    .map(({ text }) => (typeof text === 'string' ? text : text(settings)))
}
