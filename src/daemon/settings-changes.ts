import { isDeepStrictEqual } from 'node:util'
import type { Settings } from '../core/settings.ts'

/** Which part of the files each setting comes from; what is not listed is called by its own name. */
const sectionOf: Readonly<Partial<Record<keyof Settings, string>>> = {
  witnesses: '[isolation]',
  secondaryFile: '[node]',
  controlSocket: '[control]',
  stateDirectory: '[state]',
  httpListen: '[http]',
}

/** What a reload has changed, in words: `[failback]`, `[check.sip]`, `device fos3 (new)`. */
export function changesBetween(before: Settings, after: Settings): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Settings>
  const changed = [...keys].flatMap(key => {
    if (isDeepStrictEqual(before[key], after[key])) return []
    if (key === 'checks') return named(before.checks, after.checks, name => `[check.${name}]`)
    if (key === 'devices') return devicesChanged(before, after)
    return [sectionOf[key] ?? `[${key}]`]
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
