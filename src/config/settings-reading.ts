import type { CheckSettings, CheckType, DeviceSettings, Settings } from '../core/settings.ts'
import {
  checkSchemas,
  type PlainValues,
  plainSchemas,
  type RelayValues,
  readValues,
  relaySchema,
  type SectionSchema,
} from './berofosd-schema.ts'
import type { Section } from './ini-file.ts'
import { suggestion } from './nearest-name.ts'
import type { Problem } from './problem.ts'
import { checkRows, checkTypeRow, type Rows, relayRows } from './rows.ts'
import {
  cutCommands,
  type NamedSection,
  type PlainName,
  plainSections,
  sortSections,
  unknownKeys,
} from './sections.ts'
import { assembleSettings, checkBuilders, withRelays } from './settings-assembly.ts'

/** What was found besides the values. */
export interface Notes {
  readonly problems: Problem[]
  readonly warnings: Problem[]
}

/** The devices of bnfos.conf; null: there is no such file; unreadable: nothing is known of them. */
export type KnownDevices = readonly DeviceSettings[] | null | 'unreadable'

/** What the sections of berofosd.conf mean; `settings` is null when there are problems. */
export function readSettings(
  sections: readonly Section[],
  devices: KnownDevices,
): Notes & { settings: Settings | null } {
  const sorted = sortSections(sections)
  const notes: Notes = { problems: [...sorted.problems], warnings: [] }
  const plain = readPlain(sorted.plain, notes)
  const masterHost = plain?.master.host ?? ''
  const checks = sorted.checks.map(check => readCheck(check, masterHost, notes))
  notes.problems.push(...noneRequired(sorted.checks))
  const relays = readRelays(sorted.relays, devices, notes)
  if (plain === null || notes.problems.length > 0) return { settings: null, ...notes }
  const found = checks.filter(check => check !== null)
  const complete = found.length > 0 ? found : [defaultCheck(masterHost)]
  const devicesSeen = devices === null || devices === 'unreadable' ? null : withRelays(devices, relays)
  return { settings: assembleSettings(plain, complete, devicesSeen), ...notes }
}

interface AnySection extends Omit<Section, 'line'> {
  readonly line: number | null
}

function readSection<V>(
  section: AnySection,
  rows: Rows,
  schema: SectionSchema<V>,
  notes: Notes,
  type?: CheckType,
): V | null {
  const { values, problems } = readValues(section, schema)
  for (const problem of [...unknownKeys(section, rows, type), ...problems]) notes.problems.push(problem)
  for (const warning of cutCommands(section, rows)) notes.warnings.push(warning)
  return values
}

function readPlain(found: ReadonlyMap<PlainName, Section>, notes: Notes): PlainValues | null {
  const names = Object.keys(plainSections) as PlainName[]
  const read = names.map(name => {
    const section = found.get(name) ?? { name, line: null, entries: [] }
    return [name, readSection<unknown>(section, plainSections[name], plainSchemas[name], notes)] as const
  })
  if (read.some(([, values]) => values === null)) return null
  return Object.fromEntries(read) as PlainValues
}

function readCheck({ name, section }: NamedSection, masterHost: string, notes: Notes): CheckSettings | null {
  const written = section.entries.find(({ key }) => key === 'type')
  const type = checkTypeRow.kind.read(written?.value ?? checkTypeRow.fallback ?? '')
  if (type.ok) return readTypedCheck(type.value, name, section, masterHost, notes)
  const line = written?.line ?? section.line
  if (!written?.broken) notes.problems.push({ line, section: section.name, key: 'type', what: type.wrong })
  return null
}

function readTypedCheck<T extends CheckType>(
  type: T,
  name: string,
  section: Section,
  masterHost: string,
  notes: Notes,
): CheckSettings | null {
  const rows = { type: checkTypeRow, ...checkRows[type] }
  const values = readSection(section, rows, checkSchemas[type], notes, type)
  return values === null ? null : checkBuilders[type](name, values, masterHost)
}

/** A file without any check gets one ping, with the defaults of its rows. */
function defaultCheck(masterHost: string): CheckSettings {
  const { values } = readValues({ name: 'check.ping', line: null, entries: [] }, checkSchemas.ping)
  if (values === null) throw new Error('a default of a ping check does not fit its own row')
  return checkBuilders.ping('ping', values, masterHost)
}

/** Without a required check nothing would ever decide. */
function noneRequired(checks: readonly NamedSection[]): Problem[] {
  const switches = checks.map(({ section }) => ({
    section,
    written: section.entries.find(({ key }) => key === 'required'),
  }))
  const off = ({ written }: (typeof switches)[number]) => {
    const read = checkRows.ping.required.kind.read(written?.value ?? 'yes')
    return read.ok && !read.value
  }
  const [first] = switches
  if (first === undefined || !switches.every(off)) return []
  const what = 'no check is required, expected at least one with required = yes'
  return [
    { line: first.written?.line ?? first.section.line, section: first.section.name, key: 'required', what },
  ]
}

function readRelays(relays: readonly NamedSection[], devices: KnownDevices, notes: Notes) {
  const read = new Map<string, RelayValues>()
  const names = devices === 'unreadable' ? null : (devices?.map(({ name }) => name) ?? null)
  for (const { name, section } of relays) {
    const values = readSection(section, relayRows, relaySchema, notes)
    if (values !== null) read.set(name, values)
    if (names?.includes(name) ?? /^fos\d+$/.test(name)) continue
    const known = names ?? []
    const expected = known.length > 0 ? `one of ${known.join(', ')}` : 'fos and a number, as in bnfos.conf'
    const hint = suggestion(name, known, expected)
    notes.problems.push({
      line: section.line,
      section: section.name,
      what: `bnfos.conf has no such device${hint}`,
    })
  }
  return read
}
