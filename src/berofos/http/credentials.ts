import { createHash } from 'node:crypto'
import { type DigestChallenge, digestAlgorithms } from './challenge.ts'

/** A login as bytes in strings (one character a byte), so that whatever bnfos.conf has in it arrives unchanged. */
export interface Login {
  readonly user: string
  readonly password: string
}

/** Splits `user:password` at the first colon; the rest, colons and all, is the password. */
export function parseLogin(login: string): Login {
  const bytes = bytesOf(login).toString('latin1')
  const colon = bytes.indexOf(':')
  if (colon < 0) return { user: bytes, password: '' }
  return { user: bytes.slice(0, colon), password: bytes.slice(colon + 1) }
}

/** As UTF-8; U+DC80 to U+DCFF, which stand for bytes of bnfos.conf that are none, as those bytes. */
function bytesOf(login: string): Buffer {
  const parts = [...login].map(character => {
    const code = character.codePointAt(0) ?? 0
    return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character)
  })
  return Buffer.concat(parts)
}

/** The value of `Authorization` for Basic, RFC 7617. */
export function basicAuthorization({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'latin1').toString('base64')}`
}

/** One use of a nonce. */
export interface DigestUse {
  readonly method: string
  /** The request target, as it stands in the request. */
  readonly uri: string
  /** How often this nonce has been used, this time included. */
  readonly count: number
  /** Our own nonce. */
  readonly clientNonce: string
}

/** The value of `Authorization` for Digest, RFC 7616 3.4; without qop, RFC 2069. */
export function digestAuthorization(challenge: DigestChallenge, login: Login, use: DigestUse): string {
  const { realm, nonce, opaque, algorithmName, qop } = challenge
  const words = [
    `username=${quoted(login.user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(use.uri)}`,
    ...(qop === null ? [] : [`cnonce=${quoted(use.clientNonce)}`, `nc=${countOf(use)}`, `qop=${qop}`]),
    `response="${digestResponse(challenge, login, use)}"`,
    ...(opaque === null ? [] : [`opaque=${quoted(opaque)}`]),
    ...(algorithmName === null ? [] : [`algorithm=${algorithmName}`]),
  ]
  return `Digest ${words.join(', ')}`
}

/** RFC 7616 3.4.1: the proof that the password is known. */
export function digestResponse(challenge: DigestChallenge, login: Login, use: DigestUse): string {
  const { realm, nonce, qop } = challenge
  const { hash, session } = digestAlgorithms[challenge.algorithm]
  const digest = (...parts: string[]) => createHash(hash).update(parts.join(':'), 'latin1').digest('hex')

  const secret = digest(login.user, realm, login.password)
  const key = session ? digest(secret, nonce, use.clientNonce) : secret
  const request = digest(use.method, use.uri)
  return qop === null
    ? digest(key, nonce, request)
    : digest(key, nonce, countOf(use), use.clientNonce, qop, request)
}

function countOf(use: DigestUse): string {
  return use.count.toString(16).padStart(8, '0')
}

/** Control characters would end the header: they can't be sent, and no login that works has any. */
function quoted(value: string): string {
  return `"${[...value]
    .filter(character => character >= ' ')
    .join('')
    .replace(/["\\]/g, '\\$&')}"`
}
