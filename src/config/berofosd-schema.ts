import { z } from 'zod'
import type { CheckType } from '../core/settings.ts'
import { checkRows } from './check-rows.ts'
import type { Entry } from './ini-file.ts'
import type { Problem } from './problem.ts'
import type { Row, Rows, Values } from './row.ts'
import { relayRows } from './rows.ts'
import { type PlainName, plainSections } from './sections.ts'

/** What the plain sections say, by section and key. */
export type PlainValues = { [Name in PlainName]: Values<(typeof plainSections)[Name]> }
/** What a check of each type says. */
export type CheckValues = { [Type in CheckType]: Values<(typeof checkRows)[Type]> }
export type RelayValues = Values<typeof relayRows>

export type SectionSchema<V> = z.ZodType<V>

export const plainSchemas: { [Name in PlainName]: SectionSchema<PlainValues[Name]> } = {
  master: fields(plainSections.master),
  isolation: fields(plainSections.isolation),
  failback: fields(plainSections.failback),
  relays: fields(plainSections.relays).refine(relays => relays.retry_max >= relays.retry, {
    path: ['retry_max'],
    error: 'shorter than retry, expected the longest pause',
  }),
  hooks: fields(plainSections.hooks),
  node: fields(plainSections.node),
  log: fields(plainSections.log),
  control: fields(plainSections.control),
  state: fields(plainSections.state),
  http: fields(plainSections.http),
}

export const checkSchemas: { [Type in CheckType]: SectionSchema<CheckValues[Type]> } = {
  ping: fields(checkRows.ping),
  tcp: fields(checkRows.tcp),
  http: fields(checkRows.http).refine(check => check.tls_verify || check.ca === null, {
    path: ['ca'],
    error: 'of no use with tls_verify = no, expected one of the two',
  }),
  sip: fields(checkRows.sip),
}

export const relaySchema: SectionSchema<RelayValues> = fields(relayRows)

/**
 * The values of one section, defaults filled in. Problems name the line of the key, or the section's where a key is
 * missing. Of keys that stand there twice the first counts; keys that the schema does not know are passed over.
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

/** An object of texts → an object of values, each read by its row. */
function fields<R extends Rows>(rows: R): SectionSchema<Values<R>> {
  const shape = Object.entries(rows).map(([key, row]) => [key, field(row)] as const)
  return z.object(Object.fromEntries(shape)) as unknown as SectionSchema<Values<R>>
}

function field(row: Row): z.ZodType {
  const text = z.string({ error: `missing, expected ${row.expected ?? row.kind.form}` })
  const value = text.transform((written, context) => {
    const parsed = row.kind.read(written)
    if (parsed.ok) return parsed.value
    context.addIssue({ code: 'custom', message: parsed.wrong })
    return z.NEVER
  })
  return row.fallback === null ? value : value.prefault(row.fallback)
}
