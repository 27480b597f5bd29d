import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Clock } from '../system/clock.ts'
import { isOwnAddress } from '../system/own-address.ts'
import type { Attempt } from './attempt.ts'
import { codeOf } from './judge-error.ts'
import { spokenMs } from './spoken.ts'

export interface Address {
  /** Literal, an IPv6 one maybe with `%interface`. */
  readonly address: string
  readonly family: 4 | 6
}

export type Resolved =
  | { readonly ok: true; readonly value: Address }
  | { readonly ok: false; readonly detail: string }

/** Name or literal → address, at the latest after `timeoutMs` or the signal. Never rejects. */
export type Resolve = (
  host: string,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
) => Promise<Resolved>

/** Asks the system's resolver once; rejects when it has no answer. */
export type LookUp = (name: string) => Promise<Address>

/** More names than any configuration has; beyond it the oldest answer is forgotten. */
const rememberedNames = 256
/** With a known answer at hand a silent resolver may use up this share of the deadline, no more. */
const patienceShare = 1 / 4

/** A resolver that remembers the last answer that worked, and falls back to it when look-ups fail or hang. */
export function createResolver(lookUp: LookUp = systemLookUp): Resolve {
  const answers = new Map<string, Address>()
  const inFlight = new Map<string, { readonly answer: Promise<Resolved>; readonly startedAt: number }>()

  const remember = (name: string, value: Address): Resolved => {
    answers.delete(name)
    answers.set(name, value)
    const oldest = answers.keys().next()
    if (answers.size > rememberedNames && !oldest.done) answers.delete(oldest.value)
    return { ok: true, value }
  }
  // One look-up a name at a time: each holds a thread of the pool until the resolver gives up by itself.
  const start = (name: string, startedAt: number) => {
    const answer = lookUp(name)
      .then(
        value => remember(name, value),
        error => explain(name, error),
      )
      .finally(() => inFlight.delete(name))
    inFlight.set(name, { answer, startedAt })
    return { answer, startedAt }
  }

  return async (host, timeoutMs, clock, signal) => {
    const literal = literalOf(host)
    if (literal) return { ok: true, value: literal }
    const known = answers.get(host)
    const question = inFlight.get(host) ?? start(host, clock.mono())
    const patienceMs = known ? timeoutMs * patienceShare - (clock.mono() - question.startedAt) : timeoutMs
    const silent: Resolved = { ok: false, detail: `looking up ${host} took over ${spokenMs(timeoutMs)}` }
    const found = await within(question.answer, Math.max(0, patienceMs), silent, clock, signal)
    return found.ok || !known ? found : { ok: true, value: known }
  }
}

/** The resolver that all probes share. */
export const resolve: Resolve = createResolver()

/** The address of `host` for a probe under way; null: the attempt is over (`inconclusive`). */
export async function resolveFor(attempt: Attempt, host: string): Promise<Address | null> {
  attempt.blameDeadlineOn(`the resolver of this node did not answer for ${host}`)
  const found = await resolve(host, attempt.remainingMs(), attempt.clock, attempt.signal)
  attempt.blameDeadlineOn(null)
  if (!found.ok) attempt.settle('inconclusive', found.detail)
  else if (await isOwnAddress(found.value.address))
    attempt.settle('inconclusive', ownText(found.value.address))
  return found.ok && !attempt.signal.aborted ? found.value : null
}

/**
 * A floating address that came to this node would answer for the master: nothing is known of the master then. Asked at
 * each probe, since it may come at any time.
 */
export function ownText(address: string): string {
  return `${address} is an address of this node itself: name one that only the master has`
}

/** The answer, or `otherwise` when it takes longer than `ms` or the signal aborts. Leaves no timer, no listener. */
function within<T>(
  answer: Promise<T>,
  ms: number,
  otherwise: T,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  return new Promise(resolve => {
    const end = (value: T) => {
      timer.cancel()
      signal.removeEventListener('abort', giveUp)
      resolve(value)
    }
    const giveUp = () => end(otherwise)
    const timer = clock.after(ms, giveUp)
    signal.addEventListener('abort', giveUp)
    void answer.then(end)
    if (signal.aborted) giveUp()
  })
}

/** `[::1]` and `::1` alike; null: a name. */
function literalOf(host: string): Address | null {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(address)
  return family === 4 || family === 6 ? { address, family } : null
}

function explain(name: string, error: unknown): Resolved {
  return { ok: false, detail: `this node cannot resolve ${name} (${codeOf(error) || 'unknown error'})` }
}

/** A name with both kinds gets its IPv4 address: telephony listens there more often than not. */
async function systemLookUp(name: string): Promise<Address> {
  const { address, family } = await lookup(name, { order: 'ipv4first' } as { family?: 0 })
  return { address, family: family === 6 ? 6 : 4 }
}
