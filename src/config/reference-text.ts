import { durationForm } from '../core/duration.ts'
import type { PlainName } from './sections.ts'

/** The parts of docs/configuration.md that no table knows. */

export const introduction = `# Configuration

Two files: \`/etc/berofosd.conf\` says how the daemon works, \`/etc/bnfos.conf\` which devices there are.
\`berofosd check-config\` tells every problem of both at once, each as
\`FILE:LINE: [section] key: what is wrong, what is expected\`. This page is printed from the tables that the daemon
itself reads by.

## How berofosd.conf is written

- Sections are \`[section]\`, settings are \`key = value\`. Unknown sections, unknown keys and what stands there twice are
  errors. The file is UTF-8 text of at most 1 MiB and 10000 lines.
- **Durations** are ${durationForm}.
- **Switches** are yes or no; true, on, 1 and false, off, 0 mean the same, in any case.
- **Comments** begin with \`;\` or \`#\`, on a line of their own, behind a section or behind a value. Behind a value there is
  a blank before them: glued to what stands before, as in \`http://host/#top\` or \`a;b\`, \`;\` and \`#\` belong to the value.
- **Quotes and backslashes** are for values that need them:

  | written | value |
  |---|---|
  | \`echo a;echo b\` | \`echo a;echo b\` |
  | \`echo a ; a comment\` | \`echo a\` |
  | \`'echo a ; echo b'\` | \`echo a ; echo b\`: between single quotes everything is as it stands |
  | \`"echo \\"a\\" ; echo b"\` | \`echo "a" ; echo b\`: between double quotes \`\\"\` and \`\\\\\` are a quote and a backslash |
  | \`logger "a ; b"\` | \`logger "a ; b"\`: quotes around a part stay, and no comment begins between them |
  | \`echo a \\; echo b\` | \`echo a ; echo b\`: \`\\;\`, \`\\#\` and \`\\\\\` stand for \`;\`, \`#\` and \`\\\` |

  A command with backslashes of its own is best put between single quotes as a whole. A comment behind a command is worth
  a warning, since \`a ; b\` could have meant two commands.
- **Cron expressions** are minute, hour, day, month and weekday, or second first and then these. \`*\`, lists, ranges, steps
  such as \`*/15\`, \`jan\`, \`mon\`, and \`@daily\` and its like are known. A day that never comes (30 February) is an error.

## berofosd.conf
`

/** What each section is about; the order of the page. */
export const sectionAbout: Readonly<Record<PlainName | 'check.NAME' | 'relay.NAME', string>> = {
  master: `The server that has the lines when all is well. On a slave of Wazo or XiVO \`host = wazo\` takes its address
from \`/etc/xivo/ha.conf\`, which is read again each minute; while that names no master the node is passive. Where there
is a directory \`/var/lib/wazo\`, such a node acts only while \`/var/lib/wazo/is-secondary\` exists, unless
\`[node] secondary_file\` names another file. \`wazo.\` is a host that is called so.`,
  'check.NAME': `How the master is watched: any number of sections, each with a name of its own. Without any there is one,
\`[check.ping]\`, with the defaults. At least one check must be required. The type decides which other keys a check has.`,
  isolation: 'Tells a dead master from a fault of our own network.',
  failback: 'When lines may go back to the master. That cuts calls and is never urgent.',
  relays: 'How the berofos devices are driven and read back.',
  'relay.NAME':
    'What differs for one device; NAME is its section in bnfos.conf, in lower case: `[relay.fos1]`.',
  hooks: `Command lines for the shell, run when lines move. Each gets \`BEROFOSD_EVENT\`, \`BEROFOSD_FROM\`, \`BEROFOSD_TO\` and
\`BEROFOSD_REASON\` in its environment.`,
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
