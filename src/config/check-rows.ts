import type { CheckType } from '../core/settings.ts'
import * as addresses from './address-kinds.ts'
import { type Rows, row } from './row.ts'
import * as kinds from './value-kinds.ts'

/** Of every check, whatever its type. */
export const commonCheckRows = {
  interval: row(kinds.interval, '1s', 'From the start of one probe to the start of the next'),
  fast_interval: row(
    kinds.optional(kinds.interval),
    '',
    'While the check is failing or coming back: probe so often; empty: interval',
  ),
  timeout: row(kinds.timeout, '1s', 'No answer by then: failed; may be longer than the interval'),
  fall: row(kinds.count(1), '5', 'Failures in a row until this check is down'),
  rise: row(kinds.count(1), '5', 'Successes in a row until it is up again'),
  required: row(kinds.toggle, 'yes', 'no: watched and shown, never decides'),
}

/** A ping, tcp or sip check asks this host; an http check has it in its url, a command check needs none. */
const checkHost = row(kinds.optional(addresses.host), '', "Whom to ask; empty: the master's host")

/** What a check of each type has. */
export const checkRows = {
  ping: { ...commonCheckRows, host: checkHost },
  tcp: {
    ...commonCheckRows,
    host: checkHost,
    port: row(kinds.port, null, 'A connection to this port is life', 'the port'),
  },
  http: {
    ...commonCheckRows,
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
  sip: {
    ...commonCheckRows,
    host: checkHost,
    port: row(kinds.port, '5060', 'Where to send OPTIONS; any final answer is life'),
    transport: row(kinds.choice('udp', 'tcp'), 'udp', 'How to send it'),
  },
  command: {
    ...commonCheckRows,
    command: row(
      kinds.neededCommand,
      null,
      'Exit status 0 is life; 126 and 127 mean that it could not be run',
    ),
  },
} as const satisfies Record<CheckType, Rows>

export const checkTypes = Object.keys(checkRows) as CheckType[]

/** Decides which of the other keys a check has. */
export const checkTypeRow = row(kinds.choice(...checkTypes), 'ping', 'What the check asks')
