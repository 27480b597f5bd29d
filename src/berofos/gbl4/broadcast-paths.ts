import { networkInterfaces } from 'node:os'

/** Every station of whatever network; it goes out where the source address is. RFC 919 7 */
export const limitedBroadcast = '255.255.255.255'

/** One way out: from an address of this host to all of one network. */
export interface BroadcastPath {
  readonly from: string
  readonly to: readonly string[]
}

/** The part of os.networkInterfaces() that matters here. */
interface InterfaceAddress {
  readonly family: string
  readonly address: string
  readonly netmask: string
}

type Interfaces = Readonly<Record<string, readonly InterfaceAddress[] | undefined>>

/**
 * What the system lists; nothing where it may not be asked: getifaddrs(3) needs netlink, which the sandbox of the service
 * does not open. A device is reached by its own address all the same.
 */
export function interfacesOf(list: () => Interfaces): Interfaces {
  try {
    return list()
  } catch {
    return {}
  }
}

/**
 * One path an IPv4 address of each interface, loopback included. A device that still has its factory address
 * belongs to no network here and hears 255.255.255.255 only; this one leaves by one interface alone, that of its
 * source address, so each has a path.
 */
export function broadcastPaths(interfaces: Interfaces = interfacesOf(networkInterfaces)): BroadcastPath[] {
  return Object.values(interfaces)
    .flatMap(addresses => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address, netmask }) => ({
      from: address,
      to: [...directedBroadcast(address, netmask), limitedBroadcast],
    }))
}

// RFC 3021: a network of one or two addresses has no broadcast address.
function directedBroadcast(address: string, netmask: string): string[] {
  const mask = netmask.split('.').map(Number)
  if ((mask[3] ?? 0) >= 254) return []
  return [
    address
      .split('.')
      .map((part, index) => Number(part) | (~(mask[index] ?? 255) & 255))
      .join('.'),
  ]
}
