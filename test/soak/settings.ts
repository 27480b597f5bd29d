import { worstCaseDetectionMs } from '../../src/core/worst-case.ts'
import type { Facts } from './scene.ts'

/** The daemon's configuration in a soak: everything short, and long enough for a machine with other work. */

interface RelayRow {
  readonly name: string
  readonly host: string
  readonly auth: 'none' | 'basic' | 'digest'
  readonly firmware: string
  /** The master sits on D. */
  readonly invert: boolean
}

/** One of each kind. The addresses are of this soak alone. */
export const relayRows: readonly RelayRow[] = [
  { name: 'fos1', host: '127.0.77.1', auth: 'none', firmware: '1.53', invert: false },
  { name: 'fos2', host: '127.0.77.2', auth: 'basic', firmware: '1.53', invert: false },
  { name: 'fos3', host: '127.0.77.3', auth: 'digest', firmware: '1.53', invert: false },
  { name: 'fos4', host: '127.0.77.4', auth: 'none', firmware: '1.33', invert: true },
]
export const masterAddress = '127.0.77.100'

export const facts: Facts = {
  checks: {
    web: { type: 'http', intervalMs: 100, timeoutMs: 500, fall: 3, rise: 2 },
    sip: { type: 'sip', intervalMs: 150, timeoutMs: 500, fall: 4, rise: 3 },
  },
  stableForMs: 800,
  inverted: relayRows.filter(({ invert }) => invert).map(({ name }) => name),
}

const relayTimeoutMs = 500
const auditMs = 250
const retryMaxMs = 400
const hookTimeoutMs = 700
/** before_master called a failback off: src/core/failback.ts asks again no sooner. */
const calledOffMs = 10_000
/** From SIGTERM to SIGKILL of a hook: src/system/run-command.ts. */
const hookKillMs = 2000

/** From the moment that all is well: the longest until lines and relays have to be where they belong. */
export function longestUnrestMs(): number {
  const detection = Math.max(...Object.values(facts.checks).map(worstCaseDetectionMs))
  const rising = Math.max(
    ...Object.values(facts.checks).map(c => (c.rise + 1) * Math.max(c.intervalMs, c.timeoutMs)),
  )
  const move = 2 * (hookTimeoutMs + hookKillMs) + retryMaxMs + 4 * relayTimeoutMs + auditMs
  const awaited = detection + rising + facts.stableForMs + calledOffMs + 2 * move
  // Processes of a busy machine start and run late.
  return awaited + 5000
}

export type Sections = Readonly<Record<string, Readonly<Record<string, string | number>>>>

export interface Places {
  readonly directory: string
  readonly socket: string
  readonly ports: Readonly<Record<'tcp' | 'http' | 'sip', number>>
  readonly relayPorts: Readonly<Record<string, number>>
}

/** berofosd.conf; `changes` replace keys. */
export function berofosdConf(places: Places, changes: Sections = {}): string {
  const base = baseSections(places)
  const names = [...new Set([...Object.keys(base), ...Object.keys(changes)])]
  return iniText(Object.fromEntries(names.map(name => [name, { ...base[name], ...changes[name] }])))
}

export function bnfosConf(): string {
  return iniText(
    Object.fromEntries(
      relayRows.map(({ name, host, auth }) => [
        name,
        { host, ...(auth === 'none' ? {} : { login: 'admin:secret' }) },
      ]),
    ),
  )
}

function baseSections({ directory, socket, ports, relayPorts }: Places): Sections {
  const { web, sip } = facts.checks
  const pace = ({ intervalMs, timeoutMs, fall, rise }: typeof web) => ({
    interval: `${intervalMs}ms`,
    timeout: `${timeoutMs}ms`,
    fall,
    rise,
  })
  const hook = (name: string) => `. ${directory}/hooks/${name}`
  return {
    master: { host: masterAddress },
    'check.web': { type: 'http', url: `http://${masterAddress}:${ports.http}/`, ...pace(web) },
    'check.sip': { type: 'sip', port: ports.sip, ...pace(sip) },
    'check.ssh': {
      type: 'tcp',
      port: ports.tcp,
      interval: '250ms',
      timeout: '300ms',
      fall: 2,
      required: 'no',
    },
    failback: { stable_for: `${facts.stableForMs}ms`, flap_limit: 0 },
    relays: {
      timeout: `${relayTimeoutMs}ms`,
      audit_interval: `${auditMs}ms`,
      retry: '100ms',
      retry_max: `${retryMaxMs}ms`,
    },
    hooks: {
      before_slave: hook('before_slave'),
      after_slave: hook('after_slave'),
      before_master: hook('before_master'),
      after_master: hook('after_master'),
      timeout: `${hookTimeoutMs}ms`,
    },
    node: { secondary_file: `${directory}/is-secondary` },
    log: { syslog: socket, remind: '*/20 * * * * *' },
    control: { socket: `${directory}/control.sock` },
    state: { directory: `${directory}/disk/state` },
    ...Object.fromEntries(
      relayRows.map(({ name, invert }) => [
        `relay.${name}`,
        { port: relayPorts[name] ?? 80, invert: invert ? 'yes' : 'no' },
      ]),
    ),
  }
}

/** Other files that are as good; none lets the daemon decide sooner than the facts say. */
export const goodChanges: readonly Sections[] = [
  {},
  { relays: { audit_interval: '400ms' } },
  { relays: { timeout: '900ms' }, log: { level: 'debug' } },
  { failback: { stable_for: '1500ms' } },
  { failback: { flap_limit: 2, flap_window: '20s' } },
  { failback: { policy: 'manual' } },
  { failback: { ready_command: 'exit 1' } },
  { hooks: { before_slave: '', after_slave: '', before_master: '', after_master: '' } },
  { 'check.web': { fall: 5 } },
  { 'check.extra': { type: 'tcp', port: 9, required: 'no', interval: '200ms', timeout: '200ms' } },
]

/** Files with a mistake. */
export const badTexts: readonly string[] = [
  '',
  '[master\nhost = 127.0.0.1\n',
  '[master]\nhost = 127.0.0.1\n[relays]\nno_such_key = 1\n',
  '[master]\nhost = 127.0.0.1\n[relays]\ntimeout = soon\n',
  '\u0000\u0001\u0002',
]

function iniText(sections: Sections): string {
  return Object.entries(sections)
    .map(([name, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${value}`)
      return [`[${name}]`, ...lines, ''].join('\n')
    })
    .join('\n')
}
