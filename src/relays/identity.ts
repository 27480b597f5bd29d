import type { RememberedAddresses } from '../berofos/device.ts'
import { scan } from '../berofos/gbl4/scan.ts'
import type { DeviceSettings } from '../core/settings.ts'
import { systemClock } from '../system/clock.ts'

/** Which device answers where a section of bnfos.conf says that its own is. */
export interface Identity {
  /** By what it is driven: of its own section, or of the section whose MAC it has. */
  readonly settings: DeviceSettings
  /** Goes on after the relay's name: who is there instead; null: it is who its section says, or nobody can tell. */
  readonly stranger: string | null
}

/**
 * Who the device at this section's host is.
 * @param own the section, as bnfos.conf has it
 * @param mac what the device says about itself, in upper case
 * @param all every section
 */
export function identityOf(own: DeviceSettings, mac: string, all: readonly DeviceSettings[]): Identity {
  const isMac = (device: DeviceSettings) => device.mac?.toUpperCase() === mac
  const other = isMac(own) ? undefined : all.find(isMac)
  const there = `at ${own.host} is the device ${mac}`
  if (other) {
    const { invert, login } = other
    const driven = `it is driven by the "invert" and "login" of that section`
    const stranger = `${there}, which is ${other.name} by bnfos.conf: ${driven}; correct "host" or "mac"`
    return { settings: { ...own, invert, login }, stranger }
  }
  if (own.mac === null || isMac(own)) return { settings: own, stranger: null }
  const stranger = `${there}, which no section of bnfos.conf has: it is driven as before; correct "mac" if it was replaced`
  return { settings: own, stranger }
}

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
