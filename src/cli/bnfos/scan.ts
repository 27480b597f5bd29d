import type { FoundDevice } from '../../berofos/gbl4/scan.ts'
import { type Call, gbl4Options } from './call.ts'
import { agreed } from './confirm.ts'
import { findDevices } from './gbl4-device.ts'
import { awaited, inRounds } from './waiting.ts'

/** `bnfos --scan`: lists what answers, and brings the file up to date with -x. None is a failure. */
export async function scanNetwork(call: Call): Promise<boolean> {
  return inRounds(call, () => scanOnce(call))
}

async function scanOnce(call: Call): Promise<boolean> {
  const { values, output, voice, stop } = call
  const found = await awaited(call, findDevices(values.host, gbl4Options(call)))
  if (stop.aborted) return false
  if (!found.ok) {
    voice.fail(`bnfos: ${found.error.text}`)
    return false
  }
  const devices = found.value
  if (values.json) output.print(JSON.stringify(devices.map(deviceJson)))
  else
    for (const [index, device] of devices.entries()) output.print(deviceBlock(index + 1, device).join('\n'))
  voice.say(`${devices.length} ${devices.length === 1 ? 'device' : 'devices'} found.`)
  if (devices.length === 0) {
    voice.hint(
      `bnfos: check power and cables, or ${values.host === null ? 'give' : 'correct'} the address with -h`,
    )
    return false
  }
  return values.write ? writeFile(call, devices) : true
}

/** Whoever answers with a known MAC would be sent the login of its section: a terminal is asked. */
async function writeFile(call: Call, devices: readonly FoundDevice[]): Promise<boolean> {
  const { voice, file } = call
  const { updateFile } = await import('./conf-write.ts')
  const updated = await updateFile(file, devices, ({ name, mac, from, to }) =>
    agreed(call, `${name}, ${mac}, is at ${from} in the file, and ${answers(to)}.\nWrite that?`),
  )
  for (const line of updated.lines) voice.hint(line)
  return updated.ok
}

function answers(address: string): string {
  return address === '0.0.0.0' ? 'answers without an address' : `answers at ${address}`
}

/** What the scan prints of the n-th device. */
export function deviceBlock(n: number, device: FoundDevice): string[] {
  const { phyconf, phystate, options } = device
  return [
    `#${n}:`,
    ` mac: ${device.mac}`,
    ` bootloader: v${device.bootMajor}.${device.bootMinor}`,
    ` firmware: v${device.firmwareMajor}.${device.firmwareMinor}`,
    ` device mode: ${device.devmode === 0 ? 'OPERATIONAL' : 'FLASH MODE'}`,
    '',
    ` address: ${device.address}`,
    ` netmask: ${device.netmask}`,
    ` gateway: ${device.gateway}`,
    ` phy conf: ${hex(phyconf)} (${phyconfs[phyconf] ?? 'UNKNOWN'})`,
    ` phy state: ${hex(phystate)} (${stateNames(phystate).join(' | ')})`,
    ` options: ${optionsText(options)}`,
    ` http port: ${device.httpPort}`,
    '',
  ]
}

/** The same for programs: numbers as numbers, versions as people write them. */
function deviceJson(device: FoundDevice) {
  const { mac, address, netmask, gateway, phyconf, phystate, options, httpPort, devmode, from } = device
  return {
    mac,
    bootloader: `${device.bootMajor}.${device.bootMinor}`,
    firmware: `${device.firmwareMajor}.${device.firmwareMinor}`,
    mode: devmode === 0 ? 'operational' : 'flash',
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

/** Automatic is written 0x03 and may read 0xff. */
const phyconfs: Readonly<Record<number, string>> = {
  1: 'PROBE_10MBIT',
  2: 'PROBE_100MBIT',
  3: 'PROBE_AUTO',
  255: 'PROBE_AUTO',
}

/** Without the bit for 100 Mbit the link is one of 10 Mbit. */
function stateNames(state: number): string[] {
  const speed = (state & 0x02) === 0 ? 'LINK_10MBIT' : 'LINK_100MBIT'
  return [
    ...((state & 0x01) === 0 ? [] : ['LINK_BEAT']),
    speed,
    ...((state & 0x04) === 0 ? [] : ['LINK_FDX']),
  ]
}

const optionNames: readonly (readonly [mask: number, name: string])[] = [
  [0x01, 'OPT_DHCP'],
  [0x02, 'OPT_HTTP_AUTH'],
  [0x04, 'OPT_IP_ACL'],
]

function optionsText(value: number): string {
  const names = optionNames.filter(([mask]) => (value & mask) !== 0).map(([, name]) => name)
  return names.length === 0 ? hex(value) : `${hex(value)} (${names.join(' | ')})`
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
