import { everyWatchdog, type WatchdogFirmware } from '../../src/simulator/watchdog-firmware.ts'
import type { Random } from '../helpers/random.ts'

/** What the files of a simulated site say, as values that texts are made of. Durations are seconds. */
export interface Site {
  readonly checks: readonly SiteCheck[]
  readonly witnesses: number
  readonly failback: {
    readonly policy: 'auto' | 'window' | 'manual'
    readonly stableS: number
    readonly windowHour: number
    readonly windowLengthS: number
    readonly ready: boolean
    readonly readyDeadlineS: number
    readonly flapLimit: number
    readonly flapWindowS: number
  }
  readonly relays: { timeoutS: number; auditS: number; retryS: number; retryMaxS: number }
  readonly devices: readonly { readonly name: string; readonly invert: boolean }[]
  readonly hooks: readonly string[]
  readonly hookTimeoutS: number
  readonly secondary: boolean
  /** One server in front of a PBX; absent: two servers. */
  readonly bypass?: SiteBypass
}

/** The defaults of the configuration. */
export const defaults: Pick<Site, 'failback' | 'relays'> = {
  failback: {
    policy: 'auto',
    stableS: 60,
    windowHour: 2,
    windowLengthS: 7200,
    ready: false,
    readyDeadlineS: 0,
    flapLimit: 3,
    flapWindowS: 3600,
  },
  relays: { timeoutS: 3, auditS: 10, retryS: 1, retryMaxS: 30 },
}

/** What is of such a site alone. */
export interface SiteBypass {
  readonly kickS: number
  readonly watchdogS: number
  readonly firmware: WatchdogFirmware
}

/** All devices that there are; a site has some of them. */
export const deviceNames: readonly string[] = ['fos1', 'fos2', 'fos3', 'fos4', 'fos5', 'fos6']

/** How much slower than usual a site is: its checks, audits and waits. What happens to it is slower as well. */
export type Pace = 1 | 10 | 60

export interface SiteCheck {
  readonly name: string
  readonly type: 'ping' | 'tcp' | 'sip'
  readonly intervalS: number
  /** While it fails; absent: as ever. */
  readonly fastMs?: number
  readonly timeoutS: number
  readonly fall: number
  readonly rise: number
  readonly required: boolean
}

export const files = {
  configFile: '/etc/berofosd.conf',
  bnfosFile: '/etc/bnfos.conf',
  secondary: '/var/lib/wazo/is-secondary',
  state: '/var/lib/berofosd/state.json',
  history: '/var/lib/berofosd/history.json',
} as const

const hookNames = ['before_slave', 'after_slave', 'before_master', 'after_master']

export function drawSite(random: Random, pace: Pace): Site {
  const timeoutS = random.pick([1, 2, 3])
  return {
    checks: drawChecks(random, pace),
    witnesses: random.between(0, 2),
    failback: {
      policy: random.pick(['auto', 'auto', 'auto', 'window', 'manual']),
      stableS: random.pick([0, 10, 60, 120]) * pace,
      windowHour: random.between(0, 23),
      windowLengthS: random.pick([1800, 7200]),
      ready: random.chance(0.3),
      readyDeadlineS: random.pick([0, 60, 300]) * pace,
      flapLimit: random.pick([0, 2, 3]),
      flapWindowS: random.pick([600, 3600]) * pace,
    },
    relays: {
      timeoutS,
      auditS: random.pick([10, 30, 60]) * pace,
      retryS: pace,
      retryMaxS: random.pick([5, 30]) * pace,
    },
    devices: deviceNames
      .slice(0, random.between(1, deviceNames.length))
      .map(name => ({ name, invert: random.chance(0.2) })),
    hooks: hookNames.filter(() => random.chance(0.25)),
    hookTimeoutS: random.pick([5, 30]),
    // Such a file is looked for each second.
    secondary: random.chance(0.3) && pace === 1,
  }
}

/** One server in front of a PBX. Its checks ask for more than a ping, and every line has the server on B. */
export function drawBypassSite(random: Random, pace: Pace): Site {
  const site = drawSite(random, pace)
  const kickS = random.pick([1, 2, 5]) * pace
  const checks = drawChecks(random, pace, ['sip', 'tcp', 'ping'])
  return {
    ...site,
    checks: checks.map((check, index) => ({ ...check, required: index === 0 || check.required })),
    witnesses: 0,
    devices: site.devices.slice(0, 3).map(({ name }) => ({ name, invert: false })),
    secondary: false,
    bypass: { kickS, watchdogS: kickS * random.pick([4, 12]), firmware: random.pick(everyWatchdog()) },
  }
}

