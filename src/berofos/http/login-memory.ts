import { randomBytes } from 'node:crypto'
import { type Challenge, strongestChallenge } from './challenge.ts'
import { basicAuthorization, digestAuthorization, type Login, parseLogin } from './credentials.ts'
import type { Reply } from './reply.ts'

/** What to do after a 401: ask once more, or which of the three reasons to give up. */
export type AfterRefusal = 'ask again' | 'missing' | 'wrong' | 'impossible' | 'weaker'

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
  const clientNonce = randomBytes(16).toString('hex')
  return digestAuthorization(challenge, login, { method: 'GET', uri: target, count, clientNonce })
}
