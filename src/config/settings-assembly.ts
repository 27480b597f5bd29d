import { dirname, join } from 'node:path'
import type { CheckSettings, DeviceSettings, Settings } from '../core/settings.ts'
import type { PlainValues, RelayValues } from './berofosd-schema.ts'

/** The names of the file → the names of the program. */
export function assembleSettings(
  values: PlainValues,
  checks: readonly CheckSettings[],
  devices: readonly DeviceSettings[] | null,
): Settings {
  return {
    site: siteOf(values),
    master: values.master,
    checks,
    witnesses: values.isolation.witness,
    failback: failbackOf(values.failback),
    relays: relaysOf(values.relays),
    hooks: hooksOf(values.hooks),
    alert: alertOf(values.alert),
    heartbeat: heartbeatOf(values.heartbeat),
    secondaryFile: values.node.secondary_file,
    log: values.log,
    controlSocket: values.control.socket,
    statusSocket: statusSocketOf(values.control),
    stateDirectory: values.state.directory,
    httpListen: values.http.listen,
    httpHosts: values.http.hosts,
    devices,
  }
}

function siteOf({ site, bypass }: PlainValues): Settings['site'] {
  if (site.kind === 'pair') return { kind: 'pair' }
  return { kind: 'bypass', kickMs: bypass.kick, watchdogMs: bypass.watchdog }
}

/** `status.sock` beside the control socket, where nothing else is written. */
function statusSocketOf({ socket, status_socket: written }: PlainValues['control']): string | null {
  if (written === 'none') return null
  return written?.path ?? join(dirname(socket), 'status.sock')
}

/** The devices of bnfos.conf with what their [relay.NAME] says of them. */
export function withRelays(
  devices: readonly DeviceSettings[],
  relays: ReadonlyMap<string, RelayValues>,
): DeviceSettings[] {
  return devices.map(device => ({ ...device, ...relays.get(device.name) }))
}

function failbackOf(values: PlainValues['failback']): Settings['failback'] {
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

function relaysOf(values: PlainValues['relays']): Settings['relays'] {
  return {
    timeoutMs: values.timeout,
    auditIntervalMs: values.audit_interval,
    retryMs: values.retry,
    retryMaxMs: values.retry_max,
  }
}

function hooksOf({ timeout, ...commands }: PlainValues['hooks']): Settings['hooks'] {
  return { ...commands, timeoutMs: timeout }
}

function alertOf(values: PlainValues['alert']): Settings['alert'] {
  const { command, url, format, header, smtp, level } = values
  return {
    ...{ command, url, format, header, smtp, level },
    mailTo: values.mail_to,
    mailFrom: values.mail_from,
    repeatMs: values.repeat,
  }
}

function heartbeatOf({ url, style, interval }: PlainValues['heartbeat']): Settings['heartbeat'] {
  return { url, style, intervalMs: interval }
}
