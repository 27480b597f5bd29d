import { addresses } from './addresses.ts'

/** Section → key → value; null in place of a section leaves it out. */
export type Sections = Readonly<Record<string, Readonly<Record<string, string | number>> | null>>

/** berofosd.conf with short times, still long enough for a busy machine: a silent master is down after 1.4 s. */
export function slaveConf(changes: Sections = {}): string {
  const sections: Record<string, Readonly<Record<string, string | number>> | null> = { ...pace }
  for (const [name, keys] of Object.entries(changes))
    sections[name] = keys === null ? null : { ...sections[name], ...keys }
  const texts = Object.entries(sections).map(([name, keys]) => (keys === null ? '' : sectionText(name, keys)))
  return texts.join('\n')
}

const pace: Sections = {
  master: { host: addresses.master },
  'check.ping': { type: 'ping', interval: '200ms', timeout: '400ms', fall: 5, rise: 3 },
  isolation: { witness: addresses.gateway },
  failback: { stable_for: '1s', flap_limit: 100 },
  relays: { timeout: '2s', audit_interval: '1s', retry: '200ms', retry_max: '1s' },
}

function sectionText(name: string, keys: Readonly<Record<string, string | number>>): string {
  return [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ''].join('\n')
}
