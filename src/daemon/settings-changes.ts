import { isDeepStrictEqual } from 'node:util'
import type { RelayLine } from '../core/relay/relay-lines.ts'
import { isMasterless, passiveLine } from '../core/secondary.ts'
import type { Settings } from '../core/settings.ts'

/** Which part of the files each setting comes from; checks and devices are called one by one. */
const partOf: Readonly<Record<Exclude<keyof Settings, 'checks' | 'devices'>, string>> = {
  site: '[site]',
  master: '[master]',
  idleFor: '[master]',
  wazo: 'ha.conf',
  witnesses: '[isolation]',
  failback: '[failback]',
  relays: '[relays]',
  hooks: '[hooks]',
  alert: '[alert]',
  heartbeat: '[heartbeat]',
  secondaryFile: '[node]',
  log: '[log]',
  controlSocket: '[control]',
  statusSocket: '[control]',
  stateDirectory: '[state]',
  http: '[http]',
}

/** What a reload has changed, in words: `[failback]`, `[check.sip]`, `device fos3 (new)`. */
export function changesBetween(before: Settings, after: Settings): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Settings>
  const changed = [...keys].flatMap(key => {
    if (isDeepStrictEqual(before[key], after[key])) return []
    if (key === 'checks') return named(before.checks, after.checks, name => `[check.${name}]`)
    if (key === 'devices') return devicesChanged(before, after)
    return [partOf[key]]
  })
  return [...new Set(changed)]
}

/** An empty bnfos.conf is taken as meant at a start, and as a mistake where devices were in it; null: there is none. */
export function missingIn(next: Settings, present: Settings, bnfosFile: string): string | null {
  const lost = next.devices?.length === 0 && (present.devices?.length ?? 0) > 0
  return lost ? `${bnfosFile}: names no device, expected a section such as [fos1]` : null
}

function devicesChanged({ devices: before }: Settings, { devices: after }: Settings): string[] {
  if (after === null) return ['bnfos.conf is gone']
  return named(before ?? [], after, name => `device ${name}`)
}

interface Named {
  readonly name: string
}

function named(before: readonly Named[], after: readonly Named[], call: (name: string) => string): string[] {
  const earlier = new Map(before.map(each => [each.name, each]))
  const later = new Set(after.map(({ name }) => name))
  const gone = before.filter(({ name }) => !later.has(name)).map(({ name }) => `${call(name)} (gone)`)
  const others = after
    .filter(each => !isDeepStrictEqual(each, earlier.get(each.name)))
    .map(({ name }) => call(name) + (earlier.has(name) ? '' : ' (new)'))
  return [...others, ...gone]
}

type News = Pick<RelayLine, 'severity' | 'text'>

/** What an operator has to hear of the change from one look at ha.conf to the next. Pure. */
export function wazoNews(before: Settings, after: Settings): News[] {
  return [...masterNews(before, after), ...secondaryNews(before, after)]
}

function masterNews(before: Settings, { wazo, ...after }: Settings): News[] {
  if (!wazo) return []
  const settings = { ...after, wazo }
  const { said, master } = wazo
  const known = before.wazo?.master ?? null
  // That the node becomes passive, the decision says itself.
  if (isMasterless(settings))
    return known === null && textOf(before) !== textOf(settings) ? [passiveLine(settings)] : []
  if (said.is !== 'slave') {
    const text = `${said.what}: the master stays ${master} until it can be read again; ${said.cure}`
    return before.wazo?.said.is === said.is ? [] : [{ severity: 'warning', text }]
  }
  const was = known === null || known === master ? '' : `, it was ${known}`
  const again = known === master ? 'can be read again, ' : ''
  const changed = known !== master || before.wazo?.said.is !== 'slave'
  return changed ? [{ severity: 'info', text: `${said.file}: ${again}the master is ${master}${was}` }] : []
}

function textOf(settings: Settings): string | null {
  return isMasterless(settings) ? passiveLine(settings).text : null
}

function secondaryNews({ secondaryFile: was }: Settings, { secondaryFile: is, wazo }: Settings): News[] {
  if (!wazo?.ownSecondaryFile || was === is) return []
  const text = is === null ? `acting without ${was}: its directory is gone` : `acting only while ${is} exists`
  return [{ severity: 'info', text }]
}
