import { checkRows, checkTypes } from '../../../src/config/check-rows.ts'
import type { Row, Rows } from '../../../src/config/row.ts'
import { relayRows } from '../../../src/config/rows.ts'
import { plainSections } from '../../../src/config/sections.ts'
import type { Random } from '../../helpers/random.ts'

export const confWords: readonly string[] = [
  ...Object.keys(plainSections).map(name => `[${name}]\n`),
  ...[
    '[check.a]\n',
    '[check.b]\n',
    '[relay.fos1]\n',
    '[check.]\n',
    '[',
    ']',
    '\n',
    ' = ',
    ' ; ',
    ' # ',
    '"',
    "'",
    '\\',
  ],
  ...[
    'type = ping\n',
    'type = tcp\nport = 22\n',
    'type = http\nurl = http://h/\n',
    'type = sip\n',
    'required = no\n',
  ],
  ...[
    '250ms',
    '5m',
    '2h',
    'yes',
    'off',
    '@daily',
    '*/5 * * * *',
    '0 0 31 2 *',
    '10.34.1.1',
    '::1',
    '__proto__',
  ],
]

const values = [
  ...[
    '',
    'yes',
    'no',
    'ON',
    '0',
    '1',
    '3',
    '-1',
    '65536',
    '5060',
    '1s',
    '250ms',
    '0s',
    '25d',
    '2h',
    '1.5s',
    's',
    '1s ; why',
  ],
  ...[
    '10.34.1.10',
    'fe80::1%eth0',
    '::1',
    '[::1]:80',
    '127.0.0.1:9427',
    'a.example',
    '10.34.1',
    'udp://log:514',
    'none',
  ],
  ...[
    '10.34.1.1, 10.34.1.2',
    ',',
    '/dev/log',
    '/run/a.sock',
    `/${'x'.repeat(110)}`,
    'relative',
    '"quo\\"ted"',
    "'it;s'",
    '"half',
  ],
  ...[
    'http://10.34.1.10/x',
    'https://[::1]:8443/?a=b#c',
    'http://u:p@h/',
    'ftp://h/',
    'http://',
    'HEAD',
    'get',
    '200-499',
    '99',
    '200,',
  ],
  ...[
    '0 2 * * *',
    '*/15 * * * * *',
    '0 0 30 2 *',
    '0 0 L * 5#2',
    '@hourly',
    '@never',
    'auto',
    'window',
    'manual',
    'daemon',
    'info',
  ],
  ...[
    'echo a; echo b',
    'logger "a ; b"',
    "sh -c 'x # y'",
    '\\;',
    '\\',
    '"\\u0000"',
    '"\\u2028"',
    'true',
    'null',
    '{"a":1}',
  ],
  ...['204, 300-399', '60s', 'a@example.org', 'b@example.org', 'log:25', 'X-Token: geheim'],
]

/** Sections, keys and values of the reference, at their places or not. */
export function confText(random: Random): Buffer {
  const type = () => random.pick(checkTypes)
  const kinds = [
    ...Object.entries(plainSections).map(([name, rows]) => () => ({
      head: name,
      rows,
      first: [] as string[],
    })),
    ...[1, 2, 3].map(n => () => {
      const chosen = type()
      return {
        head: `check.${random.pick(['a', 'b', `c${n}`])}`,
        rows: checkRows[chosen],
        first: [`type = ${chosen}`],
      }
    }),
    () => ({ head: random.pick(['relay.fos1', 'relay.fos2', 'relay.fos9']), rows: relayRows, first: [] }),
  ]
  const sections = random.many(0, 5, () => {
    const { head, rows, first } = random.pick(kinds)()
    const lines = random.many(0, 5, () => line(random, rows))
    return [`[${head}]`, ...first, ...lines]
  })
  const master = random.oneIn(8) ? [] : ['[master]', 'host = 10.34.1.10']
  return Buffer.from([...master, ...sections.flat(), ''].join(random.oneIn(6) ? '\r\n' : '\n'))
}

const known = new Map<Row, string[]>()

/** Of the values that it can write those that this key takes, and its words where it takes one of some. */
export function fittingOf(row: Row): readonly string[] {
  const [, words] = /^one of (.+)$/.exec(row.kind.form) ?? []
  const fitting =
    known.get(row) ?? [...values, ...(words?.split(', ') ?? [])].filter(value => row.kind.read(value).ok)
  known.set(row, fitting)
  return fitting
}

/** Mostly with a value that fits: a file with one slip is refused whole. */
function line(random: Random, rows: Rows): string {
  const [key, row] = random.pick(Object.entries(rows))
  const fitting = fittingOf(row)
  const value = random.oneIn(12) || fitting.length === 0 ? random.pick(values) : random.pick(fitting)
  return `${random.oneIn(40) ? 'unknown' : key} = ${value}`
}
