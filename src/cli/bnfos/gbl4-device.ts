import { broadcastPaths, limitedBroadcast } from '../../berofos/gbl4/broadcast-paths.ts'
import type { Gbl4Options, Gbl4Reply, Gbl4Target } from '../../berofos/gbl4/reply.ts'
import { type FoundDevice, scan } from '../../berofos/gbl4/scan.ts'
import { type Call, gbl4Options } from './call.ts'
import type { Chosen } from './chosen-device.ts'
import { awaited } from './waiting.ts'

/**
 * A call of GBL4 to the device. Where only the section said its host, and nobody answers there, it is made once more
 * by broadcast: in flash mode a device may have another address, and every request carries the MAC.
 */
export async function askDevice<T>(
  { host, hostOfSection }: Chosen,
  mac: string,
  ask: (target: Gbl4Target) => Promise<Gbl4Reply<T>>,
): Promise<Gbl4Reply<T>> {
  const reply = await ask({ mac, host })
  const lost = !reply.ok && (reply.error.code === 'timeout' || reply.error.code === 'unreachable')
  return lost && hostOfSection ? ask({ mac, host: null }) : reply
}

/** The MAC, asked for at the host when nobody named it; null: it has been said why not. */
export async function macOf(call: Call, { mac, host, section }: Chosen): Promise<string | null> {
  if (mac !== null) return mac
  const found = await awaited(call, findDevices(host, gbl4Options(call)))
  if (call.stop.aborted) return null
  const [device] = found.ok ? found.value : []
  if (device) return device.mac
  const why = found.ok ? `no berofos answers at ${host}` : found.error.text
  call.voice.fail(`bnfos: ${why}; add "mac = MAC" to ${section} in ${call.file}`)
  return null
}

/** Every berofos at the host, in the order of their MACs; null: everybody around. One address has one device. */
export async function findDevices(
  host: string | null,
  options: Gbl4Options & { readonly signal: AbortSignal },
): Promise<Gbl4Reply<FoundDevice[]>> {
  const complete = new AbortController()
  const found: FoundDevice[] = []
  const many = isForMany(host)
  const reply = await scan({
    ...options,
    host,
    signal: AbortSignal.any([options.signal, complete.signal]),
    onDevice(device) {
      found.push(device)
      if (!many) complete.abort()
    },
  })
  return complete.signal.aborted && !options.signal.aborted ? { ok: true, value: found } : reply
}

function isForMany(host: string | null): boolean {
  return host === null || host === limitedBroadcast || broadcastPaths().some(({ to }) => to.includes(host))
}
