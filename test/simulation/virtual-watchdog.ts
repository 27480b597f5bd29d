import type { SimulatedDevice } from '../../src/simulator/simulated-device.ts'
import { settleWatchdog, writeMode, writeWatchdog } from '../../src/simulator/simulated-watchdog.ts'
import type { Timeline } from './timeline.ts'

/** A watchdog that runs trips at its moment, whether or not somebody looks at the device then. */
export function watchTrips(device: SimulatedDevice, timeline: Timeline, settle: () => void): void {
  const look = () => {
    settle()
    const intervalMs = Number(device.values.get('wdogitime')) * 1000
    const leftMs = (device.watchdogKickedAt ?? timeline.now) + intervalMs - timeline.now
    timeline.after(Math.max(1, leftMs > 0 ? leftMs : intervalMs), look)
  }
  device.watchdogKickedAt = timeline.now
  timeline.after(0, look)
}

/** A write to a device in front of a PBX, whose watchdog may have tripped. */
export function takeGuardedWrite(
  device: SimulatedDevice,
  keyword: string,
  value: string,
  atMono: number,
): void {
  settleWatchdog(device, atMono)
  if (keyword === 'mode') writeMode(device, value === '0' ? 0 : 1, atMono)
  else if (keyword === 'wdog' || keyword === 'wdogstate') writeWatchdog(device, keyword, value, atMono)
  else device.values.set(keyword, value)
}
