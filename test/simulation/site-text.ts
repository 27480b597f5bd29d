import { roleOf } from '../../src/core/role.ts'
import { siteWords } from '../../src/core/site-words.ts'
import type { Plan } from './plan.ts'
import type { Site } from './site.ts'

/** What a site is, in a few lines: the head of a story. Durations are those of its files. */
export function siteText({ seed, site, pace }: Plan): string {
  const { devices, checks, failback, hooks, bypass, witnesses, relays } = site
  const inverted = devices.filter(({ invert }) => invert).map(({ name }) => name)
  const kind = bypass
    ? `one server in front of a PBX, kick ${bypass.kickS}s, watchdog ${bypass.watchdogS}s, firmware ${Object.entries(
        bypass.firmware,
      )
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`
    : `two servers, ${witnesses} witnesses`
  const lines = [
    `seed ${seed}: ${kind}`,
    `relays: ${devices.map(({ name }) => name).join(' ')}; inverted: ${orNone(inverted)}; audit ${relays.auditS}s`,
    ...checks.map(
      ({ name, intervalS, fall, rise, required }) =>
        `check ${name}: every ${intervalS}s, fall ${fall}, rise ${rise}${required ? '' : ', not required'}`,
    ),
    `failback: ${failback.policy}, stable_for ${failback.stableS}s, flap_limit ${failback.flapLimit}${
      failback.ready ? ', ready_command' : ''
    }; hooks: ${orNone(hooks)}`,
    ...(pace === 1 ? [] : [`pace: all times, also of what happens, are ${pace} times the usual`]),
  ]
  return lines.join('\n')
}

/** `the slave`; null: the site has no such relay now. */
export function placeText({ devices, bypass }: Site, relay: string, mode: 0 | 1): string | null {
  const device = devices.find(({ name }) => name === relay)
  return device === undefined
    ? null
    : `the ${siteWords(bypass ? 'bypass' : 'pair').role[roleOf(mode, device.invert)]}`
}

function orNone(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(' ')
}
