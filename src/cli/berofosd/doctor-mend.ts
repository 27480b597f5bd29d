import type { DeviceReply, SettableDevice } from '../../berofos/device.ts'
import { type SetReport, setParameter } from '../../berofos/http/write-group.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import type { Clock } from '../../system/clock.ts'
import type { Change } from './doctor-items.ts'
import { type SettingRow, settingsToMend } from './doctor-settings.ts'
import { askTwice } from './doctor-twice.ts'

/**
 * Writes what is not as HA needs it, one setting after the other, each read back. What is right already is not
 * written. Stops at the first that the device gives no answer to.
 */
export async function mend(
  settings: DeviceSettings,
  device: SettableDevice,
  values: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<Change[]> {
  const changes: Change[] = []
  const before = { values, warning: null }
  const options = { sleep: (ms: number) => clock.sleep(ms), before }
  for (const { row, wanted } of settingsToMend(settings, values)) {
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
    const text = `${name}: ${keyword} was not mended: ${reply.error.text}`
    return { ...change, done: false, text, changedToo: [] }
  }
  const { taken, after, changedToo } = reply.value
  const others = changedToo.map(other => `${other.keyword} ${shown(other.before)} -> ${shown(other.after)}`)
  const also = others.length > 0 ? `; changed too: ${others.join(', ')}` : ''
  const done = taken === 'yes'
  const text = done
    ? `${name}: ${keyword} ${shown(before)} -> ${wanted}, read back${beware ? ` (${beware})` : ''}${also}`
    : `${name}: ${keyword} was not mended: took ${wanted} but reads ${shown(after)}${also}`
  return { ...change, done, text, changedToo: others }
}

function shown(value: string | null): string {
  return value === null || value === '' ? '(none)' : value
}
