import type { CheckType } from '../core/settings.ts'
import * as alerts from './alert-rows.ts'
import { checkRows, checkTypes } from './check-rows.ts'
import type { Section } from './ini-file.ts'
import { nearestName, suggestion } from './nearest-name.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './row.ts'
import * as rows from './rows.ts'
import { command, neededCommand } from './value-kinds.ts'

/** The sections that occur at most once, in the order of the reference. */
export const plainSections = {
  site: rows.siteRows,
  master: rows.masterRows,
  isolation: rows.isolationRows,
  failback: rows.failbackRows,
  relays: rows.relaysRows,
  bypass: rows.bypassRows,
  hooks: rows.hooksRows,
  alert: alerts.alertRows,
  heartbeat: alerts.heartbeatRows,
  node: rows.nodeRows,
  log: rows.logRows,
  control: rows.controlRows,
  state: rows.stateRows,
  http: rows.httpRows,
} as const satisfies Record<string, Rows>

export type PlainName = keyof typeof plainSections

/** A [check.NAME] or [relay.NAME]. */
export interface NamedSection {
  readonly name: string
  readonly section: Section
}

/** Every section of the file at its place; what has none is a problem. */
export interface SortedSections {
  readonly plain: ReadonlyMap<PlainName, Section>
  readonly checks: readonly NamedSection[]
  readonly relays: readonly NamedSection[]
  readonly problems: readonly Problem[]
}

export function sortSections(sections: readonly Section[]): SortedSections {
  const plain = new Map<PlainName, Section>()
  const named: Record<'check' | 'relay', NamedSection[]> = { check: [], relay: [] }
  const problems: Problem[] = []
  for (const section of mergedByName(sections)) {
    const parts = /^(check|relay)\.([A-Za-z0-9][\w-]{0,31})$/.exec(section.name)
    if (isPlain(section.name)) plain.set(section.name, section)
    else if (parts?.[1] === 'check' || parts?.[1] === 'relay')
      named[parts[1]].push({ name: parts[2] ?? '', section })
    else problems.push(unknownSection(section))
  }
  return { plain, checks: named.check, relays: named.relay, problems }
}

/** Problems for keys that the section does not have; `type` is that of a check. */
export function unknownKeys(
  section: Pick<Section, 'name' | 'entries'>,
  known: Rows,
  type?: CheckType,
): Problem[] {
  const keys = Object.keys(known)
  const expected = keys.length === 1 ? `${keys[0]}` : `one of ${keys.join(', ')}`
  return section.entries
    .filter(({ key }) => !Object.hasOwn(known, key))
    .map(({ key, line }) => {
      const owners =
        type === undefined ? [] : checkTypes.filter(owner => Object.hasOwn(checkRows[owner], key))
      const what =
        owners.length > 0 ? ofAnotherType(type, owners) : `unknown key${suggestion(key, keys, expected)}`
      return { line, section: section.name, key, what }
    })
}

function ofAnotherType(type: CheckType | undefined, owners: readonly CheckType[]): string {
  return `not a key of type = ${type}, expected only with type = ${owners.join(', ')}`
}

/** A command that seems to end at a comment may have lost its end: `a ; b`. */
export function cutCommands(section: Pick<Section, 'name' | 'entries'>, known: Rows): Problem[] {
  const isCommand = (key: string) => known[key]?.kind === command || known[key]?.kind === neededCommand
  return section.entries
    .filter(({ key, commented, value }) => isCommand(key) && commented && value !== '')
    .map(({ key, line }) => ({ line, section: section.name, key, what: cutCommand }))
}

const cutCommand =
  'what follows a blank and ; or # was taken for a comment, put quotes around the whole value if it belongs to the command'

/** A section that occurs again adds its keys to the first, so that nothing is reported missing twice over. */
function mergedByName(sections: readonly Section[]): Section[] {
  const byName = new Map<string, Section>()
  for (const section of sections) {
    const first = byName.get(section.name)
    const entries = [...(first?.entries ?? []), ...section.entries]
    byName.set(section.name, { ...(first ?? section), entries })
  }
  return [...byName.values()]
}

function isPlain(name: string): name is PlainName {
  return Object.hasOwn(plainSections, name)
}

function unknownSection({ name, line }: Section): Problem {
  return { line, section: name, what: `unknown section${betterSection(name)}` }
}

const allNames = [...Object.keys(plainSections), 'check.NAME', 'relay.NAME']
const expectedSections = `one of ${allNames.map(name => `[${name}]`).join(', ')}`

function betterSection(name: string): string {
  const [family = '', ...rest] = name.split('.')
  const nearFamily = nearestName(family, ['check', 'relay'])
  const member = rest.join('.')
  if (nearFamily === family && member !== '')
    return `, expected a name of letters, digits, - and _ after ${family}., at most 32`
  if (nearFamily !== null && member !== '' && /^\w[\w-]{0,31}$/.test(member))
    return `, did you mean [${nearFamily}.${member}]?`
  const near = nearestName(name, allNames) ?? (family === 'check' ? 'check.NAME' : null)
  return near === null ? `, expected ${expectedSections}` : `, did you mean [${near}]?`
}
