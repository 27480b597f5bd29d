import { type Clock, systemClock, type Timer } from '../system/clock.ts'
import type { FaultName } from './faults.ts'
import { openGbl4Server } from './gbl4-server.ts'
import { openHttpServer } from './http-server.ts'
import { createSimulatedDevice, type RelayChange, type SimulatedDeviceOptions } from './simulated-device.ts'
import { type SimulatedMasterOptions, startSimulatedMaster } from './simulated-master.ts'
import { type Overrides, type SiteFiles, writeFiles } from './site-config.ts'
import type { SiteKind, SiteParts, SiteRelay } from './site-parts.ts'
import { type SteerReply, steerSite } from './site-steering.ts'

export interface SiteOptions {
  /** Default pair. bypass: the virtual master is a server in front of a PBX; its devices speak GBL4 as well. */
  readonly kind?: SiteKind
  /** How many virtual berofos: fos1, fos2, … */
  readonly relays: number
  /** Of the first; each next one has the next address. Default 127.0.0.1 for all of them, with GBL4 127.0.0.11. */
  readonly address?: string
  /** Default 0: any free one, another for each. */
  readonly port?: number
  /** They speak GBL4 too, each on UDP at its own address; default false. */
  readonly gbl4?: boolean
  /** Default 50123. */
  readonly gbl4Port?: number
  /** What a sound device takes for an answer; default 0. */
  readonly delayMs?: number
  /** What all devices are made of; `number` counts from 1. */
  readonly device?: (number: number) => SimulatedDeviceOptions
  readonly master?: SimulatedMasterOptions
  /** Of the devices and the master; default: the system's. */
  readonly clock?: Clock
  /** A relay has really moved. */
  readonly onChange?: (relay: SiteRelay, change: RelayChange) => void
}

/** Virtual berofos and a virtual master, on real sockets of this host. */
export interface Site extends SiteParts {
  /** One line of the grammar that `help` lists: `relay 3 hang`, `master sip dead`. Resolves when it applies. */
  steer(line: string): Promise<SteerReply>
  /** Writes berofosd.conf and bnfos.conf for this site into the directory; a section of `overrides` replaces keys. */
  writeConfig(directory: string, overrides?: Overrides): Promise<SiteFiles>
  /** Leaves nothing open. */
  close(): Promise<void>
}

/** Rejects, with nothing left open, when an address or a port can't be had. */
export async function openSite(options: SiteOptions): Promise<Site> {
  const relays: SiteRelay[] = []
  const opened: { close(): Promise<void> }[] = []
  const close = async () => {
    await Promise.all(opened.map(part => part.close()))
  }
  try {
    const clock = options.clock ?? systemClock
    const master = await startSimulatedMaster({ clock, ...options.master })
    opened.push(master)
    for (let number = 1; number <= options.relays; number++) {
      const relay = await openRelay(number, options, clock)
      opened.push(relay.http)
      relays.push(relay)
      if (!relay.gbl4) continue
      await relay.gbl4.listen()
      opened.push(relay.gbl4)
    }
    const parts = { kind: options.kind ?? ('pair' as const), relays, master }
    opened.push(watchTrips(relays, clock))
    return {
      ...parts,
      steer: line => steerSite(parts, line),
      writeConfig: (directory, overrides = {}) => writeFiles(parts, directory, overrides),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A watchdog that trips is told of although nobody asks the device. */
function watchTrips(relays: readonly SiteRelay[], clock: Clock): { close(): Promise<void> } {
  let timer: Timer | null = null
  const look = () => {
    for (const { http } of relays) http.look()
    timer = clock.after(lookMs, look)
  }
  timer = clock.after(lookMs, look)
  return { close: async () => timer?.cancel() }
}

const lookMs = 250

async function openRelay(number: number, options: SiteOptions, clock: Clock): Promise<SiteRelay> {
  const first = options.address ?? (options.gbl4 ? '127.0.0.11' : null)
  const place = first === null ? '127.0.0.1' : addressAfter(first, number - 1)
  const device = createSimulatedDevice({ mac: macOf(number), ...deviceOptions(number, options, place) })
  const http = openHttpServer(device, {
    host: place,
    port: options.port ?? 0,
    clock,
    delayMs: options.delayMs ?? 0,
    onChange: change => options.onChange?.(relay, change),
  })
  const { host, port } = await http.listen()
  if (options.gbl4 && options.device?.(number).values?.port === undefined)
    device.values.set('port', String(port))
  const login = device.auth === 'none' ? null : `admin:${device.values.get('apwd')}`
  const deaf = () => device.unplugged || silentFaults.includes(http.fault().name)
  const gbl4 = options.gbl4
    ? openGbl4Server(device, { host, clock, deaf, ...(options.gbl4Port ? { port: options.gbl4Port } : {}) })
    : null
  const relay: SiteRelay = { name: `fos${number}`, host, port, login, device, http, gbl4, clock }
  return relay
}

/** With these a device says nothing, whatever it is asked over. */
const silentFaults: readonly FaultName[] = ['unreachable', 'hang']

/** A device that is scanned for says where it can be reached; its factory address does not exist on this host. */
function deviceOptions(number: number, options: SiteOptions, place: string): SimulatedDeviceOptions {
  const device = options.device?.(number) ?? {}
  if (!options.gbl4) return device
  const values = { address: place, netmask: '255.0.0.0', dhcp: '0' }
  return { ...device, values: { ...values, ...device.values } }
}

/** The IPv4 address so many further on: 127.0.0.255 and 1 is 127.0.1.0. */
export function addressAfter(first: string, count: number): string {
  const number = first.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) + count
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}

// 00:19:32 is beroNet's.
function macOf(number: number): string {
  const octets = [0x00, 0x19, 0x32, 0x00, Math.floor(number / 256) % 256, number % 256]
  return octets.map(octet => octet.toString(16).toUpperCase().padStart(2, '0')).join(':')
}
