import { scan } from '../berofos/gbl4/device.ts'
import { systemClock } from '../system/clock.ts'

/** Enough for three tries on a network where everything else is HTTP. */
const timeoutMs = 1000

/** The MAC that the berofos at this host says it has, over GBL4, in upper case; null: it says nothing. Never rejects. */
export function askMac(host: string): Promise<string | null> {
  return new Promise(resolve => {
    const nobody = () => resolve(null)
    scan({ host, timeoutMs, clock: systemClock, onDevice: ({ mac }) => resolve(mac) }).then(nobody, nobody)
  })
}
