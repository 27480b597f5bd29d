import { wrap } from '../../src/cli/table.ts'
import {
  type CheckTypeRow,
  checkTypeRow,
  checkTypeTable,
  commonCheckRows,
} from '../../src/config/check-rows.ts'
import type { Row, Rows } from '../../src/config/row.ts'
import { relayRows } from '../../src/config/rows.ts'
import { plainSections } from '../../src/config/sections.ts'
import { sectionAbout } from './reference.ts'

/** config/berofosd.conf, whole: every key behind a `;` with its default, in the order of docs/configuration.md. */
export function sampleConfig(): string {
  const sections = Object.keys(sectionAbout).flatMap(name => {
    if (name === 'check.NAME') return checkSections()
    const shown = name === 'relay.NAME' ? 'relay.fos1' : name
    const rows = name === 'relay.NAME' ? relayRows : plainSections[name as keyof typeof plainSections]
    return [section(shown, notes[shown] ?? '', rows, examples[shown])]
  })
  return `${[head, ...sections].join('\n\n')}\n`
}

const head = `# /etc/berofosd.conf: how berofosd watches the master and moves the lines.
#
# Only [master] host must be set. Every other key stands here with its default, behind a \`;\`: take that away to change it.
# Until a master is named, the daemon idles: it watches nobody and moves nothing.
# Durations are 250ms, 1s, 5m, 2h; switches are yes or no. \`berofosd check-config\` tells what is wrong, with the line.
# The berofos devices themselves are in /etc/bnfos.conf. \`man 5 berofosd.conf\` tells more.`

/** What stands above a section. */
const notes: Readonly<Record<string, string>> = {
  site: 'See installation.md for a server in front of a PBX. Such a site has neither [master] nor [isolation].',
  'check.NAME':
    'How the master is watched: any number of [check.NAME]. With none at all: this one. At least one must be required.',
  'relay.fos1': 'Per device of bnfos.conf.',
  bypass: 'With kind = bypass only: the watchdogs of the devices.',
  hooks:
    'Shell command lines; each gets BEROFOSD_EVENT, BEROFOSD_FROM, BEROFOSD_TO, BEROFOSD_REASON in its environment. One with a ; or # after a blank in it needs quotes around the whole.',
  alert:
    'Who is told of what `berofosd status` finds; each way that is set gets every alert. `berofosd alert test` tries them. With a login, a token or a header here, let nobody else read this file: chown root:berofosd, chmod 0640. The command runs in the sandbox of the unit: no `mail`.',
  heartbeat: "A dead man's switch elsewhere, which raises the alarm when it is pinged no more.",
  node: 'With host = wazo, where there is a directory /var/lib/wazo, an empty secondary_file stands for /var/lib/wazo/is-secondary.',
  http: 'For all who reach the address: 127.0.0.1:9427, say.',
}

/** Of keys that have no default. */
const examples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  master: { host: '192.0.2.10' },
}

/** Sections that are not there unless somebody takes the `;` away. */
const isHidden = (name: string) => /^(?:site|bypass)$|\./.test(name)

function checkSections(): string[] {
  return Object.entries(checkTypeTable).map(([type, row], index) => checkSection(type, row, index === 0))
}

/** What all checks have is explained in the first one. */
export function checkSection(type: string, { about, example, rows }: CheckSample, isFirst: boolean): string {
  const common = { type: checkTypeRow, ...commonCheckRows }
  const note = isFirst ? `${notes['check.NAME']} ${about}` : about
  const values = { ...example.values, type }
  return section(`check.${example.name}`, note, { ...common, ...rows }, values, isFirst ? {} : common)
}
type CheckSample = Pick<CheckTypeRow<Rows>, 'about' | 'example' | 'rows'>

function section(
  name: string,
  note: string,
  rows: Rows,
  values: Readonly<Record<string, string>> = {},
  known: Rows = {},
): string {
  const lines = Object.entries(rows).flatMap(([key, row]) => [
    ...(Object.hasOwn(known, key) ? [] : comment(explained(row))),
    `;${key} = ${values[key] ?? row.fallback}`.trimEnd(),
  ])
  return [...(note === '' ? [] : comment(note)), `${isHidden(name) ? ';' : ''}[${name}]`, ...lines].join('\n')
}

/** With the words that may be written, unless the sentence names them all. */
function explained({ about, fallback, kind: { form } }: Row): string {
  const [, words] = /^(?:one of |.*\bcommas\b)(.*)$/.exec(form) ?? []
  const isNamed = words?.split(', ').every(word => about.includes(word)) ?? true
  return `${fallback === null ? 'Must be set. ' : ''}${about}${isNamed ? '' : `; ${form}`}`
}

function comment(text: string): string[] {
  const sentence = /[.:]$/.test(text) ? text : `${text}.`
  return wrap(sentence, 118).map(line => `# ${line}`)
}
