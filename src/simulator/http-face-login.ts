import { randomBytes } from 'node:crypto'
import type { DigestChallenge } from '../berofos/http/challenge.ts'
import { basicAuthorization, digestResponse, parseLogin } from '../berofos/http/credentials.ts'
import { adminUser, type SimulatedDevice, wantsLogin } from './simulated-device.ts'

const realm = 'berofos'

export interface LoginCheck {
  /** Null: come in; else the value of `WWW-Authenticate`. */
  check(authorization: string | null, target: string): string | null
  /** What to ask for, whatever the login. */
  challenge(): string
  /** Makes every nonce given out so far too old. */
  expireNonces(): void
}

/** The door of a virtual berofos. Digest is MD5 with qop, as small embedded servers have it. */
export function createLoginCheck(device: SimulatedDevice): LoginCheck {
  let nonce = freshNonce()
  let oldNonce = ''
  const login = () => parseLogin(`${adminUser}:${device.values.get('apwd') ?? ''}`)

  function ask(stale: boolean): string {
    if (device.auth !== 'digest') return `Basic realm="${realm}"`
    return `Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=MD5${stale ? ', stale=true' : ''}`
  }

  function checkDigest(words: ReadonlyMap<string, string>, target: string): string | null {
    const challenge: DigestChallenge = {
      scheme: 'digest',
      realm,
      nonce: words.get('nonce') ?? '',
      opaque: null,
      algorithm: 'md5',
      algorithmName: null,
      qop: words.get('qop') === 'auth' ? 'auth' : null,
      stale: false,
    }
    const count = Number.parseInt(words.get('nc') ?? '1', 16)
    const use = { method: 'GET', uri: target, count, clientNonce: words.get('cnonce') ?? '' }
    const proven =
      words.get('uri') === target && words.get('response') === digestResponse(challenge, login(), use)
    if (!proven) return ask(false)
    if (challenge.nonce === nonce) return null
    return ask(challenge.nonce === oldNonce)
  }

  return {
    check(authorization, target) {
      if (!wantsLogin(device)) return null
      if (device.auth === 'basic') return authorization === basicAuthorization(login()) ? null : ask(false)
      return authorization?.startsWith('Digest ') ? checkDigest(wordsOf(authorization), target) : ask(false)
    },
    challenge: () => ask(false),
    expireNonces() {
      oldNonce = nonce
      nonce = freshNonce()
    },
  }
}

function freshNonce(): string {
  return randomBytes(16).toString('hex')
}

function wordsOf(authorization: string): Map<string, string> {
  const words = authorization.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)
  return new Map([...words].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}
