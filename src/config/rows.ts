import { severities } from '../core/role.ts'
import type { Settings } from '../core/settings.ts'
import * as addresses from './address-kinds.ts'
import { row, type Values } from './row.ts'
import * as kinds from './value-kinds.ts'

/** syslog(3), all but kern, which is the kernel's. */
export const facilities = [
  ...['daemon', 'user', 'mail', 'auth', 'authpriv', 'cron', 'syslog', 'lpr', 'news', 'uucp', 'ftp'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
] as const

const anyDuration = kinds.duration(0)
const someDuration = kinds.duration(1)

/** `…Rows` are the keys of a section; its `…Of` gives their values the names of the program, where these differ. */

export const siteRows = {
  kind: row(
    kinds.choice('pair', 'bypass'),
    'pair',
    'pair: two servers, and this node is the slave; bypass: this server is in front of a PBX',
  ),
}

/** The device counts at most 65535 s: protocol reference, 2.3, wdogitime. */
const longestWatchdogMs = 65_535_000

export const bypassRows = {
  kick: row(kinds.duration(100, 3_600_000), '5s', "How often the devices' watchdogs are kicked"),
  watchdog: row(
    kinds.duration(1000, longestWatchdogMs),
    '60s',
    'Interval of the watchdogs: a device that was not kicked for so long bypasses by itself',
  ),
}

interface SiteValues {
  readonly site: Values<typeof siteRows>
  readonly bypass: Values<typeof bypassRows>
}

export function siteOf({ site, bypass }: SiteValues): Settings['site'] {
  if (site.kind === 'pair') return { kind: 'pair' }
  return { kind: 'bypass', kickMs: bypass.kick, watchdogMs: bypass.watchdog }
}

export const masterRows = {
  host: row(
    addresses.host,
    null,
    'Name or address of the master; wazo, on a slave of Wazo or XiVO: as /etc/xivo/ha.conf says',
    "the master's name or address",
  ),
}

export const isolationRows = {
  witness: row(
    addresses.hostList,
    '',
    'Hosts that answer ping while our own network is fine, besides the relays: the gateway, a switch',
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
  ready_command: row(
    kinds.command,
    '',
    'Exit 0: lines may move now (no calls up, say); asked again until it says yes',
  ),
  ready_deadline: row(anyDuration, '0s', 'After so long of it saying no, fail back regardless; 0s: never'),
  flap_limit: row(kinds.count(0), '3', 'So many failovers within flap_window hold the failback; 0: no limit'),
  flap_window: row(someDuration, '1h', 'The time within which the failovers of flap_limit are counted'),
}

export function failbackOf(values: Values<typeof failbackRows>): Settings['failback'] {
  return {
    policy: values.policy,
    stableForMs: values.stable_for,
    window: values.window,
    windowLengthMs: values.window_length,
    readyCommand: values.ready_command,
    readyDeadlineMs: values.ready_deadline,
    flapLimit: values.flap_limit,
    flapWindowMs: values.flap_window,
  }
}

export const relaysRows = {
  timeout: row(kinds.timeout, '3s', 'A relay that has not answered by then counts as silent'),
  audit_interval: row(kinds.interval, '10s', 'Read every relay back, correct what drifted'),
  retry: row(
    kinds.interval,
    '1s',
    'First pause after a failure, doubled up to retry_max; also before all are asked again while this node is cut off',
  ),
  retry_max: row(kinds.interval, '30s', 'The longest pause'),
}

export function relaysOf(values: Values<typeof relaysRows>): Settings['relays'] {
  return {
    timeoutMs: values.timeout,
    auditIntervalMs: values.audit_interval,
    retryMs: values.retry,
    retryMaxMs: values.retry_max,
  }
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

export function hooksOf({ timeout, ...commands }: Values<typeof hooksRows>): Settings['hooks'] {
  return { ...commands, timeoutMs: timeout }
}

export const nodeRows = {
  secondary_file: row(
    kinds.optional(addresses.path),
    '',
    'Act only while this file exists; empty: always, or as `host = wazo` says',
  ),
}

export const logRows = {
  syslog: row(
    addresses.syslogTarget,
    '/dev/log',
    'Where log lines go: a socket, or udp://host:port; none: to stdout only',
  ),
  facility: row(kinds.choice(...facilities), 'daemon', 'Facility of the log lines'),
  level: row(kinds.choice(...severities), 'info', 'Log lines less severe than this are left out'),
  remind: row(
    kinds.cron,
    '0 */15 * * * *',
    'When to repeat what is not normal: an override, a pause, a relay that fails, a failback that is held',
  ),
}

export const controlRows = {
  socket: row(addresses.socketPath, '/run/berofosd/control.sock', 'Where the commands reach the daemon'),
  status_socket: row(
    kinds.optional(addresses.socketPathOrNone),
    '',
    'Where every local user may ask for status and history; empty: `status.sock` beside `socket`; none: nowhere',
  ),
}

export const stateRows = {
  directory: row(addresses.path, '/var/lib/berofosd', 'Where the daemon keeps what survives a restart'),
}

export const httpRows = {
  listen: row(
    kinds.optional(addresses.listenAddress),
    '',
    'Where `/` (the panel of `berofosd status`), `/status.json`, `/metrics` and `/healthz` are; empty: nowhere',
  ),
  hosts: row(
    addresses.hostList,
    '',
    "Names under which these may be asked for, besides addresses and this node's own names",
  ),
}
