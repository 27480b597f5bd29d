import { checkTypeRow, checkTypeTable, commonCheckRows } from '../../../src/config/check-rows.ts'
import type { Row, Rows } from '../../../src/config/row.ts'
import { relayRows } from '../../../src/config/rows.ts'
import { plainSections } from '../../../src/config/sections.ts'
import { checkTypeLead, introduction, sectionAbout } from '../reference.ts'
import { manText } from './markdown.ts'
import { bold, example, heading, inline, plain, tagged, typed } from './roff.ts'

type SectionName = keyof typeof sectionAbout

/** berofosd.conf(5), from the rows that docs/configuration.md is printed from. */
export function configurationPage(): string {
  const names = Object.keys(sectionAbout) as SectionName[]
  return [
    '.\\" Printed from src/config: npm run docs',
    heading('berofosd.conf', 5),
    '.SH NAME',
    'berofosd.conf \\- how berofosd watches the master and moves the lines',
    '.SH SYNOPSIS',
    bold('/etc/berofosd.conf'),
    '.SH DESCRIPTION',
    ...manText(introduction),
    '.SH SECTIONS',
    ...names.flatMap(sectionLines),
    ...ending,
    '',
  ].join('\n')
}

function sectionLines(name: SectionName): string[] {
  return [`.SS [${name}]`, ...manText(sectionAbout[name]), ...keysOf(name)]
}

function keysOf(name: SectionName): string[] {
  if (name === 'relay.NAME') return keyLines(relayRows)
  if (name !== 'check.NAME') return keyLines(plainSections[name])
  const common = keyLines({ type: checkTypeRow, ...commonCheckRows })
  const own = Object.entries(checkTypeTable).flatMap(([type, { about, rows }]) => [
    ...manText(checkTypeLead(type, about)),
    ...keyLines(rows),
  ])
  return [...common, ...own]
}

function keyLines(rows: Rows): string[] {
  return Object.entries(rows).flatMap(([key, row]) =>
    tagged(`${bold(key)} ${fallbackText(row)}`, [`${inline(row.about)}.`, `Takes ${plain(row.kind.form)}.`]),
  )
}

function fallbackText({ fallback }: Row): string {
  if (fallback === null) return '(must be set)'
  return fallback === '' ? '(empty)' : `(${typed(fallback)})`
}

const ending = [
  '.SH EXAMPLES',
  'The smallest file pings the master each second:',
  ...example(['[master]', 'host = 10.34.1.10']),
  '.PP',
  'Telephony is watched too, patiently, and the gateway proves that this node is not cut off:',
  ...example([
    '[master]',
    'host = 10.34.1.10',
    '',
    '[check.ping]',
    'type = ping',
    '',
    '[check.sip]',
    'type = sip',
    'interval = 5s',
    'fall = 48',
    '',
    '[isolation]',
    'witness = 10.34.1.1',
  ]),
  '.SH SEE ALSO',
  '.BR berofosd (8),',
  '.BR bnfos.conf (5)',
]
