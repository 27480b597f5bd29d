import { moveRelay, type SimulatedDevice } from './simulated-device.ts'

export function kickWatchdog(device: SimulatedDevice, atMono: number): void {
  if (isTripped(device) && device.watchdog.kick === 'clears') device.values.set('wdogstate', '1')
  device.watchdogKickedAt = atMono
}

/** A write of wdog or wdogstate: one switch by two names. It starts the interval anew. */
export function writeWatchdog(
  device: SimulatedDevice,
  keyword: 'wdog' | 'wdogstate',
  value: string,
  atMono: number,
): void {
  const stays = keyword === 'wdog' && value === '1' && isTripped(device) && device.watchdog.wdog === 'nothing'
  device.values.set('wdog', value)
  if (!stays) device.values.set('wdogstate', value)
  device.watchdogKickedAt = atMono
}

/** A write of the mode; a trip that holds the lines lets nobody move them to the server. */
export function writeMode(device: SimulatedDevice, mode: 0 | 1, atMono: number): void {
  if (isTripped(device) && device.watchdog.mode === 'clears') {
    device.values.set('wdogstate', '1')
    device.watchdogKickedAt = atMono
  }
  if (mode === 1 && isHeld(device)) return
  moveRelay(device, mode, atMono, 'http')
}

/** Lets the watchdog trip if it is due; to be called before the device is looked at. */
export function settleWatchdog(device: SimulatedDevice, atMono: number): void {
  const { values } = device
  device.watchdogKickedAt ??= atMono
  const tripAt = device.watchdogKickedAt + Number(values.get('wdogitime')) * 1000
  if (device.unplugged || values.get('wdogstate') !== '1' || atMono < tripAt) return
  tripWatchdog(device, tripAt)
}

/** The watchdog gives the lines to D, and stays tripped until something clears it. */
export function tripWatchdog(device: SimulatedDevice, atMono: number): void {
  device.values.set('wdogstate', '2')
  moveRelay(device, 0, atMono, 'watchdog')
}

/** What `6_wen` reads. */
export function shownWdog(device: SimulatedDevice): string {
  return isTripped(device) ? device.page.trippedWdog : (device.values.get('wdog') ?? '0')
}

/** Seconds until it trips. */
export function watchdogLeftS(device: SimulatedDevice, atMono: number): number {
  if (device.values.get('wdogstate') !== '1') return 0
  const passedS = (atMono - (device.watchdogKickedAt ?? atMono)) / 1000
  return Math.max(0, Math.ceil(Number(device.values.get('wdogitime')) - passedS))
}

/** The trip keeps the lines at D, whoever wants to move them. */
export function isHeld(device: SimulatedDevice): boolean {
  return isTripped(device) && device.watchdog.trip === 'holds'
}

function isTripped({ values }: SimulatedDevice): boolean {
  return values.get('wdogstate') === '2'
}
