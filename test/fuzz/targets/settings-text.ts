import type { CheckSettings, Settings } from '../../../src/core/settings.ts'

/** Settings as a file that says the same; the devices apart from port and invert stand in bnfos.conf. */
export function settingsText(settings: Settings): string {
  const { checks, failback, relays, hooks, log, devices } = settings
  const { timeoutMs, ...commands } = hooks
  return [
    ...siteSections(settings),
    ...checks.map(check => section(`check.${check.name}`, checkWords(check))),
    section('failback', {
      policy: failback.policy,
      stable_for: ms(failback.stableForMs),
      window: failback.window,
      window_length: ms(failback.windowLengthMs),
      ready_command: failback.readyCommand,
      ready_deadline: ms(failback.readyDeadlineMs),
      flap_limit: failback.flapLimit,
      flap_window: ms(failback.flapWindowMs),
    }),
    section('relays', {
      timeout: ms(relays.timeoutMs),
      audit_interval: ms(relays.auditIntervalMs),
      retry: ms(relays.retryMs),
      retry_max: ms(relays.retryMaxMs),
    }),
    ...(devices ?? []).map(device => section(`relay.${device.name}`, relayWords(settings, device))),
    section('hooks', { ...commands, timeout: ms(timeoutMs) }),
    ...alertSections(settings),
    section('node', { secondary_file: settings.secondaryFile }),
    section('log', { ...log, syslog: syslogWord(log.syslog) }),
    section('control', { socket: settings.controlSocket, status_socket: settings.statusSocket ?? 'none' }),
    section('state', { directory: settings.stateDirectory }),
    section('http', {
      listen: settings.httpListen && hostPort(settings.httpListen),
      hosts: settings.httpHosts.join(', '),
    }),
  ].join('\n')
}

function siteSections({ site, master, witnesses }: Settings): string[] {
  if (site.kind === 'bypass')
    return [
      section('site', { kind: 'bypass' }),
      section('bypass', { kick: ms(site.kickMs), watchdog: ms(site.watchdogMs) }),
    ]
  return [section('master', { host: master.host }), section('isolation', { witness: witnesses.join(', ') })]
}

/** On a bypass nothing may be inverted: the PBX is always on D. */
function relayWords({ site }: Settings, { port, invert }: { port: number; invert: boolean }): Words {
  return site.kind === 'bypass' ? { port } : { port, invert: yesNo(invert) }
}

function alertSections({ alert, heartbeat }: Settings): string[] {
  const { mailTo, mailFrom, repeatMs, header, smtp, ...same } = alert
  const written = {
    ...same,
    header: header && `${header.name}: ${header.value}`,
    mail_to: mailTo.join(', '),
    mail_from: mailFrom,
    smtp: hostPort(smtp),
    repeat: ms(repeatMs),
  }
  const { url, style, intervalMs } = heartbeat
  return [section('alert', written), section('heartbeat', { url, style, interval: ms(intervalMs) })]
}

function checkWords(check: CheckSettings): Words {
  const { type, fall, rise } = check
  const common = { type, fall, rise, interval: ms(check.intervalMs), timeout: ms(check.timeoutMs) }
  const fast = check.fastIntervalMs === undefined ? null : ms(check.fastIntervalMs)
  const every = { ...common, fast_interval: fast, required: yesNo(check.required) }
  if (check.type === 'ping') return { ...every, host: check.host }
  if (check.type === 'tcp') return { ...every, host: check.host, port: check.port }
  if (check.type === 'command') return { ...every, command: check.command }
  if (check.type === 'sip')
    return { ...every, host: check.host, port: check.port, transport: check.transport }
  const { url, method, expect, tlsVerify, ca } = check
  const ranges = expect.map(range => range.join('-')).join(', ')
  return { ...every, url, method, expect: ranges, tls_verify: yesNo(tlsVerify), ca }
}

type Words = Readonly<Record<string, string | number | null>>

function section(name: string, words: Words): string {
  const lines = Object.entries(words).map(([key, value]) => `${key} = ${quoted(String(value ?? ''))}`)
  return [`[${name}]`, ...lines, ''].join('\n')
}

/** Between double quotes, in ASCII. */
function quoted(value: string): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function ms(value: number): string {
  return `${value}ms`
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

function syslogWord(syslog: Settings['log']['syslog']): string {
  if (syslog === 'none') return syslog
  return 'path' in syslog ? syslog.path : `udp://${hostPort(syslog)}`
}

function hostPort({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
