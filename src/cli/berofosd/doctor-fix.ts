import type { DeviceErrorCode, DeviceReply, SettableDevice } from '../../berofos/device.ts'
import { type SetReport, setParameter } from '../../berofos/http/write-group.ts'
import type { DeviceSettings, SiteSettings } from '../../core/settings.ts'
import type { Clock } from '../../system/clock.ts'
import type { Change } from './doctor-items.ts'
import { type SettingRow, settingsToMend } from './doctor-settings.ts'

/**
 * Writes what is not as this site needs it, one setting after the other, each read back. What is right already is not
 * written. Stops at the first that the device gives no answer to.
 */
export async function fixSettings(
  settings: DeviceSettings,
  site: SiteSettings,
  device: SettableDevice,
  values: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<Change[]> {
  const changes: Change[] = []
  const before = { values, warning: null }
  const options = { sleep: (ms: number) => clock.sleep(ms), before }
  for (const { row, wanted } of settingsToMend(settings, site, values)) {
    const reply = await askTwice(() => setParameter(device, row.keyword, wanted, options), clock)
    changes.push(changeOf(settings.name, row, values[row.keyword] ?? null, wanted, reply))
    if (!reply.ok) break
  }
  return changes
}

function changeOf(
  name: string,
  { keyword, beware }: SettingRow,
  before: string | null,
  wanted: string,
  reply: DeviceReply<SetReport>,
): Change {
  const change = { keyword, before, wanted }
  if (!reply.ok) {
    const text = `${name}: ${keyword} was not corrected: ${reply.error.text}`
    return { ...change, done: false, text, changedToo: [] }
  }
  const { taken, after, changedToo } = reply.value
  const others = changedToo.map(other => `${other.keyword} ${shown(other.before)} -> ${shown(other.after)}`)
  const also = others.length > 0 ? `; changed too: ${others.join(', ')}` : ''
  const done = taken === 'yes'
  const text = done
    ? `${name}: ${keyword} ${shown(before)} -> ${wanted}, read back${beware ? ` (${beware})` : ''}${also}`
    : `${name}: ${keyword} was not corrected: took ${wanted} but reads ${shown(after)}${also}`
  return { ...change, done, text, changedToo: others }
}

function shown(value: string | null): string {
  return value === null || value === '' ? '(none)' : value
}

/** What a device says that is serving someone else, such as the daemon: it takes one connection at a time. */
const busyCodes: readonly DeviceErrorCode[] = ['unreachable', 'refused']

/** Longer than any request that the device may be busy with. */
const pauseMs = 300

/** Asks, and asks once more after a pause if the device may have been busy. */
export async function askTwice<T>(ask: () => Promise<DeviceReply<T>>, clock: Clock): Promise<DeviceReply<T>> {
  const first = await ask()
  if (first.ok || !busyCodes.includes(first.error.code)) return first
  await clock.sleep(pauseMs)
  return ask()
}
