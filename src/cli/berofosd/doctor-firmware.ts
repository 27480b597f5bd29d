import { type FoundDevice, type Gbl4Reply, readNetconf } from '../../berofos/gbl4/device.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import type { Clock } from '../../system/clock.ts'
import type { Item } from './doctor-items.ts'

/** Enough for three tries on a network where everything else is HTTP. */
const gbl4TimeoutMs = 800

/** What the device says of itself over GBL4; null: it does not, or nobody knows its MAC. */
export async function askNetconf({ mac, host }: DeviceSettings, clock: Clock): Promise<FoundDevice | null> {
  if (mac === null) return null
  const reply: Gbl4Reply<FoundDevice> = await readNetconf({ mac, host }, { clock, timeoutMs: gbl4TimeoutMs })
  return reply.ok ? reply.value : null
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
