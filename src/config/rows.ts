import { severities } from '../core/role.ts'
import type { CheckType } from '../core/settings.ts'
import * as kinds from './value-kinds.ts'

/** One key of berofosd.conf. Parsing, the reference and the tests read the same rows. */
export interface Row<T = unknown> {
  readonly kind: kinds.Kind<T>
  /** As one would write it; null: the key must be there. */
  readonly fallback: string | null
  /** One sentence without a full stop. */
  readonly about: string
  /** What is expected where a key without a default is missing; default: the kind's form. */
  readonly expected?: string
}

export type Rows = Readonly<Record<string, Row>>
export type Values<R extends Rows> = { [K in keyof R]: R[K] extends Row<infer T> ? T : never }

/** syslog(3), all but kern, which is the kernel's. */
export const facilities = [
  ...['daemon', 'user', 'mail', 'auth', 'authpriv', 'cron', 'syslog', 'lpr', 'news', 'uucp', 'ftp'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
] as const

const dayMs = 86_400_000
/** What a check or an audit may cost at most: ten milliseconds between two of them. */
const interval = kinds.duration(10, dayMs)
const timeout = kinds.duration(1, dayMs)
const anyDuration = kinds.duration(0)
const someDuration = kinds.duration(1)

export const masterRows = {
  host: row(kinds.host, null, 'Name or address of the master', "the master's name or address"),
}

/** Of every check, whatever its type. */
export const commonCheckRows = {
  interval: row(interval, '1s', 'From the start of one probe to the start of the next'),
  timeout: row(timeout, '1s', 'No answer by then: failed; may be longer than the interval'),
  fall: row(kinds.count(1), '5', 'Failures in a row until this check is down'),
  rise: row(kinds.count(1), '5', 'Successes in a row until it is up again'),
  required: row(kinds.toggle, 'yes', 'no: watched and shown, never decides'),
}

/** A ping, tcp or sip check asks this host; an http check has it in its url. */
const checkHost = row(kinds.optional(kinds.host), '', "Whom to ask; empty: the master's host")

/** What a check of each type has. */
export const checkRows = {
  ping: { ...commonCheckRows, host: checkHost },
  tcp: {
    ...commonCheckRows,
    host: checkHost,
    port: row(kinds.port, null, 'A connection to this port is life', 'the port'),
  },
  http: {
    ...commonCheckRows,
    url: row(kinds.url, null, 'What to ask for; without a login in it', 'an http:// or https:// URL'),
    method: row(kinds.choice('HEAD', 'GET', 'OPTIONS', 'POST'), 'HEAD', 'The request'),
    expect: row(kinds.statusRanges, '200-499', 'Status codes and ranges that mean life'),
    tls_verify: row(kinds.toggle, 'yes', 'no: take any certificate'),
    ca: row(kinds.optional(kinds.path), '', "PEM file to trust instead of the system's; empty: the system's"),
  },
  sip: {
    ...commonCheckRows,
    host: checkHost,
    port: row(kinds.port, '5060', 'Where to send OPTIONS; any final answer is life'),
    transport: row(kinds.choice('udp', 'tcp'), 'udp', 'How to send it'),
  },
} as const satisfies Record<CheckType, Rows>

export const checkTypes = Object.keys(checkRows) as CheckType[]

/** Decides which of the other keys a check has. */
export const checkTypeRow = row(kinds.choice(...checkTypes), 'ping', 'What the check asks')

export const isolationRows = {
  witness: row(
    kinds.hostList,
    '',
    'Hosts that answer ping while our own network is fine, besides the relays',
  ),
}

export const failbackRows = {
  policy: row(
    kinds.choice('auto', 'window', 'manual'),
    'auto',
    'auto: when the master is stable; window: within the window only; manual: by command only',
  ),
  stable_for: row(anyDuration, '60s', 'The master must be up for so long without a break'),
  window: row(kinds.cron, '0 2 * * *', 'When the window opens'),
  window_length: row(someDuration, '2h', 'For how long it is open'),
  ready_command: row(kinds.command, '', 'Exit 0: lines may move now; asked again until it says yes'),
  ready_deadline: row(anyDuration, '0s', 'Then fail back regardless; 0s: never'),
  flap_limit: row(kinds.count(0), '3', 'So many failovers within flap_window hold the failback; 0: no limit'),
  flap_window: row(someDuration, '1h', 'Within so long: no failback until `berofosd resume`'),
}

export const relaysRows = {
  timeout: row(timeout, '3s', 'A relay that has not answered by then counts as silent'),
  audit_interval: row(interval, '10s', 'Read every relay back, put right what drifted'),
  retry: row(interval, '1s', 'First pause after a failure, doubled up to retry_max'),
  retry_max: row(interval, '30s', 'The longest pause'),
}

export const relayRows = {
  port: row(kinds.port, '80', "The device's HTTP port"),
  invert: row(kinds.toggle, 'no', 'yes: the master sits on D'),
}

export const hooksRows = {
  before_slave: row(kinds.command, '', 'Awaited, then the relays move whatever it says'),
  after_slave: row(kinds.command, '', 'Run when the slave has the lines'),
  before_master: row(kinds.command, '', 'Exit status other than 0 calls the failback off, for now'),
  after_master: row(kinds.command, '', 'Run when the master has the lines again'),
  timeout: row(someDuration, '60s', 'A hook that runs longer is ended and counts as failed'),
}

export const nodeRows = {
  secondary_file: row(kinds.optional(kinds.path), '', 'Act only while this file exists; empty: always'),
}

export const logRows = {
  syslog: row(kinds.syslogTarget, '/dev/log', 'Where log lines go; none: to stdout only'),
  facility: row(kinds.choice(...facilities), 'daemon', 'Facility of the log lines'),
  level: row(kinds.choice(...severities), 'info', 'Log lines less severe than this are left out'),
  remind: row(
    kinds.cron,
    '0 */15 * * * *',
    'When to repeat what is not normal: override, pause, diverged relay',
  ),
}

export const controlRows = {
  socket: row(kinds.socketPath, '/run/berofosd/control.sock', 'Where the commands reach the daemon'),
}

export const stateRows = {
  directory: row(kinds.path, '/var/lib/berofosd', 'Where the daemon keeps what survives a restart'),
}

export const httpRows = {
  listen: row(
    kinds.optional(kinds.listenAddress),
    '',
    'Status page, /status.json, /metrics, /healthz; empty: off',
  ),
}

function row<T>(kind: kinds.Kind<T>, fallback: string | null, about: string, expected?: string): Row<T> {
  return { kind, fallback, about, ...(expected === undefined ? {} : { expected }) }
}
