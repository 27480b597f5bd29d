import * as z from 'zod/mini'
import { durationText } from '../core/duration.ts'
import { type CheckType, mostProbesAtOnce } from '../core/settings.ts'
import { type CheckValues, checkRows, type commonCheckRows, ruleOf } from './check-rows.ts'
import type { Entry, Section } from './ini-file.ts'
import type { Problem } from './problem.ts'
import type { Row, Rows, Values } from './row.ts'
import { relayRows } from './rows.ts'
import { cutCommands, type PlainName, plainSections, unknownKeys } from './sections.ts'

/** What the plain sections say, by section and key. */
export type PlainValues = { [Name in PlainName]: Values<(typeof plainSections)[Name]> }
export type RelayValues = Values<typeof relayRows>

type SectionSchema<V> = z.ZodMiniType<V>

/** Of a section that occurs once. */
export function plainSchema<Name extends PlainName>(name: Name): SectionSchema<PlainValues[Name]> {
  const schema: SectionSchema<unknown> = name === 'relays' ? relaysSchema() : fields(plainSections[name])
  return schema as SectionSchema<PlainValues[Name]>
}

function relaysSchema(): SectionSchema<PlainValues['relays']> {
  return fields(plainSections.relays).check(
    z.refine(relays => relays.retry_max >= relays.retry, {
      path: ['retry_max'],
      error: 'shorter than retry, expected the longest pause',
    }),
  )
}

/** Of a check of this type. */
export function checkSchema(type: CheckType): SectionSchema<CheckValues> {
  const schema = fields(checkRows[type]).check(z.check(fastIntervalFits)) as SectionSchema<CheckValues>
  const rule = ruleOf(type)
  return rule ? schema.check(z.refine(rule.holds, { path: [rule.key], error: rule.what })) : schema
}

export const relaySchema: SectionSchema<RelayValues> = fields(relayRows)

/**
 * The values of one section, defaults filled in. Problems name the line of the key, or the section's where a key is
 * missing. Of a key that occurs twice the first counts; keys that the schema does not know are ignored.
 */
export function readValues<V>(
  section: { readonly name: string; readonly line: number | null; readonly entries: readonly Entry[] },
  schema: SectionSchema<V>,
): { values: V | null; problems: Problem[] } {
  const first = new Map([...section.entries].reverse().map(entry => [entry.key, entry] as const))
  const texts = Object.fromEntries([...first].map(([key, { value }]) => [key, value] as const))
  const read = schema.safeParse(texts)
  if (read.success) return { values: read.data, problems: [] }
  const problems = read.error.issues.map(({ path, message }) => {
    const key = String(path[0])
    return { line: first.get(key)?.line ?? section.line, section: section.name, key, what: message }
  })
  return { values: null, problems: problems.filter(({ key }) => first.get(key)?.broken !== true) }
}

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

/** An object of texts → an object of values, each read by its row. */
function fields<R extends Rows>(rows: R): SectionSchema<Values<R>> {
  const shape = Object.entries(rows).map(([key, row]) => [key, field(row)] as const)
  return z.object(Object.fromEntries(shape)) as unknown as SectionSchema<Values<R>>
}

/** The times of a check have to fit each other. */
const fastIntervalFits: z.core.CheckFn<Values<typeof commonCheckRows>> = ({ value, issues }) => {
  const { interval, fast_interval: fast, timeout } = value
  const refuse = (message: string) =>
    issues.push({ code: 'custom', path: ['fast_interval'], message, input: value })
  if (fast === null) return
  if (fast > interval) refuse(`longer than interval, expected at most ${durationText(interval)}`)
  const least = Math.ceil(timeout / mostProbesAtOnce)
  if (fast < least)
    refuse(
      `too short for this timeout, expected at least ${durationText(least)}, so that no more than ${mostProbesAtOnce} probes wait for an answer`,
    )
}

function field(row: Row): z.ZodMiniType {
  const text = z.string({ error: `missing, expected ${row.expected ?? row.kind.form}` })
  const parse = z.transform((written: string, context) => {
    const parsed = row.kind.read(written)
    if (parsed.ok) return parsed.value
    context.issues.push({ code: 'custom', message: parsed.wrong, input: written })
    return z.NEVER
  })
  const value = z.pipe(text, parse)
  return row.fallback === null ? value : z.prefault(value, row.fallback)
}
