import { durationForm, durationText, parseDuration } from '../core/duration.ts'
import type { LogSettings } from '../core/settings.ts'
import { parseCron } from './cron-expression.ts'
import { hostForm, isHost, splitHostPort } from './host-name.ts'
import { good, malformed, type Parsed, unfit } from './parsed.ts'

/** One kind of value: how it is written, and what the text means. */
export interface Kind<T> {
  /** What is expected, in a few words: for error messages and the reference. */
  readonly form: string
  read(text: string): Parsed<T>
}

const dayMs = 86_400_000
/** The longest whole number of days that a timer of Node holds (2^31 - 1 ms). */
const longestTimerMs = 24 * dayMs

/** Milliseconds within bounds. */
export function duration(lowMs: number, highMs = longestTimerMs): Kind<number> {
  const bounds = `from ${durationText(lowMs)} to ${durationText(highMs)}`
  return {
    form: `a duration ${bounds}`,
    read(text) {
      const ms = parseDuration(text)
      if (ms === null && !/^\d+(?:ms|s|m|h|d)$/.test(text)) return unfit(text, 'not a duration', durationForm)
      if (ms === null || ms > highMs) return unfit(text, 'too long', `a duration ${bounds}`)
      return ms < lowMs ? unfit(text, 'too short', `a duration ${bounds}`) : good(ms)
    },
  }
}

export function count(low: number, high = 1_000_000): Kind<number> {
  const form = `a whole number from ${low} to ${high}`
  return {
    form,
    read(text) {
      const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
      return number >= low && number <= high ? good(number) : unfit(text, 'out of place', form)
    },
  }
}

export const port = count(1, 65_535)

const switchWords: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  '1': true,
  no: false,
  false: false,
  off: false,
  '0': false,
}

/** yes/no, true/false, on/off, 1/0 in any case. */
export const toggle: Kind<boolean> = {
  form: 'yes or no',
  read(text) {
    const word = text.toLowerCase()
    const value = Object.hasOwn(switchWords, word) ? switchWords[word] : undefined
    return value === undefined ? unfit(text, 'no switch', 'yes or no') : good(value)
  },
}

/** One of a few words, in any case. */
export function choice<T extends string>(...words: readonly T[]): Kind<T> {
  const form = `one of ${words.join(', ')}`
  return {
    form,
    read(text) {
      const found = words.find(word => word.toLowerCase() === text.toLowerCase())
      return found === undefined ? unfit(text, 'unknown', form) : good(found)
    },
  }
}

export const cron: Kind<string> = { form: 'a cron expression', read: parseCron }

export const host: Kind<string> = {
  form: hostForm,
  read: text => (isHost(text) ? good(text) : malformed(text === '' ? 'empty' : 'malformed', hostForm)),
}

/** Hosts with commas between them; empty: none. */
export const hostList: Kind<readonly string[]> = {
  form: 'hosts with commas between them, or empty',
  read(text) {
    const hosts = text === '' ? [] : text.split(',').map(part => part.trim())
    return hosts.every(isHost) ? good(hosts) : malformed('holds something else', hostList.form)
  },
}

/** As SIP and HTTP status codes: `200-499`, `200, 204, 300-399`. */
export const statusRanges: Kind<readonly (readonly [number, number])[]> = {
  form: 'status codes and ranges from 100 to 599, such as 200, 204, 300-399',
  read(text) {
    const ranges = text.split(',').map(part => statusRange(part.trim()))
    const valid = ranges.filter(range => range !== null)
    return valid.length === ranges.length ? good(valid) : unfit(text, 'malformed', statusRanges.form)
  },
}

function statusRange(part: string): readonly [number, number] | null {
  const match = /^([1-5]\d\d)(?:[ \t]*-[ \t]*([1-5]\d\d))?$/.exec(part)
  if (match === null) return null
  const low = Number(match[1])
  const high = Number(match[2] ?? match[1])
  return low <= high ? [low, high] : null
}

/** http or https, without a login in it. */
export const url: Kind<string> = {
  form: 'an http:// or https:// URL without a login in it',
  read(text) {
    if (!URL.canParse(text)) return malformed(text === '' ? 'empty' : 'not a URL', url.form)
    const { protocol, username, password } = new URL(text)
    if (username !== '' || password !== '') return malformed('holds a login', url.form)
    return /^https?:$/.test(protocol) ? good(text) : malformed('of another scheme', url.form)
  },
}

export const path: Kind<string> = {
  form: 'an absolute path',
  read: text =>
    text.startsWith('/') ? good(text) : unfit(text, 'not an absolute path', 'one that begins with /'),
}

/** sockaddr_un holds 108 bytes, the last one 0: unix(7). */
const longestSocketPath = 107

export const socketPath: Kind<string> = {
  form: `an absolute path of at most ${longestSocketPath} bytes`,
  read: text =>
    text.startsWith('/') && Buffer.byteLength(text) <= longestSocketPath
      ? good(text)
      : unfit(text, 'no path of a socket', socketPath.form),
}

export const syslogTarget: Kind<LogSettings['syslog']> = {
  form: 'the absolute path of a socket, udp://host:port or none',
  read(text) {
    if (text.toLowerCase() === 'none') return good('none')
    const socket = socketPath.read(text)
    if (socket.ok) return good({ path: socket.value })
    const target = text.startsWith('udp://') ? splitHostPort(text.slice(6)) : null
    return target !== null && isHost(target.host) ? good(target) : malformed('malformed', syslogTarget.form)
  },
}

export const listenAddress: Kind<{ readonly host: string; readonly port: number }> = {
  form: 'address:port, such as 127.0.0.1:9427 or [::1]:9427',
  read(text) {
    const address = splitHostPort(text)
    return address === null ? malformed('malformed', listenAddress.form) : good(address)
  },
}

/** A command line for the shell. Told from other kinds by identity: a comment behind it is worth a warning. */
export const command: Kind<string | null> = {
  form: 'a shell command line, or empty',
  read: text => good(text === '' ? null : text),
}

/** Empty stands for null. */
export function optional<T>(kind: Kind<T>): Kind<T | null> {
  return {
    form: `${kind.form}, or empty`,
    read: text => (text === '' ? good(null) : kind.read(text)),
  }
}
