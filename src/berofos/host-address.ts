import { isIP } from 'node:net'
import {
  type Addresses,
  createResolver,
  type LookUp,
  limited,
  type Resolved,
  systemLookUpIpv4,
} from '../net/resolve.ts'
import type { DeviceClock, RememberedAddresses } from './device.ts'

/** The address of one device. A host given by name is looked up for each request. */
export interface HostAddress {
  /** Null: `stop` came first. */
  resolve(stop: AbortSignal): Promise<Resolved | null>
  /** Remembers that the device answered at this address: only such an address is used when the resolver is silent. */
  worked(address: string): void
  /** Remembers that nothing answered at this address: another one of the same name is first next time. */
  missed(address: string): void
}

/**
 * How long a look-up is waited for when an address is known that worked: the name server may have died together with
 * the master, and then the lines must move all the same. Most of the request's time is the device's.
 */
const patienceMs = 500
const patienceShare = 1 / 4

/** Of all devices together: relays must not take the threads that the state is saved with. */
const deviceLookUp = limited(2, systemLookUpIpv4)

interface HostOptions {
  /** Replaces the system's name look-up. */
  readonly lookUp?: LookUp | undefined
  readonly remembered?: RememberedAddresses | undefined
  /** How long a whole request may take. */
  readonly timeoutMs: number
}

export function createHostAddress(
  host: string,
  clock: DeviceClock,
  { lookUp = deviceLookUp, remembered, timeoutMs }: HostOptions,
): HostAddress {
  const before = remembered?.get(host) ?? null
  let known: Addresses | undefined = before === null ? undefined : [{ address: before, family: 4 }]
  let last: { readonly address: string; readonly answered: boolean } | null = null
  const memory = { get: () => known, note: () => {} }
  const patience = Math.min(patienceMs, timeoutMs * patienceShare)
  const resolve = createResolver(lookUp, { memory, patienceMs: () => patience })
  return {
    async resolve(stop) {
      // The deadline of the request aborts `stop`.
      const found = await resolve(host, Number.POSITIVE_INFINITY, clock, stop)
      if (stop.aborted) return null
      if (!found.ok || last === null) return found
      const { address, answered } = last
      const at = found.value.findIndex(each => each.address === address)
      return at === -1 ? found : { ok: true, value: startingAt(found.value, answered ? at : at + 1) }
    },
    worked(address) {
      known = [{ address, family: 4 }]
      last = { address, answered: true }
      if (isIP(host) === 0) remembered?.note(host, address)
    },
    missed(address) {
      last = { address, answered: false }
    },
  }
}

function startingAt(addresses: Addresses, place: number): Addresses {
  const [first, ...others] = [...addresses.slice(place), ...addresses.slice(0, place)]
  return first ? [first, ...others] : addresses
}
