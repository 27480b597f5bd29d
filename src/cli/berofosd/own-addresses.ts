import type { Settings } from '../../core/settings.ts'
import { isOwnAddress } from '../../system/own-address.ts'

export interface AddressProblem {
  /** Section and key. */
  readonly at: string
  readonly is: string
  readonly expected: string
}

/**
 * Hosts that can't serve: a master, check or witness that is this very node, and a witness that is the master. Of names
 * nothing is asked. Never rejects.
 */
export async function addressProblems({ master, checks, witnesses }: Settings): Promise<AddressProblem[]> {
  const hosts = [
    { at: '[master] host', host: master.host, expected: "the master's own address" },
    ...checks
      .filter(({ host }) => host !== master.host)
      .map(({ name, host }) => ({ at: `[check.${name}]`, host, expected: 'a host that is not this node' })),
    ...witnesses.map(host => ({ at: '[isolation] witness', host, expected: 'a host besides both nodes' })),
  ]
  const own = await Promise.all(hosts.map(async each => ({ ...each, isOwn: await isOwnAddress(each.host) })))
  const twice = witnesses.filter(host => host === master.host)
  return [
    ...own
      .filter(({ isOwn }) => isOwn)
      .map(({ at, host, expected }) => ({ at, is: `${host} is an address of this very node`, expected })),
    ...twice.map(host => ({
      at: '[isolation] witness',
      is: `${host} is the master`,
      expected: 'a host besides both nodes',
    })),
  ]
}
