import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import type { DeviceClock } from '../device.ts'

/** Asks the system for the IPv4 address of a name; calls back once. */
export type LookUp = (host: string, answer: (failure: string | null, address: string) => void) => void

export type Resolved =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly systemCode: string }

export interface HostAddress {
  /** Null: `stop` came first. */
  resolve(stop: AbortSignal): Promise<Resolved | null>
  /** Remembers that the device answered at this address. */
  worked(address: string): void
}

/**
 * So long is a look-up waited for when an address is known that worked: the name server may have died together
 * with the master, and then the lines must move all the same.
 */
const patienceMs = 500

/** A host given by name is looked up for each request; one given by address never. */
export function createHostAddress(
  host: string,
  clock: DeviceClock,
  lookUp: LookUp = systemLookUp,
): HostAddress {
  let known: string | null = null
  let pending: Promise<Resolved> | null = null

  function lookUpOnce(): Promise<Resolved> {
    pending ??= new Promise<Resolved>(resolve => {
      lookUp(host, (failure, address) => {
        pending = null
        resolve(failure === null ? { ok: true, address } : { ok: false, systemCode: failure })
      })
    })
    return pending
  }

  return {
    async resolve(stop) {
      if (isIP(host)) return { ok: true, address: host }
      const found = await firstOf(lookUpOnce(), stop, known === null ? null : { clock, ms: patienceMs })
      if (stop.aborted || found?.ok || known === null) return found
      return { ok: true, address: known }
    },
    worked(address) {
      known = address
    },
  }
}

/** What a promise that can't be cancelled says, or null when `stop` or the time is first. */
function firstOf<T>(
  promise: Promise<T>,
  stop: AbortSignal,
  limit: { clock: DeviceClock; ms: number } | null,
): Promise<T | null> {
  return new Promise(resolve => {
    const finish = (value: T | null) => {
      timer?.cancel()
      stop.removeEventListener('abort', giveUp)
      resolve(value)
    }
    const giveUp = () => finish(null)
    const timer = limit?.clock.after(limit.ms, giveUp)
    stop.addEventListener('abort', giveUp, { once: true })
    if (stop.aborted) giveUp()
    promise.then(finish, giveUp)
  })
}

/**
 * Look-ups hold a thread each, of the four that file access needs too, and one without a name server holds it
 * for many seconds: so many at once in the whole process, no more.
 */
const mostLookUps = 2
let running = 0
const queue: (() => void)[] = []

function systemLookUp(host: string, answer: (failure: string | null, address: string) => void): void {
  if (running >= mostLookUps) {
    queue.push(() => systemLookUp(host, answer))
    return
  }
  running += 1
  lookup(host, { family: 4 }, (error, address) => {
    running -= 1
    queue.shift()?.()
    answer(error ? (error.code ?? 'unknown') : null, address)
  })
}
