import type { PlainValues } from '../../../src/config/berofosd-schema.ts'
import type { PlainName } from '../../../src/config/sections.ts'
import type { CheckSettings, Settings } from '../../../src/core/settings.ts'

/** Settings as a file that says the same; the devices apart from port and invert stand in bnfos.conf. */
export function settingsText(settings: Settings): string {
  const { checks, failback, relays, hooks, log, devices } = settings
  const { timeoutMs, ...commands } = hooks
  return [
    ...siteSections(settings),
    ...checks.map(check => section(`check.${check.name}`, checkWords(check))),
    plainSection('failback', {
      policy: failback.policy,
      stable_for: ms(failback.stableForMs),
      window: failback.window,
      window_length: ms(failback.windowLengthMs),
      ready_command: failback.readyCommand,
      ready_deadline: ms(failback.readyDeadlineMs),
      flap_limit: failback.flapLimit,
      flap_window: ms(failback.flapWindowMs),
    }),
    plainSection('relays', {
      timeout: ms(relays.timeoutMs),
      audit_interval: ms(relays.auditIntervalMs),
      retry: ms(relays.retryMs),
      retry_max: ms(relays.retryMaxMs),
    }),
    ...(devices ?? []).map(device => section(`relay.${device.name}`, relayWords(settings, device))),
    plainSection('hooks', { ...commands, timeout: ms(timeoutMs) }),
    ...alertSections(settings),
    plainSection('node', { secondary_file: settings.secondaryFile }),
    plainSection('log', { ...log, syslog: syslogWord(log.syslog) }),
    plainSection('control', {
      socket: settings.controlSocket,
      status_socket: settings.statusSocket ?? 'none',
    }),
    plainSection('state', { directory: settings.stateDirectory }),
    plainSection('http', {
      listen: settings.httpListen && hostPort(settings.httpListen),
      hosts: settings.httpHosts.join(', '),
    }),
  ].join('\n')
}

function siteSections({ site, master, witnesses }: Settings): string[] {
  if (site.kind === 'bypass')
    return [
      plainSection('site', { kind: 'bypass' }),
      plainSection('bypass', { kick: ms(site.kickMs), watchdog: ms(site.watchdogMs) }),
    ]
  return [
    plainSection('master', { host: master.host }),
    plainSection('isolation', { witness: witnesses.join(', ') }),
  ]
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
  return [plainSection('alert', written), plainSection('heartbeat', { url, style, interval: ms(intervalMs) })]
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

type Word = string | number | null
type Words = Readonly<Record<string, Word>>

/** Every key of the section: the compiler asks for a new one here. */
function plainSection<Name extends PlainName>(
  name: Name,
  words: Readonly<Record<keyof PlainValues[Name], Word>>,
): string {
  return section(name, words)
}

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
