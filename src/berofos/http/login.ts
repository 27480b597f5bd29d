import { createRequire } from 'node:module'
import { type Challenge, type DigestChallenge, digestAlgorithms, strongestChallenge } from './challenge.ts'
import type { Reply } from './reply.ts'

/** Loaded when a device first wants Digest: it would be a tenth of the time of each `bnfos --set`. */
const crypto = (): typeof import('node:crypto') => createRequire(import.meta.url)('node:crypto')

/** What to do after a 401: ask once more, or which of the three reasons to give up. */
type AfterRefusal = 'ask again' | 'missing' | 'wrong' | 'impossible' | 'weaker'

export interface LoginMemory {
  /** The `Authorization` to send with a GET of this target; null: none, the device has not asked for one yet. */
  authorization(target: string): string | null
  /** A 401 came: `answers` challenges of this very request have been answered before. */
  refused(reply: Reply, answers: number): AfterRefusal
}

/**
 * Remembers what the device asked for, so that from the second request on one round trip is enough: Basic is sent
 * at once, a Digest nonce is used again with the next count. A login that fails is forgotten: the next request
 * begins anew. Digest that was seen once is not given up for Basic in the life of this memory.
 */
export function createLoginMemory(configured: string | null): LoginMemory {
  const login = configured === null ? null : parseLogin(configured)
  let remembered: Challenge | null = null
  // Whoever sits in between could ask for Basic to get the password itself.
  let digestSeen = false
  let count = 0

  function forget(why: AfterRefusal): AfterRefusal {
    remembered = null
    return why
  }

  return {
    authorization(target) {
      if (!login || !remembered) return null
      count += 1
      return authorizationFor(remembered, login, target, count)
    },
    refused(reply, answers) {
      if (!login) return 'missing'
      const asked = strongestChallenge(
        reply.headers.filter(([name]) => name === 'www-authenticate').map(([, value]) => value),
      )
      if (!asked) return forget('impossible')
      if (asked.scheme === 'basic' && digestSeen) return forget('weaker')
      if (isRefusal(asked, remembered, answers)) return forget('wrong')
      digestSeen ||= asked.scheme === 'digest'
      remembered = asked
      count = 0
      return 'ask again'
    },
  }
}

/**
 * Whether the login itself was refused. Not so when a remembered nonce was (too old, the device was restarted),
 * when another scheme is asked for now, or when the device says so (`stale`), once.
 */
function isRefusal(asked: Challenge, sent: Challenge | null, answers: number): boolean {
  if (sent === null) return false
  if (asked.scheme === 'basic') return sent.scheme === 'basic'
  if (answers === 0 || sent.scheme === 'basic') return answers > 1
  return answers > 1 || !asked.stale
}

function authorizationFor(challenge: Challenge, login: Login, target: string, count: number): string {
  if (challenge.scheme === 'basic') return basicAuthorization(login)
  const clientNonce = crypto().randomBytes(16).toString('hex')
  return digestAuthorization(challenge, login, { method: 'GET', uri: target, count, clientNonce })
}

/** A login as bytes in strings (one character a byte), so that whatever bnfos.conf has in it arrives unchanged. */
interface Login {
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

/** As UTF-8; U+DC80 to U+DCFF, which stand for bytes of bnfos.conf that are not UTF-8, as those bytes. */
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
interface DigestUse {
  readonly method: string
  /** The request target, as in the request. */
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
  const digest = (...parts: string[]) =>
    crypto().createHash(hash).update(parts.join(':'), 'latin1').digest('hex')

  const secret = digest(login.user, realm, login.password)
  const key = session ? digest(secret, nonce, use.clientNonce) : secret
  // RFC 7616 3.4.3: with integrity the hash of the body as well, which a GET has none of.
  const request = digest(use.method, use.uri, ...(qop === 'auth-int' ? [digest('')] : []))
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
