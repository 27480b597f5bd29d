import { type FoundDevice, type Gbl4Reply, readNetconf, scan } from '../../berofos/gbl4/device.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import { identityOf } from '../../relays/identity.ts'
import type { Clock } from '../../system/clock.ts'
import type { Item } from './doctor-items.ts'

/** Enough for three tries on a network where everything else is HTTP. */
const gbl4TimeoutMs = 800

/** What the device says of itself over GBL4; null: it does not. */
export async function askNetconf({ mac, host }: DeviceSettings, clock: Clock): Promise<FoundDevice | null> {
  const options = { clock, timeoutMs: gbl4TimeoutMs }
  const reply: Gbl4Reply<FoundDevice> | null = mac === null ? null : await readNetconf({ mac, host }, options)
  return reply?.ok ? reply.value : null
}

/** Another device than the one of bnfos.conf answers at its host; none: nobody says so. */
export async function strangerItem(
  device: DeviceSettings,
  all: readonly DeviceSettings[],
  clock: Clock,
): Promise<Item[]> {
  if (device.host === null) return []
  const found = await scan({ host: device.host, clock, timeoutMs: gbl4TimeoutMs })
  const macs = found.ok ? found.value.map(({ mac }) => mac) : []
  const [mac] = macs
  if (mac === undefined || (device.mac !== null && macs.includes(device.mac.toUpperCase()))) return []
  const { stranger } = identityOf(device, mac, all)
  return stranger === null
    ? []
    : [{ item: 'MAC', is: mac, needs: device.mac ?? 'its own', verdict: 'bad', cure: stranger }]
}

/** The firmware and whether it is in flash mode: only GBL4 tells. */
export function firmwareItems(device: DeviceSettings, netconf: FoundDevice | null): Item[] {
  if (netconf === null) {
    const why = device.mac === null ? 'bnfos.conf has no mac for it' : 'it does not answer over GBL4'
    const unknown = { is: 'unknown', verdict: 'unknown', cure: why } as const
    return [
      { item: 'firmware', needs: neededText, ...unknown },
      { item: 'flash mode', needs: 'no', ...unknown },
    ]
  }
  return [versionItem(device, netconf), flashModeItem(netconf)]
}

// What the documentation of XiVO and Wazo asks for; 1.33 has a form bug.
const needed = { major: 1, minor: 53 }
const neededText = `${needed.major}.${needed.minor}`

function versionItem({ name }: DeviceSettings, { firmwareMajor, firmwareMinor }: FoundDevice): Item {
  const is = `${firmwareMajor}.${firmwareMinor}`
  const old = firmwareMajor < needed.major || (firmwareMajor === needed.major && firmwareMinor < needed.minor)
  const cure = `in flash mode: 'bnfos --flash bnfos_v153.bin -f ${name}'`
  return {
    item: 'firmware',
    is,
    needs: neededText,
    verdict: old ? 'advice' : 'good',
    cure: old ? cure : null,
  }
}

function flashModeItem({ devmode }: FoundDevice): Item {
  const flash = devmode !== 0
  return {
    item: 'flash mode',
    is: flash ? 'yes' : 'no',
    needs: 'no',
    verdict: flash ? 'bad' : 'good',
    cure: flash ? 'switch it off and on, without its button' : null,
  }
}
