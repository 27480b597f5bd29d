import { type CheckSettings, requiredTypes, seesTelephony } from '../core/settings.ts'
import type { Section } from './ini-file.ts'
import type { Problem } from './problem.ts'
import { siteRows } from './rows.ts'
import type { NamedSection, SortedSections } from './sections.ts'

export type SiteKind = 'pair' | 'bypass'

/** Whom the checks of a bypass ask that name no host: the server is this very node. */
export const ownHost = '127.0.0.1'

/** The kind of site; one that makes no sense is a problem of its own and counts as a pair. */
export function siteKindOf(sections: readonly Section[]): SiteKind {
  const entries = sections.filter(({ name }) => name === 'site').flatMap(section => section.entries)
  const written = entries.find(({ key }) => key === 'kind')?.value ?? siteRows.kind.fallback ?? ''
  const read = siteRows.kind.kind.read(written)
  return read.ok ? read.value : 'pair'
}

/** Sections and keys that belong to the other kind of site: each is a mistake of who wrote it. */
export function misplaced(kind: SiteKind, sorted: SortedSections): Problem[] {
  if (kind === 'pair') return sectionsOf(sorted, { bypass: 'kind = pair' })
  const unused = sectionsOf(sorted, {
    master: 'kind = bypass, where the server is this node',
    isolation: 'kind = bypass, where a device that is cut off bypasses by itself',
  })
  return [
    ...unused,
    ...keyIs(sorted.plain.get('node'), 'secondary_file', value => value !== '', 'there is no second server'),
    ...sorted.relays.flatMap(({ section }) => keyIs(section, 'invert', isYes, 'the PBX is always on D')),
  ]
}

/** A ping of this node always answers: a check that sees telephony has to be there, and has to decide. */
export function nothingAsked(
  checks: readonly NamedSection[],
  read: readonly (CheckSettings | null)[],
): Problem[] {
  const isOpen = read.some(check => check === null || seesTelephony(check))
  if (isOpen) return []
  const [first] = checks
  if (first === undefined)
    return [{ line: null, what: 'no check, expected a [check.NAME] that asks the telephony of this node' }]
  const types = requiredTypes(read.filter((check): check is CheckSettings => check !== null))
  // Where none is required, that is a problem of its own.
  if (types === '') return []
  const what = `${types} alone says nothing of the telephony of this node, expected a required check of another type`
  return [{ line: first.section.line, section: first.section.name, what }]
}

/** The watchdog has to outlast its kicks, and the device counts whole seconds. */
export function watchdogProblems(
  { kick, watchdog }: { readonly kick: number; readonly watchdog: number },
  section: Section | undefined,
): Problem[] {
  const line = section?.entries.find(({ key }) => key === 'watchdog')?.line ?? section?.line ?? null
  const problem = (what: string) => [{ line, section: 'bypass', key: 'watchdog', what }]
  if (watchdog % 1000 !== 0) return problem('not in whole seconds, which is what the device counts')
  return watchdog > kick ? [] : problem('not longer than kick, expected time for several kicks')
}

function sectionsOf({ plain }: SortedSections, why: Readonly<Record<string, string>>): Problem[] {
  return [...plain].flatMap(([name, { line }]) => {
    const where = why[name]
    return where === undefined
      ? []
      : [{ line, section: name, what: `of no use with [site] ${where}, expected no such section` }]
  })
}

function keyIs(section: Section | undefined, key: string, isWrong: (value: string) => boolean, why: string) {
  const entry = section?.entries.find(each => each.key === key)
  if (!section || !entry || !isWrong(entry.value)) return []
  const what = `of no use with [site] kind = bypass, where ${why}, expected no such key`
  return [{ line: entry.line, section: section.name, key, what }]
}

function isYes(value: string): boolean {
  return !/^(?:no|false|off|0)$/i.test(value)
}
