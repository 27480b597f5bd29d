/** What a device asks for with its 401. Strings hold bytes (one character a byte). */
export type Challenge = BasicChallenge | DigestChallenge

interface BasicChallenge {
  readonly scheme: 'basic'
}

export interface DigestChallenge {
  readonly scheme: 'digest'
  readonly realm: string
  readonly nonce: string
  /** Given back unread; null: none. */
  readonly opaque: string | null
  readonly algorithm: DigestAlgorithm
  /** The algorithm in the device's own spelling, to be given back; null: not named, so not given back. */
  readonly algorithmName: string | null
  /** null: the old way of RFC 2069, without count and client nonce. */
  readonly qop: Qop | null
  /** The login was right, only the nonce was too old. */
  readonly stale: boolean
}

/** What is proven besides the password: the request, or the request and its body. */
type Qop = 'auth' | 'auth-int'

/** How strong, which hash, and whether the first hash is taken once more with the nonces. */
export const digestAlgorithms = {
  md5: { strength: 1, hash: 'md5', session: false },
  'md5-sess': { strength: 2, hash: 'md5', session: true },
  'sha-256': { strength: 3, hash: 'sha256', session: false },
  'sha-256-sess': { strength: 4, hash: 'sha256', session: true },
} as const
type DigestAlgorithm = keyof typeof digestAlgorithms

/** The strongest challenge that can be answered, out of all `WWW-Authenticate` values; null: none of them. */
export function strongestChallenge(values: readonly string[]): Challenge | null {
  const known = values.flatMap(offersOf).flatMap(offer => understood(offer) ?? [])
  return known.reduce<Challenge | null>(
    (best, challenge) => (best === null || strength(challenge) > strength(best) ? challenge : best),
    null,
  )
}

interface Offer {
  readonly scheme: string
  readonly words: Map<string, string>
}

// RFC 9110 11.6.1: a token; after it `=` and a value makes it a parameter, anything else a scheme.
// Blanks first and on their own: so no input makes it try the same bytes again and again.
const piece = /[\s,]+|([^\s,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*)))?|[\s\S]/gy

/** Several challenges may share a header line, parted by the same comma as their parameters. */
function offersOf(value: string): Offer[] {
  const offers: Offer[] = []
  for (const [, token, inQuotes, bare] of value.matchAll(piece)) {
    if (token === undefined) continue
    if (inQuotes === undefined && bare === undefined) {
      offers.push({ scheme: token.toLowerCase(), words: new Map() })
    } else {
      offers.at(-1)?.words.set(token.toLowerCase(), inQuotes?.replace(/\\([\s\S])/g, '$1') ?? bare ?? '')
    }
  }
  return offers
}

function understood({ scheme, words }: Offer): Challenge | null {
  if (scheme === 'basic') return { scheme }
  const nonce = words.get('nonce')
  if (scheme !== 'digest' || nonce === undefined) return null
  const algorithmName = words.get('algorithm') ?? null
  const algorithm = (algorithmName ?? 'md5').toLowerCase()
  const qops = words
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/)
  // Of both the simpler one: the requests have no body.
  const qop = (['auth', 'auth-int'] as const).find(each => qops?.includes(each)) ?? null
  if (!isKnown(algorithm) || (qops && qop === null)) return null
  // RFC 7616 3.4.2 takes our nonce into the hash, and only with qop is there a place to send it; curl refuses too.
  if (digestAlgorithms[algorithm].session && qop === null) return null
  return {
    scheme,
    realm: words.get('realm') ?? '',
    nonce,
    opaque: words.get('opaque') ?? null,
    algorithm,
    algorithmName,
    qop,
    stale: words.get('stale')?.toLowerCase() === 'true',
  }
}

function isKnown(algorithm: string): algorithm is DigestAlgorithm {
  return Object.hasOwn(digestAlgorithms, algorithm)
}

function strength(challenge: Challenge): number {
  return challenge.scheme === 'basic' ? 0 : digestAlgorithms[challenge.algorithm].strength
}
