import { checkRows, checkTypeRow, checkTypes, commonCheckRows } from './check-rows.ts'
import { bnfosText, introduction, sectionAbout } from './reference-text.ts'
import type { Row, Rows } from './row.ts'
import { relayRows } from './rows.ts'
import { plainSections } from './sections.ts'

/** docs/configuration.md, whole: every section and key with its default, as the daemon knows them. */
export function renderReference(): string {
  const tables: Readonly<Record<keyof typeof sectionAbout, () => string>> = {
    ...mapValues(plainSections, rows => () => table(rows)),
    'check.NAME': checkTables,
    'relay.NAME': () => table(relayRows),
  }
  const names = Object.keys(sectionAbout) as (keyof typeof sectionAbout)[]
  const sections = names.map(name => `### [${name}]\n\n${sectionAbout[name]}\n\n${tables[name]()}`)
  return [introduction, ...sections, bnfosText].join('\n')
}

/** What all checks have, then what each type has besides. */
function checkTables(): string {
  const common = table({ type: checkTypeRow, ...commonCheckRows })
  const own = checkTypes.map(
    type => `With \`type = ${type}\`:\n\n${table(without(checkRows[type], commonCheckRows))}`,
  )
  return [common, ...own].join('\n')
}

function table(rows: Rows): string {
  const lines = Object.entries(rows).map(([key, row]) => line(key, row))
  return ['| key | default | value | meaning |', '|---|---|---|---|', ...lines, ''].join('\n')
}

function line(key: string, { kind, fallback, about }: Row): string {
  const shown = fallback === null ? '**must be set**' : fallback === '' ? 'empty' : `\`${fallback}\``
  return `| \`${key}\` | ${shown} | ${cell(kind.form)} | ${cell(about)} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function without(rows: Rows, others: Rows): Rows {
  return Object.fromEntries(Object.entries(rows).filter(([key]) => !Object.hasOwn(others, key)))
}

function mapValues<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V) => W,
): Record<K, W> {
  const entries = Object.entries(record) as [K, V][]
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)])) as Record<K, W>
}
