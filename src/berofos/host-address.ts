import {
  type Addresses,
  createResolver,
  type LookUp,
  limited,
  type Resolved,
  systemLookUpIpv4,
} from '../net/resolve.ts'
import type { DeviceClock } from './device.ts'

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
 * the master, and then the lines must move all the same.
 */
const patienceMs = 500

/** Of all devices together: relays must not take the threads that the state is saved with. */
const deviceLookUp = limited(2, systemLookUpIpv4)

export function createHostAddress(
  host: string,
  clock: DeviceClock,
  lookUp: LookUp = deviceLookUp,
): HostAddress {
  let known: Addresses | undefined
  let last: { readonly address: string; readonly answered: boolean } | null = null
  const memory = { get: () => known, note: () => {} }
  const resolve = createResolver(lookUp, { memory, patienceMs: () => patienceMs })
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
