import type { LookupFunction } from 'node:net'
import { codeOf, networkError } from '../net/error-texts.ts'
import { createResolver, limited, systemLookUp } from '../net/resolve.ts'
import type { Clock } from '../system/clock.ts'

/** What came of one try to tell somebody. `why`: a clause without a URL's path, a login or a token. */
export type Sent = { readonly ok: true } | Refused
interface Refused {
  readonly ok: false
  readonly why: string
  /** It was understood and not wanted: the same again would be refused again. */
  readonly refused?: true
}

/** What came of a test. `title`: of the way, for people. */
export interface Tested {
  readonly title: string
  readonly sent: Sent
  readonly ms: number
}

export interface HttpSending {
  readonly method: 'POST' | 'GET'
  /** May hold a login. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** What is wrong with an answer of a good status; null: nothing. */
  readonly judge?: (body: string) => string | null
}

export interface MailSending {
  readonly smtp: { readonly host: string; readonly port: number }
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** What sends alerts; a test may replace it. Neither rejects; both end at a deadline and on abort. */
export interface Senders {
  readonly http: (sending: HttpSending, clock: Clock, signal: AbortSignal) => Promise<Sent>
  readonly mail: (sending: MailSending, clock: Clock, signal: AbortSignal) => Promise<Sent>
  /** Reads what mail takes: an upgrade takes the file away, and reading it in the night would take 60 ms. */
  readonly loadMail: () => Promise<void>
}

/** The part of a URL that may be told. */
export function hostOf(url: string): string {
  return new URL(url).host
}

export function noAnswerIn(ms: number): string {
  return `no answer in ${ms / 1000} s`
}

/** What an error means, without what it quotes: the address may be followed by a secret. */
export function whyOf(error: unknown): string {
  const code = codeOf(error)
  if (code === '' && error instanceof TypeError) return 'internal error: TypeError'
  const known = causes[code] ?? networkError(code)?.text
  return known ?? (/^[A-Z][A-Z_0-9]{2,40}$/.test(code) ? code : 'the connection failed')
}

/** Besides the errors of a socket. */
const causes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'this node can not look up its name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted: add it with update-ca-certificates',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted: add its authority with update-ca-certificates',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not trusted: add its authority with update-ca-certificates',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is not trusted: add its authority with update-ca-certificates',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is of another name',
  EPROTO: 'it does not speak TLS there',
}

/** One look-up at a time for all alerts: they must not take the threads that the state is saved with. */
const resolveForAlerts = createResolver(limited(1, systemLookUp))

/** The look-up of a connection; at the latest after `timeoutMs`. Use it with `autoSelectFamily`, to try every address. */
export function lookUpFor(timeoutMs: number, clock: Clock, signal: AbortSignal): LookupFunction {
  return (name, options, done) => {
    void resolveForAlerts(name, timeoutMs, clock, signal).then(found => {
      if (!found.ok) return done(Object.assign(new Error(found.detail), { code: 'ENOTFOUND' }), '', 4)
      const [first] = found.value
      const wantsAll = (options as { readonly all?: boolean }).all === true
      // Node takes either shape, by `all`; its type knows only one.
      if (wantsAll) done(null, found.value as never)
      else done(null, first.address, first.family)
    })
  }
}
