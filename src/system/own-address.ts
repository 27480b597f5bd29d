import { createSocket } from 'node:dgram'
import { isIP } from 'node:net'

/**
 * Whether an IP address is one of this very node. The kernel answers what is sent to such an address itself and sends it
 * from that address, which the source of a connected UDP socket tells; nothing is sent. Asking for the list of addresses
 * takes netlink, which the service's sandbox shuts. Loopback is not counted: whoever asks it means this node. Never
 * rejects.
 */
export function isOwnAddress(address: string): Promise<boolean> {
  const [bare = ''] = address.replace(/^\[(.*)\]$/, '$1').split('%')
  const family = isIP(bare)
  if (family === 0 || isLoopback(bare)) return Promise.resolve(false)
  return new Promise(resolve => {
    try {
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
      const end = (isOwn: boolean) => {
        socket.close()
        resolve(isOwn)
      }
      socket.once('error', () => end(false))
      socket.connect(discardPort, address, (error?: Error) => end(!error && isSame(sourceOf(socket), bare)))
    } catch {
      // No descriptor is left, or no such family here: nothing is known.
      resolve(false)
    }
  })
}

/** RFC 863; any port does. */
const discardPort = 9

export function isLoopback(address: string): boolean {
  return /^127\./.test(address) || /^::ffff:127\./i.test(address) || address === '::1'
}

function sourceOf(socket: ReturnType<typeof createSocket>): string {
  try {
    return socket.address().address.split('%')[0] ?? ''
  } catch {
    return ''
  }
}

function isSame(one: string, other: string): boolean {
  if (!one.includes(':') || !other.includes(':')) return one === other
  // The same IPv6 address may be written in several ways.
  return new URL(`http://[${one}]/`).hostname === new URL(`http://[${other}]/`).hostname
}
