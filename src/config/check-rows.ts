import type { CheckSettings, CheckType } from '../core/settings.ts'
import * as addresses from './address-kinds.ts'
import { type Rows, row, type Values } from './row.ts'
import * as kinds from './value-kinds.ts'

/** Of every check, whatever its type. */
export const commonCheckRows = {
  interval: row(kinds.interval, '1s', 'From the start of one probe to the start of the next'),
  fast_interval: row(
    kinds.optional(kinds.interval),
    '',
    'Probe so often while the check fails or recovers, or once an answer takes longer than this; empty: as interval',
  ),
  timeout: row(kinds.timeout, '1s', 'No answer by then: failed; may be longer than the interval'),
  fall: row(kinds.count(1), '5', 'Failures in a row until this check is down'),
  rise: row(kinds.count(1), '5', 'Successes in a row until it is up'),
  required: row(kinds.toggle, 'yes', 'no: watched and shown, never decides'),
}

/** For a check that asks the master. */
const checkHost = row(kinds.optional(addresses.host), '', "Whom to ask; empty: the master's host")

/** What a check has besides what the common rows say. */
type OwnSettings<C = CheckSettings> = C extends CheckSettings
  ? Omit<C, keyof ReturnType<typeof commonSettings>>
  : never

/** A type of check in berofosd.conf. The reader, the reference, the man page and the tests follow this row. */
export interface CheckTypeRow<R extends Rows> {
  /** What it is for, and how to use it: sentences for the reference, the man page and config/berofosd.conf. */
  readonly about: string
  /** Its section in config/berofosd.conf: its name, and the values that are not to be the defaults or have none. */
  readonly example: {
    readonly name: string
    readonly values?: { readonly [K in keyof R | keyof typeof commonCheckRows]?: string }
  }
  /** Its keys besides the common ones. */
  readonly rows: R
  /** The names of the file → the names of the program. */
  readonly settings: (values: Values<R>, masterHost: string) => OwnSettings
  /** Of a key that has to fit another one; absent: none has to. */
  readonly rule?: {
    readonly key: keyof R & string
    /** What is wrong where it does not hold, and what is expected. */
    readonly what: string
    readonly holds: (values: Values<R>) => boolean
  }
}

/** All types of check, each one row. */
export const checkTypeTable = {
  ping: typeRow({
    about:
      'The host answers a ping, which says nothing of its telephony. fast_interval = 300ms finds a dead master within 3.4 s instead of 6.5 s, by as many failures.',
    example: { name: 'ping' },
    rows: { host: checkHost },
    settings: ({ host }, masterHost) => ({ type: 'ping', host: host ?? masterHost }),
  }),
  tcp: typeRow({
    about:
      'A connection to a port is life. Make it required only where the lines are of no use without that service.',
    example: { name: 'ssh', values: { port: '22' } },
    rows: { host: checkHost, port: row(kinds.port, null, 'A connection to this port is life', 'the port') },
    settings: ({ host, port }, masterHost) => ({ type: 'tcp', host: host ?? masterHost, port }),
  }),
  http: typeRow({
    about:
      'An answer of a web service is life. Watch one that has little to do with telephony with required = no.',
    example: { name: 'web', values: { url: 'https://192.0.2.10/api/auth/0.1/status' } },
    rows: {
      url: row(addresses.url, null, 'What to ask for; without a login in it', 'an http:// or https:// URL'),
      method: row(kinds.choice('HEAD', 'GET', 'OPTIONS', 'POST'), 'HEAD', 'The request'),
      expect: row(kinds.statusRanges, '200-499', 'Status codes and ranges that mean life'),
      tls_verify: row(kinds.toggle, 'yes', 'no: take any certificate'),
      ca: row(
        kinds.optional(addresses.path),
        '',
        "PEM file to trust instead of the system's; empty: the system's",
      ),
    },
    settings: ({ tls_verify: tlsVerify, ...values }) => ({
      type: 'http',
      host: new URL(values.url).hostname.replace(/^\[|\]$/g, ''),
      ...values,
      tlsVerify,
    }),
    rule: {
      key: 'ca',
      what: 'of no use with tls_verify = no, expected one of the two',
      holds: ({ tls_verify, ca }) => tls_verify || ca === null,
    },
  }),
  sip: typeRow({
    about:
      'Telephony by SIP OPTIONS: any final answer is life, a refusal too. Let it be slow (interval = 5s, fall = 48: four minutes): a restart of telephony on the master is no reason to cut calls.',
    example: { name: 'sip' },
    rows: {
      host: checkHost,
      port: row(kinds.port, '5060', 'Where to send OPTIONS; any final answer is life'),
      transport: row(kinds.choice('udp', 'tcp'), 'udp', 'How to send it'),
    },
    settings: ({ host, ...values }, masterHost) => ({ type: 'sip', host: host ?? masterHost, ...values }),
  }),
  command: typeRow({
    about:
      'A command: exit status 0 is life. What could not be run says nothing of the master. It runs as the user berofosd, is killed with its children at the timeout, and leaves none of them behind. Samples for Asterisk are in config/checks, or in /usr/share/doc/berofosd/examples.',
    example: { name: 'calls', values: { command: '/usr/local/sbin/telephony-is-well' } },
    rows: {
      command: row(
        kinds.neededCommand,
        null,
        'Exit status 0 is life; 126 and 127 mean that it could not be run',
      ),
    },
    settings: ({ command }) => ({ type: 'command', host: '', command }),
  }),
} satisfies Record<CheckType, unknown>

/** Lets the row's own keys give the type of its values. */
function typeRow<R extends Rows>(typeRow: CheckTypeRow<R>): CheckTypeRow<R> {
  return typeRow
}

export const checkTypes = Object.keys(checkTypeTable) as CheckType[]

/** Decides which of the other keys a check has. */
export const checkTypeRow = row(kinds.choice(...checkTypes), 'ping', 'What the check asks')

/** All keys of a check of each type. */
export const checkRows = Object.fromEntries<typeof commonCheckRows & Rows>(
  checkTypes.map(type => [type, { ...commonCheckRows, ...checkTypeTable[type].rows }]),
) as Record<CheckType, typeof commonCheckRows & Rows>

/** What the section of a check says: the common keys, and those of its type. */
export type CheckValues = Values<typeof commonCheckRows> & Readonly<Record<string, unknown>>

/** The rule between the keys of this type; undefined: there is none. */
export function ruleOf(type: CheckType): CheckTypeRow<Rows>['rule'] {
  return rowOf(type).rule
}

/** A check from what its section says. */
export function checkFrom(
  type: CheckType,
  name: string,
  values: CheckValues,
  masterHost: string,
): CheckSettings {
  return { ...commonSettings(name, values), ...rowOf(type).settings(values, masterHost) }
}

function rowOf(type: CheckType): CheckTypeRow<Rows> {
  // Sound: the values that it is given are of the same type of check.
  return checkTypeTable[type] as unknown as CheckTypeRow<Rows>
}

function commonSettings(name: string, values: Values<typeof commonCheckRows>) {
  return {
    name,
    intervalMs: values.interval,
    ...(values.fast_interval !== null && { fastIntervalMs: values.fast_interval }),
    timeoutMs: values.timeout,
    fall: values.fall,
    rise: values.rise,
    required: values.required,
  }
}
