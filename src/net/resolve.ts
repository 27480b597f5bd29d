import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type DeadlineClock, within } from './deadline.ts'
import { codeOf } from './error-texts.ts'
import { msText } from './printable.ts'

export interface Address {
  /** Literal, an IPv6 one maybe with `%interface`. */
  readonly address: string
  readonly family: 4 | 6
}

/** At least one, the one to ask first at the front. */
export type Addresses = readonly [Address, ...Address[]]

export type Resolved =
  | { readonly ok: true; readonly value: Addresses }
  /** `systemCode`: of the system's resolver; null: it has not answered in time. `detail`: the same as a sentence. */
  | { readonly ok: false; readonly systemCode: string | null; readonly detail: string }

/** Name or literal → addresses, at the latest after `timeoutMs` or when the signal aborts. Never rejects. */
export type Resolve = (
  host: string,
  timeoutMs: number,
  clock: DeadlineClock,
  signal: AbortSignal,
) => Promise<Resolved>

/** Asks the system's resolver once; rejects when it has no answer. */
export type LookUp = (name: string) => Promise<Addresses>

/** What is used instead when the resolver fails or is silent. */
interface AddressMemory {
  get(name: string): Addresses | undefined
  /** The resolver gave this answer. */
  note(name: string, addresses: Addresses): void
}

interface ResolverOptions {
  /** Default: the last answer of the resolver for each name. */
  readonly memory?: AddressMemory
  /** How long a silent resolver is waited for when the memory has an answer, of `timeoutMs`. Default: a quarter. */
  readonly patienceMs?: (timeoutMs: number) => number
}

/** More names than any configuration has; the oldest answer is dropped then. */
const rememberedNames = 256
/** More addresses than the name of a server has; more could hardly be asked within one deadline. */
const mostAddresses = 8

/** Name servers may die together with the master: a name that was resolved before still leads somewhere then. */
export function createResolver(
  lookUp: LookUp = systemLookUp,
  { memory = lastAnswers(), patienceMs = timeoutMs => timeoutMs / 4 }: ResolverOptions = {},
): Resolve {
  const inFlight = new Map<string, { readonly answer: Promise<Resolved>; readonly startedAt: number }>()

  // One look-up a name at a time: each holds a thread of the pool until the resolver gives up by itself.
  const start = (name: string, startedAt: number) => {
    const answer = lookUp(name)
      .then(
        (value): Resolved => {
          memory.note(name, value)
          return { ok: true, value }
        },
        (error): Resolved => explain(name, error),
      )
      .finally(() => inFlight.delete(name))
    inFlight.set(name, { answer, startedAt })
    return { answer, startedAt }
  }

  return async (host, timeoutMs, clock, signal) => {
    const literal = literalOf(host)
    if (literal) return { ok: true, value: [literal] }
    const known = memory.get(host)
    const question = inFlight.get(host) ?? start(host, clock.mono())
    const leftMs = known ? patienceMs(timeoutMs) - (clock.mono() - question.startedAt) : timeoutMs
    const silent: Resolved = {
      ok: false,
      systemCode: null,
      detail: `looking up ${host} took over ${msText(timeoutMs)}`,
    }
    const found = await within(clock, Math.max(0, leftMs), question.answer, silent, signal)
    return found.ok || !known ? found : { ok: true, value: known }
  }
}

function lastAnswers(): AddressMemory {
  const answers = new Map<string, Addresses>()
  return {
    get: name => answers.get(name),
    note(name, addresses) {
      answers.delete(name)
      answers.set(name, addresses)
      const oldest = answers.keys().next()
      if (answers.size > rememberedNames && !oldest.done) answers.delete(oldest.value)
    },
  }
}

/** The resolver that all probes share. */
export const resolve: Resolve = createResolver()

/** `[::1]` and `::1` alike; null: a name. */
function literalOf(host: string): Address | null {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(address)
  return family === 4 || family === 6 ? { address, family } : null
}

function explain(name: string, error: unknown): Resolved {
  const systemCode = codeOf(error) || 'unknown error'
  return { ok: false, systemCode, detail: `this node cannot resolve ${name} (${systemCode})` }
}

/**
 * At most so many look-ups at once, whoever asks: each holds one of the four threads that files are read and written
 * with too, and one that gets no answer holds it for many seconds.
 */
export function limited(mostAtOnce: number, lookUp: LookUp): LookUp {
  let running = 0
  const waiting: (() => void)[] = []
  return async name => {
    if (running >= mostAtOnce) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
    try {
      return await lookUp(name)
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

/** The system's resolver. IPv4 addresses first: telephony listens there more often than not. */
export function systemLookUp(name: string): Promise<Addresses> {
  return lookUpWith(name, { order: 'ipv4first' })
}

/** The same in the order that gai.conf(5) wants. */
export function systemLookUpInOrder(name: string): Promise<Addresses> {
  return lookUpWith(name, {})
}

/** The same for what speaks IPv4 only. */
export function systemLookUpIpv4(name: string): Promise<Addresses> {
  return lookUpWith(name, { family: 4 })
}

async function lookUpWith(name: string, options: object): Promise<Addresses> {
  const found = await lookup(name, { ...options, all: true })
  const families = new Map(found.map(({ address, family }) => [address, family === 6 ? 6 : 4] as const))
  const [first, ...others] = [...families].map(([address, family]): Address => ({ address, family }))
  if (first === undefined) throw new Error(`${name} has no address`)
  return [first, ...others.slice(0, mostAddresses - 1)]
}
