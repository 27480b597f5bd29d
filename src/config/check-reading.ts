import type { CheckSettings, CheckType } from '../core/settings.ts'
import { checkSchemas, readValues } from './berofosd-schema.ts'
import { checkRows, checkTypeRow } from './check-rows.ts'
import type { Section } from './ini-file.ts'
import type { Problem } from './problem.ts'
import { type Notes, readSection } from './section-reading.ts'
import type { NamedSection } from './sections.ts'
import { checkBuilders } from './settings-assembly.ts'

/** One [check.NAME]; null: there are problems, which are noted. */
export function readCheck(
  { name, section }: NamedSection,
  masterHost: string,
  notes: Notes,
): CheckSettings | null {
  const written = section.entries.find(({ key }) => key === 'type')
  const type = checkTypeRow.kind.read(written?.value ?? checkTypeRow.fallback ?? '')
  if (type.ok) return readTypedCheck(type.value, name, section, masterHost, notes)
  const line = written?.line ?? section.line
  if (!written?.broken) notes.problems.push({ line, section: section.name, key: 'type', what: type.wrong })
  return null
}

/** A file without any check gets one ping, with the defaults of its rows. */
export function defaultCheck(masterHost: string): CheckSettings {
  const { values } = readValues({ name: 'check.ping', line: null, entries: [] }, checkSchemas.ping)
  if (values === null) throw new Error('a default of a ping check does not fit its own row')
  return checkBuilders.ping('ping', values, masterHost)
}

/** Without a required check nothing would ever decide. */
export function noneRequired(checks: readonly NamedSection[]): Problem[] {
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
