import type { DeviceErrorCode, DeviceReply } from '../../berofos/device.ts'
import type { Clock } from '../../system/clock.ts'

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
