import { wrap } from '../../src/cli/table.ts'
import {
  type CheckTypeRow,
  checkTypeRow,
  checkTypeTable,
  commonCheckRows,
} from '../../src/config/check-rows.ts'
import type { Row, Rows } from '../../src/config/row.ts'
import { relayRows } from '../../src/config/rows.ts'
import { type PlainName, plainSections } from '../../src/config/sections.ts'
import { durationForm } from '../../src/core/duration.ts'

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

/** What all checks have, then each type. */
function checkTables(): string {
  const common = table({ type: checkTypeRow, ...commonCheckRows })
  return [common, ...Object.entries(checkTypeTable).map(checkTypeText)].join('\n')
}

/** What a type of check is for, and the keys that it has besides those of all. */
export function checkTypeText([type, { about, rows }]: CheckTypeText): string {
  const lead = `${checkTypeLead(type, about)}\n`
  return Object.keys(rows).length === 0 ? lead : `${lead}\n${table(rows)}`
}
type CheckTypeText = readonly [type: string, Pick<CheckTypeRow<Rows>, 'about' | 'rows'>]

/** A paragraph of Markdown. */
export function checkTypeLead(type: string, about: string): string {
  return wrap(`With \`type = ${type}\`: ${about}`, 120).join('\n')
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

function mapValues<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V) => W,
): Record<K, W> {
  const entries = Object.entries(record) as [K, V][]
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)])) as Record<K, W>
}

/** The parts of docs/configuration.md that no table knows. */

export const introduction = `# Configuration

Two files: \`/etc/berofosd.conf\` says how the daemon works, \`/etc/bnfos.conf\` which devices there are.
\`berofosd check-config\` tells every problem of both at once, each as
\`FILE:LINE: [section] key: what is wrong, what is expected\`. This page is printed from the tables that the daemon
itself reads by.

## How berofosd.conf is written

- Sections are \`[section]\`, settings are \`key = value\`. Unknown sections, unknown keys and what occurs twice are
  errors. The file is UTF-8 text of at most 1 MiB and 10000 lines.
- **Durations** are ${durationForm}.
- **Switches** are yes or no; true, on, 1 and false, off, 0 mean the same, in any case.
- **Comments** begin with \`;\` or \`#\`, on a line of their own, behind a section or behind a value. Behind a value there is
  a blank before them: glued to what precedes them, as in \`http://host/#top\` or \`a;b\`, \`;\` and \`#\` belong to the value.
- **Quotes and backslashes** are for values that need them:

  | written | value |
  |---|---|
  | \`echo a;echo b\` | \`echo a;echo b\` |
  | \`echo a ; a comment\` | \`echo a\` |
  | \`'echo a ; echo b'\` | \`echo a ; echo b\`: between single quotes everything is taken literally |
  | \`"echo \\"a\\" ; echo b"\` | \`echo "a" ; echo b\`: between double quotes \`\\"\` and \`\\\\\` are a quote and a backslash |
  | \`logger "a ; b"\` | \`logger "a ; b"\`: quotes around a part stay, and no comment begins between them |
  | \`echo a \\; echo b\` | \`echo a ; echo b\`: \`\\;\`, \`\\#\` and \`\\\\\` mean \`;\`, \`#\` and \`\\\` |

  A command with backslashes of its own is best put between single quotes as a whole. A comment behind a command is worth
  a warning, since \`a ; b\` could have meant two commands.
- **Cron expressions** are minute, hour, day, month and weekday, or second first and then these. \`*\`, lists, ranges, steps
  such as \`*/15\`, \`jan\`, \`mon\`, and \`@daily\` and its like are known. A day that never comes (30 February) is an error.

## berofosd.conf
`

/** What each section is about; the order of the page. */
export const sectionAbout: Readonly<Record<PlainName | 'check.NAME' | 'relay.NAME', string>> = {
  site: 'What kind of site this is.',
  master: `The server that has the lines when all is well. On a slave of Wazo or XiVO \`host = wazo\` takes its address
from \`/etc/xivo/ha.conf\`, which is read again each minute; while that names no master the node is passive. Where there
is a directory \`/var/lib/wazo\`, such a node acts only while \`/var/lib/wazo/is-secondary\` exists, unless
\`[node] secondary_file\` names another file. \`wazo.\` is a host that is called so.`,
  'check.NAME': `How the master is watched: any number of sections, each with a name of its own. Without any there is one,
\`[check.ping]\`, with the defaults. At least one check must be required. The type decides which other keys a check has.

A name with several addresses is asked at each of them within \`timeout\`: at the next one after 250 ms (less where there
are many), or at once when one has failed. The first answer counts.`,
  isolation: 'Tells a dead master from a fault of our own network.',
  failback: 'When lines may go back to the master. That cuts calls and is never urgent.',
  relays: 'How the berofos devices are driven and read back.',
  'relay.NAME':
    'What differs for one device; NAME is its section in bnfos.conf, in lower case: `[relay.fos1]`.',
  bypass:
    'The watchdogs of the devices; only with `[site] kind = bypass`, which has no `[master]` and no `[isolation]`.',
  hooks: `Command lines for the shell, run when lines move. Each gets \`BEROFOSD_EVENT\`, \`BEROFOSD_FROM\`, \`BEROFOSD_TO\` and
\`BEROFOSD_REASON\` in its environment.`,
  alert: `Who is told of what \`berofosd status\` finds: each way that is set gets every alert, when a finding is raised, again
after \`repeat\` while it lasts, and when it is over. \`berofosd alert test\` tries them all. A URL and a header may hold a
token: then the file is nobody else's to read (\`chown root:berofosd\`, \`chmod 0640\`). See
[operations](operations.md#alerts).`,
  heartbeat: `A dead man's switch: a service elsewhere that raises the alarm when it is pinged no more. It is pinged only while the
daemon decides, can fail over and saves its state, and is told of a failure, with the reason, while a finding is an error.
Passive, paused and forced are not failures.`,
  node: 'When this node may act at all.',
  log: 'Where log lines go.',
  control: 'The socket of `berofosd status` and the other commands.',
  state: 'What survives a restart.',
  http: 'Pages for a browser and for monitoring: they ask for no login and change nothing.',
}

export const bnfosText = `## bnfos.conf

The vendor's file, one section a device:

\`\`\`ini
[fos1]
mac = 00:19:32:00:12:1D
host = 10.34.1.20
login = admin:secret
\`\`\`

- Sections are \`[fosN]\`, N a number; other sections and unknown keys are passed over with a warning. Names match without
  case.
- \`host\` is a name or an address, \`mac\` six bytes; a device needs one of the two. Empty, and \`0.0.0.0\`, count as none.
- \`login\` is \`user:password\`: the rest of the line byte for byte, blanks at both ends left out. There are no comments,
  quotes or escapes in it.
- Comments are lines that begin with \`;\` or \`#\`.
- The file holds passwords: \`chown root:berofosd\`, \`chmod 0640\`. World-readable with a login in it is worth a warning.
- Without this file berofos counts as not configured, and nothing is done.
`
