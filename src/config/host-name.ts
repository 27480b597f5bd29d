import { isIP } from 'node:net'

/** How a host must look, for error messages. */
export const hostForm = 'a host name, an IPv4 or an IPv6 address'

/** Whether this can be the name or address of one host: no port, no brackets, not the address of nobody. */
export function isHost(text: string): boolean {
  if (familyOf(text) !== 0) return !nobody.has(text)
  return text.length <= 253 && namePattern.test(text)
}

/** The same of a berofos, which speaks IPv4 only. */
export const deviceHostForm = 'a host name or an IPv4 address'

export function isDeviceHost(text: string): boolean {
  return isHost(text) && familyOf(text) !== 6
}

/** As `isIP`, which takes 13 ms to build its pattern of IPv6: that is asked only of what can be such an address. */
function familyOf(text: string): number {
  return text.includes(':') || /^[\d.]+$/.test(text) ? isIP(text) : 0
}

/** Host and port from `host:port` and `[IPv6]:port`; null: malformed. */
export function splitHostPort(text: string): { host: string; port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:/@\s]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || !(isHost(host) || nobody.has(host)) || port < 1 || port > 65_535) return null
  return { host, port }
}

/** Fine to listen at, but nothing can be reached there. */
const nobody = new Set(['0.0.0.0', '::', '255.255.255.255'])

/**
 * RFC 1123 2.1, and `_`, which some networks have in names. The last label has a letter and is no hexadecimal number:
 * `10.34.1`, `10.34.1.300` and `0x7f000001`, which some resolvers take for an address, are slips, not names.
 */
const namePattern =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*(?=[a-z0-9_-]*[a-z])(?!0x[0-9a-f]*\.?$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i
