import { isIP } from 'node:net'

/**
 * Whether a page may be asked for under this Host header. Under another name it is a page of somebody else whose name was
 * made to lead here (DNS rebinding), so that a browser inside reads this node's status to him. An address can't be made to
 * lead elsewhere, and without a header it is no browser.
 * @param header as it came, with or without a port
 * @param names in lower case, without a dot at the end
 */
export function isAskedHere(header: string | undefined, names: ReadonlySet<string>): boolean {
  if (header === undefined || header === '') return true
  const name = nameIn(header)
  return isIP(name) !== 0 || name === 'localhost' || names.has(name)
}

/** `[::1]:80` → `::1`, `Tel2.:80` → `tel2`. */
function nameIn(header: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(header)?.[1]
  return (bracketed ?? header.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '')
}

/**
 * The names of this node, in lower case: its host name, and what /etc/hosts calls it besides, such as its full name. Not
 * every name that begins alike: `tel2.example` may belong to anybody.
 * @param hosts the text of /etc/hosts
 */
export function ownNames(hostname: string, hosts: string): string[] {
  const own = hostname.toLowerCase()
  const lines = hosts.split('\n').map(line => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/))
  const alike = lines.map(([, ...names]) => names).filter(names => names.includes(own))
  return [...new Set([own, own.split('.', 1)[0] ?? own, ...alike.flat()])]
}