function drawChecks(
  random: Random,
  pace: Pace,
  types: readonly SiteCheck['type'][] = ['ping', 'sip', 'tcp'],
): SiteCheck[] {
  const many = random.pick([1, 1, 2, 3])
  return types.slice(0, many).map((type, index) => {
    const intervalS = random.pick([1, 5, 10, 20]) * pace
    return {
      name: type,
      type,
      intervalS,
      timeoutS: random.pick([1, 2]),
      fall: random.pick([1, 2, 3, 5]),
      rise: random.pick([1, 2, 3, 5]),
      required: index === 0 || random.chance(0.7),
    }
  })
}

/** The next version of the files, as an operator would write it before a reload. */
export function editSite(site: Site, random: Random, pace: Pace): Site {
  const other = site.bypass ? drawBypassSite(random, pace) : drawSite(random, pace)
  return random.pick<() => Site>([
    () => ({ ...site, checks: other.checks }),
    () => ({ ...site, failback: other.failback }),
    () => ({ ...site, relays: other.relays }),
    () => ({ ...site, hooks: other.hooks }),
    () => ({ ...site, devices: site.devices.length > 1 ? site.devices.slice(1) : other.devices }),
    () => ({ ...site, secondary: pace === 1 && !site.secondary && !site.bypass }),
    () => site,
  ])()
}

export const witnessHosts = ['192.0.2.1', '192.0.2.2']

export function configText(site: Site): string {
  const { failback, relays } = site
  const sections: [string, Record<string, unknown>][] = [
    ...partiesOf(site),
    ...(site.checks.map(
      ({ name, type, intervalS, fastMs, timeoutS, fall, rise, required }): [string, object] => [
        `check.${name}`,
        {
          type,
          ...(type === 'tcp' ? { port: 22 } : {}),
          interval: `${intervalS}s`,
          ...(fastMs === undefined ? {} : { fast_interval: `${fastMs}ms` }),
          timeout: `${timeoutS}s`,
          fall,
          rise,
          required: required ? 'yes' : 'no',
        },
      ],
    ) as [string, Record<string, unknown>][]),
    [
      'failback',
      {
        policy: failback.policy,
        stable_for: `${failback.stableS}s`,
        window: `0 ${failback.windowHour} * * *`,
        window_length: `${failback.windowLengthS}s`,
        ready_command: failback.ready ? 'ready' : '',
        ready_deadline: `${failback.readyDeadlineS}s`,
        flap_limit: failback.flapLimit,
        flap_window: `${failback.flapWindowS}s`,
      },
    ],
    [
      'relays',
      {
        timeout: `${relays.timeoutS}s`,
        audit_interval: `${relays.auditS}s`,
        retry: `${relays.retryS}s`,
        retry_max: `${relays.retryMaxS}s`,
      },
    ],
    ...site.devices
      .filter(({ invert }) => invert)
      .map(({ name }): [string, Record<string, unknown>] => [`relay.${name}`, { invert: 'yes' }]),
    [
      'hooks',
      { ...Object.fromEntries(site.hooks.map(name => [name, name])), timeout: `${site.hookTimeoutS}s` },
    ],
    ['node', { secondary_file: site.secondary ? files.secondary : '' }],
  ]
  const lines = sections.flatMap(([name, values]) => [
    `[${name}]`,
    ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
    '',
  ])
  return lines.join('\n')
}

/** Who is there besides this node. */
function partiesOf({ witnesses, bypass }: Site): [string, Record<string, unknown>][] {
  if (bypass)
    return [
      ['site', { kind: 'bypass' }],
      ['bypass', { kick: `${bypass.kickS}s`, watchdog: `${bypass.watchdogS}s` }],
    ]
  return [
    ['master', { host: '192.0.2.10' }],
    ['isolation', { witness: witnessHosts.slice(0, witnesses).join(', ') }],
  ]
}

/** What bnfos.conf says of a device. */
export function macOf(name: string): string {
  return `00:19:32:00:00:0${name.slice(3)}`
}

export function bnfosText({ devices }: Site): string {
  const sections = devices.map(({ name }) => {
    const number = name.slice(3)
    return `[${name}]\nmac = ${macOf(name)}\nhost = 192.0.2.10${number}\n`
  })
  return sections.join('\n')
}
