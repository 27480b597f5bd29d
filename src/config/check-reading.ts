import type { CheckSettings } from '../core/settings.ts'
import { checkSchema, type Notes, readSection, readValues } from './berofosd-schema.ts'
import { checkFrom, checkRows, checkTypeRow, commonCheckRows } from './check-rows.ts'
import type { Problem } from './problem.ts'
import type { NamedSection } from './sections.ts'

/** One [check.NAME]; null: there are problems, which are noted. */
export function readCheck(
  { name, section }: NamedSection,
  masterHost: string,
  notes: Notes,
): CheckSettings | null {
  const written = section.entries.find(({ key }) => key === 'type')
  const type = checkTypeRow.kind.read(written?.value ?? checkTypeRow.fallback ?? '')
  if (type.ok) {
    const rows = { type: checkTypeRow, ...checkRows[type.value] }
    const values = readSection(section, rows, checkSchema(type.value), notes, type.value)
    return values && checkFrom(type.value, name, values, masterHost)
  }
  const line = written?.line ?? section.line
  if (!written?.broken) notes.problems.push({ line, section: section.name, key: 'type', what: type.wrong })
  return null
}

/** A file without any check gets one ping, with the defaults of its rows. */
export function defaultCheck(masterHost: string): CheckSettings {
  const { values } = readValues({ name: 'check.ping', line: null, entries: [] }, checkSchema('ping'))
  if (values === null) throw new Error('a default of a ping check does not fit its own row')
  return checkFrom('ping', 'ping', values, masterHost)
}

/** Without a required check nothing would ever decide. */
export function noneRequired(checks: readonly NamedSection[]): Problem[] {
  const switches = checks.map(({ section }) => ({
    section,
    written: section.entries.find(({ key }) => key === 'required'),
  }))
  const off = ({ written }: (typeof switches)[number]) => {
    const read = commonCheckRows.required.kind.read(written?.value ?? 'yes')
    return read.ok && !read.value
  }
  const [first] = switches
  if (first === undefined || !switches.every(off)) return []
  const what = 'no check is required, expected at least one with required = yes'
  return [
    { line: first.written?.line ?? first.section.line, section: first.section.name, key: 'required', what },
  ]
}
