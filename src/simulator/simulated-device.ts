import { plainWatchdog, type WatchdogFirmware } from './watchdog-firmware.ts'

export type AuthScheme = 'none' | 'basic' | 'digest'

/** Who moved the relay. */
export type RelayMover = 'http' | 'hand' | 'reboot' | 'watchdog' | 'power'

export interface RelayChange {
  readonly mode: 0 | 1
  readonly atMono: number
  readonly by: RelayMover
}

interface LoggedRequest {
  readonly target: string
  readonly atMono: number
  readonly status: number | null
}

/** How config.txt differs from that of a sound firmware. */
interface PageOddities {
  lineEnd: '\r\n' | '\n'
  /** Key of config.txt → what the page shows, whatever the value is. */
  readonly shown: Map<string, string>
  /** What `wdog` reads after a trip: the firmware most likely fills it and `wdogstate` from one value. */
  trippedWdog: string
}

/** A berofos without its hardware: all that it knows. Changed by the functions of this file only. */
export interface SimulatedDevice {
  readonly values: Map<string, string>
  readonly firmware: string
  readonly mac: string
  /** A write to a group clears the check boxes that it leaves out, as firmware 1.33 does. */
  readonly formBug: boolean
  /** How it asks for the login when `pwd` is on; none: it is off at first, and Basic is asked for once it is on. */
  readonly auth: AuthScheme
  readonly watchdog: WatchdogFirmware
  /** It has no power: A and D are joined, and nothing answers. */
  unplugged: boolean
  /** Real moves of the relay only, oldest first. */
  readonly changes: RelayChange[]
  /** The latest requests, oldest first. */
  readonly requests: LoggedRequest[]
  /** Monotonic; when the watchdog was last kicked or switched on; null: it runs from the first look at the device on. */
  watchdogKickedAt: number | null
  readonly page: PageOddities
  /** Its button was held at power on. */
  flashMode: boolean
  /** Written whole over GBL4, padded to whole pages; taken at the next start. */
  stagedFirmware: Buffer | null
  /** What it runs since it was flashed; null: what it came with. */
  flashedFirmware: Buffer | null
}

export interface SimulatedDeviceOptions {
  readonly firmware?: string
  readonly mac?: string
  /** `basic` and `digest` switch `pwd` on. */
  readonly auth?: AuthScheme
  readonly watchdog?: Partial<WatchdogFirmware>
  /** Keyword → value, over the factory's. */
  readonly values?: Readonly<Record<string, string>>
}

// The factory state of the reference; a set-up for HA starts with the master on the lines.
const factory: Readonly<Record<string, string>> = {
  scenario: '0',
  mode: '1',
  modedef: '1',
  power1: '1',
  power1def: '1',
  power2: '1',
  power2def: '1',
  hostname: 'berofos',
  address: '192.168.0.2',
  netmask: '255.255.255.0',
  gateway: '0.0.0.0',
  dns: '0.0.0.0',
  dhcp: '1',
  port: '80',
  pwd: '0',
  apwd: 'berofos',
  smtpserv: '',
  smtpfrom: '',
  smtpto: '',
  syslog: '0',
  slgip: '0.0.0.0',
  slgpt: '514',
  wdog: '0',
  wdogdef: '0',
  wdogstate: '0',
  wdogitime: '60',
  wdogaudio: '0',
  wdogmail: '0',
}

const mostRequests = 1000
const mostChanges = 10_000

/** The user that the firmware knows. */
export const adminUser = 'admin'

export function createSimulatedDevice(options: SimulatedDeviceOptions = {}): SimulatedDevice {
  const auth = options.auth ?? 'none'
  const pwd = auth === 'none' ? '0' : '1'
  return {
    values: new Map(Object.entries({ ...factory, pwd, ...options.values })),
    firmware: options.firmware ?? '1.53',
    mac: options.mac ?? '00:19:32:00:12:1D',
    formBug: Number(options.firmware ?? '1.53') <= 1.33,
    auth,
    watchdog: { ...plainWatchdog, ...options.watchdog },
    unplugged: false,
    changes: [],
    requests: [],
    watchdogKickedAt: null,
    page: { lineEnd: '\r\n', shown: new Map(), trippedWdog: options.watchdog?.shows ?? '2' },
    flashMode: false,
    stagedFirmware: null,
    flashedFirmware: null,
  }
}

export function modeOf(device: SimulatedDevice): 0 | 1 {
  return device.values.get('mode') === '0' ? 0 : 1
}

/** Whether a request needs the login. */
export function wantsLogin(device: SimulatedDevice): boolean {
  return device.values.get('pwd') === '1'
}

/** Moves the relay; a relay that is there already does not move. */
export function moveRelay(device: SimulatedDevice, mode: 0 | 1, atMono: number, by: RelayMover): void {
  if (modeOf(device) === mode) return
  device.values.set('mode', String(mode))
  pushBounded(device.changes, { mode, atMono, by }, mostChanges)
}

/** Switched off and on: everything "at boot" becomes "now". */
export function rebootDevice(device: SimulatedDevice, atMono: number): void {
  const { values } = device
  device.unplugged = false
  moveRelay(device, values.get('modedef') === '0' ? 0 : 1, atMono, 'reboot')
  for (const [now, atBoot] of [['power1', 'power1def'] as const, ['power2', 'power2def'] as const]) {
    values.set(now, values.get(atBoot) ?? '1')
  }
  values.set('wdog', values.get('wdogdef') ?? '0')
  values.set('wdogstate', values.get('wdogdef') ?? '0')
  device.watchdogKickedAt = atMono
  device.flashMode = false
  device.flashedFirmware = device.stagedFirmware ?? device.flashedFirmware
  device.stagedFirmware = null
}

/** Without power a berofos joins A and D, whatever its settings. */
export function unplugDevice(device: SimulatedDevice, atMono: number): void {
  moveRelay(device, 0, atMono, 'power')
  device.unplugged = true
}

/** Everything that is stored becomes the factory's, and the device restarts. */
export function resetToFactory(device: SimulatedDevice, atMono: number): void {
  for (const [keyword, value] of Object.entries(factory)) {
    if (keyword !== 'mode') device.values.set(keyword, value)
  }
  device.values.delete('phyconf')
  rebootDevice(device, atMono)
}

export function logRequest(device: SimulatedDevice, request: LoggedRequest): void {
  pushBounded(device.requests, request, mostRequests)
}

function pushBounded<T>(list: T[], item: T, most: number): void {
  list.push(item)
  if (list.length > most) list.shift()
}
