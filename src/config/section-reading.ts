import type { CheckType } from '../core/settings.ts'
import { readValues, type SectionSchema } from './berofosd-schema.ts'
import type { Section } from './ini-file.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './row.ts'
import { cutCommands, unknownKeys } from './sections.ts'

/** What was found besides the values; grows while sections are read. */
export interface Notes {
  readonly problems: Problem[]
  readonly warnings: Problem[]
}

/** A section of the file, or one that is not there: without line and entries. */
interface AnySection extends Omit<Section, 'line'> {
  readonly line: number | null
}

/** The values of a section, defaults filled in; null: there are problems, which are noted. `type` is that of a check. */
export function readSection<V>(
  section: AnySection,
  rows: Rows,
  schema: SectionSchema<V>,
  notes: Notes,
  type?: CheckType,
): V | null {
  const { values, problems } = readValues(section, schema)
  for (const problem of [...unknownKeys(section, rows, type), ...problems]) notes.problems.push(problem)
  notes.warnings.push(...cutCommands(section, rows))
  return values
}
