import { type AlertSettings, alertFormats, type HeartbeatSettings } from '../core/alert-settings.ts'
import { isHost, splitHostPort } from './host-name.ts'
import { good, malformed } from './parsed.ts'
import { row, type Values } from './row.ts'
import type { Kind } from './value-kinds.ts'
import * as kinds from './value-kinds.ts'

/** http or https; a login, a path or a query in it may be a secret, so that no message repeats it. */
const secretUrl: Kind<string> = {
  form: 'an http:// or https:// URL',
  read(text) {
    if (!URL.canParse(text)) return malformed('not a URL', secretUrl.form)
    return /^https?:$/.test(new URL(text).protocol)
      ? good(text)
      : malformed('of another scheme', secretUrl.form)
  },
}

/** One HTTP header; no message repeats it. RFC 9110 5.1 and 5.5: a token, and visible characters. */
const header: Kind<{ readonly name: string; readonly value: string }> = {
  form: 'one HTTP header, such as Authorization: Bearer …',
  read(text) {
    const [, name = '', value = ''] =
      /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)$/.exec(text) ?? []
    return name === '' ? malformed('not a header', header.form) : good({ name, value })
  },
}

/** As people write them: a local part without quotes, and a host. `HOSTNAME` as a host is filled in later. */
function isMailAddress(text: string): boolean {
  const [, host = ''] = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@([^@]+)$/.exec(text) ?? []
  return host !== '' && isHost(host)
}

const mailAddress: Kind<string> = {
  form: 'a mail address, such as berofosd@example.org',
  read: text =>
    isMailAddress(text) ? good(text) : malformed(text === '' ? 'empty' : 'malformed', mailAddress.form),
}

/** Addresses with commas between them; empty: none. A bare name is a local user: the mail server adds its domain. */
const mailAddresses: Kind<readonly string[]> = {
  form: 'mail addresses with commas between them, or empty',
  read(text) {
    const found = text === '' ? [] : text.split(',').map(part => part.trim())
    const isRight = (address: string) => isMailAddress(address) || /^[\w.-]{1,64}$/.test(address)
    return found.every(isRight) ? good(found) : malformed('malformed', mailAddresses.form)
  },
}

const hostPort: Kind<{ readonly host: string; readonly port: number }> = {
  form: 'a host and a port, such as 127.0.0.1:25',
  read(text) {
    const found = splitHostPort(text)
    return found !== null && isHost(found.host)
      ? good(found)
      : malformed(text === '' ? 'empty' : 'malformed', hostPort.form)
  },
}

export const alertRows = {
  command: row(
    kinds.command,
    '',
    'Gets the alert as JSON on stdin, and `BEROFOSD_ALERT_…` in its environment',
  ),
  url: row(kinds.optional(secretUrl), '', 'Gets the alert by POST; may hold a login or a token'),
  format: row(
    kinds.choice(...alertFormats),
    'json',
    'How: json: the alert itself; ntfy: as a message; alertmanager: to its API v2',
  ),
  header: row(
    kinds.optional(header),
    '',
    'One more header of these requests, such as `Authorization: Bearer …`',
  ),
  mail_to: row(mailAddresses, '', 'Who gets the alert as mail'),
  mail_from: row(
    mailAddress,
    'berofosd@HOSTNAME',
    "Its sender; HOSTNAME is replaced by this node's own name",
  ),
  smtp: row(hostPort, '127.0.0.1:25', 'The mail server; port 465 means TLS from the start'),
  level: row(
    kinds.choice('error', 'warning', 'notice'),
    'warning',
    'Findings of this severity and above are told',
  ),
  repeat: row(kinds.duration(0), '4h', 'While a finding lasts it is told again after so long; 0s: never'),
}

export function alertOf(values: Values<typeof alertRows>): AlertSettings {
  const { command, url, format, header, smtp, level } = values
  return {
    ...{ command, url, format, header, smtp, level },
    mailTo: values.mail_to,
    mailFrom: values.mail_from,
    repeatMs: values.repeat,
  }
}

export const heartbeatRows = {
  url: row(kinds.optional(secretUrl), '', 'Whom to ping; empty: nobody'),
  style: row(
    kinds.choice('healthchecks', 'kuma'),
    'healthchecks',
    'healthchecks: POST, /fail with the reason; kuma: GET with status, msg and ping',
  ),
  interval: row(kinds.duration(1000, kinds.dayMs), '60s', 'From one ping to the next'),
}

export function heartbeatOf({ url, style, interval }: Values<typeof heartbeatRows>): HeartbeatSettings {
  return { url, style, intervalMs: interval }
}
