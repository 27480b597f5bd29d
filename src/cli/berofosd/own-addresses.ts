import type { DeviceSettings, Settings } from '../../core/settings.ts'
import { type Resolve, resolve } from '../../net/resolve.ts'
import { systemClock } from '../../system/clock.ts'
import { isOwnAddress } from '../../system/own-address.ts'

interface AddressProblem {
  /** Section and key. */
  readonly at: string
  readonly is: string
  readonly expected: string
}

interface AddressReport {
  /** Hosts that can't serve: a master, check or witness that is this very node, and a witness that is the master. */
  readonly problems: readonly AddressProblem[]
  /** Devices that are one and the same by different names, a sentence each. */
  readonly warnings: readonly string[]
}

/** A resolver that hangs delays the report by so much; a name that it does not know is not reported here. */
const resolverMs = 2000

/** What is wrong with the hosts, names and addresses alike. Never rejects. */
export async function examineAddresses(settings: Settings, find: Resolve = resolve): Promise<AddressReport> {
  const { master, checks, witnesses, devices } = settings
  const isBypass = settings.site.kind === 'bypass'
  const places = isBypass
    ? []
    : [
        { at: '[master] host', host: master.host, expected: "the master's own address" },
        ...checks
          .filter(({ host }) => host !== '' && host !== master.host)
          .map(({ name, host }) => ({
            at: `[check.${name}]`,
            host,
            expected: 'a host that is not this node',
          })),
        ...witnesses.map(host => ({
          at: '[isolation] witness',
          host,
          expected: 'a host besides both nodes',
        })),
      ]
  const hosts = [...places, ...(devices ?? [])].flatMap(({ host }) => host ?? [])
  const addresses = await addressesOf([...new Set(hosts)], find)
  const own = new Set<string>()
  await Promise.all(
    [...new Set(places.flatMap(({ host }) => addresses.get(host) ?? []))].map(async address => {
      if (await isOwnAddress(address)) own.add(address)
    }),
  )
  const ownOf = (host: string) => addresses.get(host)?.find(address => own.has(address))
  const isMaster = (host: string) =>
    host === master.host || addresses.get(host)?.some(each => addresses.get(master.host)?.includes(each))
  return {
    problems: [
      ...places.flatMap(({ at, host, expected }) => {
        const address = ownOf(host)
        if (address === undefined) return []
        return [{ at, is: `${named(host, address)} is an address of this very node`, expected }]
      }),
      ...witnesses.filter(isMaster).map(host => ({
        at: '[isolation] witness',
        is: `${host} is the master`,
        expected: 'a host besides both nodes',
      })),
    ],
    warnings: twins(devices ?? [], addresses),
  }
}

type Addresses = ReadonlyMap<string, readonly string[]>

async function addressesOf(hosts: readonly string[], find: Resolve): Promise<Addresses> {
  const { signal } = new AbortController()
  const found = await Promise.all(
    hosts.map(async host => {
      const answer = await find(host, resolverMs, systemClock, signal)
      return [host, answer.ok ? answer.value.map(({ address }) => address) : []] as const
    }),
  )
  return new Map(found)
}

/** `pbx (10.34.1.10)`, or the address alone. */
function named(host: string, address: string): string {
  return host.replace(/^\[(.*)\]$/, '$1') === address ? host : `${host} (${address})`
}

/** Each device with the first one before it that has an address and the port in common. */
function twins(devices: readonly DeviceSettings[], addresses: Addresses): string[] {
  return devices.flatMap((device, index) => {
    // By the same name they are an error of the file already.
    const shared = (other: DeviceSettings) =>
      other.host !== device.host &&
      addresses.get(other.host ?? '')?.find(each => addresses.get(device.host ?? '')?.includes(each))
    const twin = devices.slice(0, index).find(other => other.port === device.port && shared(other))
    if (!twin) return []
    const hosts = `${twin.host} and ${device.host} are both ${shared(twin)}`
    return [`${twin.name} and ${device.name} are one device: ${hosts}, correct the host of one`]
  })
}
