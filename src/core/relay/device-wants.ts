import { modeFor } from '../role.ts'
import type { DeviceSettings, SiteSettings } from '../settings.ts'

/** What a device of this kind of site has to be set to: keyword → value. Not `mode`, which is decided elsewhere. */
export type DeviceWants = Readonly<Record<'wdog' | 'wdogdef' | 'modedef' | 'scenario', string>> & {
  readonly wdogitime?: string
}

/**
 * pair: the slave decides, so the watchdog is off, and a device without the daemon boots to the master.
 * bypass: the watchdog is the second line, and a device that boots gives the lines to the PBX until the server is well.
 */
export function deviceWants(site: SiteSettings, { invert }: Pick<DeviceSettings, 'invert'>): DeviceWants {
  if (site.kind === 'pair')
    return { wdog: '0', wdogdef: '0', modedef: String(modeFor('master', invert)), scenario: '0' }
  const wdogitime = String(site.watchdogMs / 1000)
  return { wdog: '1', wdogdef: '1', wdogitime, modedef: '0', scenario: '1' }
}
