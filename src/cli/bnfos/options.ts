import { parseMac } from '../../berofos/gbl4/layout.ts'
import { ipv4, onOff } from '../../berofos/value-codecs.ts'
import { isDeviceHost } from '../../config/host-name.ts'
import { count, flag, type Option, or, type Values } from '../option.ts'

/** What -u says: a password, or the file that has it in its first line. */
export type TypedLogin =
  | { readonly user: string; readonly password: string }
  | { readonly user: string; readonly file: string }

/** Every option of bnfos, by what it means; typed is its letter, or its name where it has none. */
export const options = {
  mac: own('m', 'MAC', 'the device, by its MAC', 'a MAC such as 00:19:32:00:12:1D', parseMac),
  host: own('h', 'HOST', 'name or IPv4 address', 'a host name or an IPv4 address', readHost),
  device: own('f', 'ID', 'the device, by its section of the file', 'a section such as fos1', readText),
  port: or(count({ short: 'p', placeholder: 'PORT', help: 'HTTP port' }, 1, 65_535), 80),
  login: own('u', 'LOGIN', 'user:password, or user:@FILE', 'user:password, or user:@FILE', readLogin),
  forever: flag({ short: 'c', help: 'go on for ever' }),
  pauseMs: or(own('w', 'SECONDS', 'between rounds of -c (2)', secondsForm(), readSeconds), 2000),
  timeoutMs: own('t', 'SECONDS', 'time-out (3)', secondsForm(), readSeconds),
  syslog: flag({ short: 's', help: 'messages to syslog instead of stderr' }),
  background: flag({ short: 'b', help: 'go on in the background, with -s' }),
  write: flag({ short: 'x', help: 'bring the file up to date; what else is in it stays' }),
  address: dotted('i', 'ADDRESS', 'IPv4 address (0.0.0.0)'),
  netmask: dotted('n', 'NETMASK', "netmask (by the address's class)"),
  gateway: dotted('g', 'GATEWAY', 'gateway (0.0.0.0)'),
  ethernet: own('e', '0|1|2', 'Ethernet: 0 automatic, 1 10 Mbit, 2 100 Mbit (0)', '0, 1 or 2', readEthernet),
  dhcp: own('d', '0|1', 'DHCP (1)', '0 or 1', readSwitch),
  httpAuth: own('a', '0|1', 'HTTP asks for the password (0)', '0 or 1', readSwitch),
  json: flag({ help: 'as JSON, one line, on stdout' }),
  yes: flag({ help: 'do not ask first' }),
} as const

export type OptionName = keyof typeof options
export type OptionValues = Values<typeof options>

/** What is typed for an option: `-h`, `--json`. */
export function typedAs(name: OptionName): string {
  const { short }: Option = options[name]
  return short === undefined ? `--${name}` : `-${short}`
}

function own<T>(
  short: string,
  placeholder: string,
  help: string,
  form: string,
  read: (typed: string) => T | null,
): Option<T | null> {
  return { short, placeholder, help, form, read, fallback: null }
}

function dotted(short: string, placeholder: string, help: string): Option<string | null> {
  return own(short, placeholder, help, 'an IPv4 address', ipv4.encode)
}

function readText(typed: string): string | null {
  return typed === '' ? null : typed
}

/** 255.255.255.255 is the broadcast, which is the default. */
function readHost(typed: string): string | null {
  const good = typed === '255.255.255.255' || isDeviceHost(typed)
  return good ? typed : null
}

function readLogin(typed: string): TypedLogin | null {
  const colon = typed.indexOf(':')
  if (colon < 1) return null
  const [user, password] = [typed.slice(0, colon), typed.slice(colon + 1)]
  return /^@./.test(password) ? { user, file: password.slice(1) } : { user, password }
}

function secondsForm(): string {
  return 'seconds, from 0.1 to 86400'
}

/** → milliseconds. */
function readSeconds(typed: string): number | null {
  const ms = /^\d{1,5}(\.\d{1,3})?$/.test(typed) ? Number(typed) * 1000 : Number.NaN
  return ms >= 100 && ms <= 86_400_000 ? ms : null
}

function readEthernet(typed: string) {
  const kinds = { '0': 'auto', '1': 'mbit10', '2': 'mbit100' } as const
  return kinds[typed as keyof typeof kinds] ?? null
}

function readSwitch(typed: string): boolean | null {
  const encoded = onOff.encode(typed)
  return encoded === null ? null : encoded === '1'
}
