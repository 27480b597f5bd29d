import type { DeviceReply } from '../device.ts'
import { type Parameter, parameterNamed } from '../parameters.ts'
import { notWritable } from './failures.ts'

/** Where the whole configuration is read. */
export const readTarget = '/config.txt'

/** A parameter and the value to write, as its codec encoded it. */
interface Change {
  readonly parameter: Parameter
  readonly value: string
}

/**
 * The request target that writes one parameter, or several of the same command group:
 * `/?cmd=4&mode=1`, `/?cmd=5&p=0&s=1`, `/?cmd=7`. Null: read only, or of different groups.
 */
export function writeTarget(changes: readonly Change[]): string | null {
  const cmd = changes[0]?.parameter.write?.cmd
  if (cmd === undefined || changes.some(change => change.parameter.write?.cmd !== cmd)) return null
  return `/?${[['cmd', String(cmd)] as const, ...changes.flatMap(wordsOf)].map(queryWord).join('&')}`
}

/**
 * The request, as a string of bytes (one character a byte). HTTP/1.1 because that is what the device has been
 * asked with for years (libcurl); one request a connection, because it serves one connection at a time.
 */
export function requestHead(
  target: string,
  host: string,
  port: number,
  authorization: string | null,
): string {
  return [
    `GET ${target} HTTP/1.1`,
    `Host: ${hostHeader(host, port)}`,
    'User-Agent: berofosd',
    'Accept: */*',
    ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
    'Connection: close',
    '\r\n',
  ].join('\r\n')
}

/** Percent-encodes all but RFC 3986 2.3's unreserved characters, as UTF-8; a space is `%20`. */
export function percentEncoded(value: string): string {
  return Buffer.from(value)
    .toString('latin1')
    .replace(/[^\w.~-]/g, byte => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function wordsOf({ parameter: { write }, value }: Change): (readonly [string, string])[] {
  if (!write) return []
  return write.name === null ? [...write.fixed] : [...write.fixed, [write.name, value]]
}

function queryWord([name, value]: readonly [string, string]): string {
  return `${name}=${percentEncoded(value)}`
}

// RFC 9112 3.2: no port when it is the usual one; an IPv6 address in brackets.
function hostHeader(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host.replace(/[^\x21-\x7e]/g, '')
  return port === 80 ? name : `${name}:${port}`
}

/** The target that writes these values (keyword → as people write it), all of one group; or why there is none. */
export function targetFor(values: Readonly<Record<string, string>>): DeviceReply<string> {
  const changes: Change[] = []
  for (const [keyword, value] of Object.entries(values)) {
    const parameter = parameterNamed(keyword)
    if (!parameter) return refusal(`a berofos has no parameter "${keyword}"`)
    const encoded = parameter.codec.encode(value)
    if (encoded === null) return refusal(`${keyword} has to be ${parameter.codec.expected}`)
    if (parameter.write === null) return refusal(`${keyword} can only be read`)
    changes.push({ parameter, value: encoded })
  }
  const target = writeTarget(changes)
  return target === null
    ? refusal(`${Object.keys(values).join(', ')} can not be written at once`)
    : { ok: true, value: target }
}

function refusal(why: string): DeviceReply<never> {
  return { ok: false, error: notWritable(why) }
}
