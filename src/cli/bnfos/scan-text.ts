import type { FoundDevice } from '../../berofos/gbl4/device.ts'

/** What the scan prints of the n-th device. */
export function deviceBlock(n: number, device: FoundDevice): string[] {
  const { phyconf, phystate, options } = device
  return [
    `#${n}:`,
    ` mac: ${device.mac}`,
    ` bootloader: v${device.bootMajor}.${device.bootMinor}`,
    ` firmware: v${device.firmwareMajor}.${device.firmwareMinor}`,
    ` device mode: ${devmodes[device.devmode] ?? `UNKNOWN (${device.devmode})`}`,
    '',
    ` address: ${device.address}`,
    ` netmask: ${device.netmask}`,
    ` gateway: ${device.gateway}`,
    ` phy conf: ${hex(phyconf)} (${phyconfs[phyconf] ?? 'UNKNOWN'})`,
    ` phy state: ${flags(phystate, stateBits)}`,
    ` options: ${flags(options, optionNames)}`,
    ` http port: ${device.httpPort}`,
    '',
  ]
}

/** The same for programs: numbers as numbers, versions as people write them. */
export function deviceJson(device: FoundDevice) {
  const { mac, address, netmask, gateway, phyconf, phystate, options, httpPort, devmode, from } = device
  return {
    mac,
    bootloader: `${device.bootMajor}.${device.bootMinor}`,
    firmware: `${device.firmwareMajor}.${device.firmwareMinor}`,
    mode: devmodes[devmode]?.toLowerCase() ?? 'unknown',
    address,
    netmask,
    gateway,
    phyconf,
    phystate,
    options,
    httpPort,
    from,
  }
}

const devmodes = ['OPERATIONAL', 'FLASH'] as const

/** Automatic is written 0x03 and may read 0xff. */
const phyconfs: Readonly<Record<number, string>> = {
  1: 'PROBE_10MBIT',
  2: 'PROBE_100MBIT',
  3: 'PROBE_AUTO',
  255: 'PROBE_AUTO',
}

type Bits = readonly (readonly [mask: number, name: string])[]

const stateBits: Bits = [
  [0x01, 'LINK_BEAT'],
  [0x02, 'LINK_100MBIT'],
  [0x04, 'LINK_FDX'],
]
const optionNames: Bits = [
  [0x01, 'OPT_DHCP'],
  [0x02, 'OPT_HTTP_AUTH'],
  [0x04, 'OPT_IP_ACL'],
]

function flags(value: number, bits: Bits): string {
  const names = bits.filter(([mask]) => (value & mask) !== 0).map(([, name]) => name)
  return names.length === 0 ? hex(value) : `${hex(value)} (${names.join(' | ')})`
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
