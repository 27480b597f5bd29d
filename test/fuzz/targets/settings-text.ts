import type { PlainValues } from '../../../src/config/berofosd-schema.ts'
import { checkRows } from '../../../src/config/check-rows.ts'
import type { Rows } from '../../../src/config/row.ts'
import { type PlainName, plainSections } from '../../../src/config/sections.ts'
import type { CheckSettings, Settings } from '../../../src/core/settings.ts'

/** Settings as a file that says the same; the devices apart from port and invert stand in bnfos.conf. */
export function settingsText(settings: Settings): string {
  const { checks, failback, relays, hooks, log, devices } = settings
  return [
    ...siteSections(settings),
    ...checks.map(check => section(`check.${check.name}`, checkWords(check))),
    section('failback', words(plainSections.failback, failback)),
    section('relays', words(plainSections.relays, relays)),
    ...(devices ?? []).map(device => section(`relay.${device.name}`, relayWords(settings, device))),
    section('hooks', words(plainSections.hooks, hooks)),
    ...alertSections(settings),
    plainSection('node', { secondary_file: settings.secondaryFile }),
    section('log', { ...words(plainSections.log, log), syslog: syslogWord(log.syslog) }),
    plainSection('control', {
      socket: settings.controlSocket,
      status_socket: settings.statusSocket ?? 'none',
    }),
    plainSection('state', { directory: settings.stateDirectory }),
    plainSection('http', {
      listen: settings.http.listen && hostPort(settings.http.listen),
      hosts: settings.http.hosts.join(', '),
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
  const { header, smtp } = alert
  const written = { header: header && `${header.name}: ${header.value}`, smtp: hostPort(smtp) }
  return [
    section('alert', { ...words(plainSections.alert, alert), ...written }),
    section('heartbeat', words(plainSections.heartbeat, heartbeat)),
  ]
}

function checkWords(check: CheckSettings): Words {
  return { type: check.type, ...words(checkRows[check.type], check) }
}

/** A word for each key of these rows: a setting is called as its key, in camel case, and with the unit of a time. */
function words(rows: Rows, settings: object): Words {
  const values = settings as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.keys(rows).map(key => {
      const name = key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
      const time = values[`${name}Ms`]
      return [key, time === undefined ? wordOf(values[name] ?? values[key]) : ms(Number(time))] as const
    }),
  )
}

function wordOf(value: unknown): Word {
  if (typeof value === 'boolean') return yesNo(value)
  if (Array.isArray(value)) return value.map(part => (Array.isArray(part) ? part.join('-') : part)).join(', ')
  return typeof value === 'string' || typeof value === 'number' ? value : null
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
