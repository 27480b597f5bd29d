import { broadcastPaths, limitedBroadcast } from '../../berofos/gbl4/broadcast-paths.ts'
import { type FoundDevice, type Gbl4Options, type Gbl4Reply, scan } from '../../berofos/gbl4/device.ts'

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
