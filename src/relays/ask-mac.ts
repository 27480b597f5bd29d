import type { RememberedAddresses } from '../berofos/device.ts'
import { scan } from '../berofos/gbl4/device.ts'
import { systemClock } from '../system/clock.ts'

/** Enough for three tries on a network where everything else is HTTP. */
const timeoutMs = 1000

/**
 * The MAC that the berofos at this host says it has, over GBL4, in upper case; null: it says nothing, or nobody wants to
 * know any more. Never rejects.
 */
export async function askMac(
  host: string,
  unwanted?: AbortSignal,
  remembered?: RememberedAddresses,
): Promise<string | null> {
  const over = new AbortController()
  let said: string | null = null
  const onDevice = ({ mac }: { readonly mac: string }) => {
    said ??= mac
    over.abort()
  }
  const signal = unwanted ? AbortSignal.any([over.signal, unwanted]) : over.signal
  const how = { timeoutMs, clock: systemClock, signal, ...(remembered && { remembered }) }
  await scan({ ...how, host, onDevice }).catch(() => {})
  return said
}
