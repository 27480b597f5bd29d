import type { SettableDevice } from '../../berofos/device.ts'
import { type Gbl4Reply, type Gbl4Target, parseMac } from '../../berofos/gbl4/device.ts'
import { openDevice } from '../../berofos/http/client.ts'
import { loadDevices } from '../../config/load.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import { type Call, gbl4Options } from './call.ts'
import { loginOf } from './login.ts'

/** The device that -m, -h and -f name together; an option goes before what the section says. */
export interface Chosen {
  /** Its section as typed; null: no -f. */
  readonly section: string | null
  readonly mac: string | null
  readonly host: string | null
  /** Whether the section gave the host: it may be out of date. */
  readonly hostOfSection: boolean
  readonly login: string | null
}

/** null: there is none, and it has been said why. */
export async function chooseDevice(call: Call): Promise<Chosen | null> {
  const { values, voice } = call
  const host = values.host === '255.255.255.255' ? null : values.host
  if (values.device === null)
    return { section: null, mac: values.mac, host, hostOfSection: false, login: null }
  const settings = await loadSection(call, values.device)
  if (!settings) return null
  if (values.mac !== null && settings.mac !== null && values.mac !== settings.mac) {
    voice.fail(`bnfos: -m is not the MAC of ${settings.name} in ${call.file}: leave out -m or -f`)
    return null
  }
  return {
    section: settings.name,
    mac: values.mac ?? settings.mac,
    host: values.host === null ? settings.host : host,
    hostOfSection: values.host === null && settings.host !== null,
    login: settings.login,
  }
}

/** The device over HTTP; null: it has been said why not. */
export async function openChosen(call: Call): Promise<{ device: SettableDevice; chosen: Chosen } | null> {
  const chosen = await chooseDevice(call)
  if (!chosen) return null
  const { voice, values, clock, file } = call
  if (chosen.host === null) {
    const cure = 'bnfos --scan shows its address'
    voice.fail(
      chosen.section === null
        ? `bnfos: broadcast is of no use here: give the device's address with -h, ${cure}`
        : `bnfos: ${chosen.section} has no host in ${file}: add "host = ADDRESS", ${cure}`,
    )
    return null
  }
  if (chosen.host.includes(':')) {
    voice.fail(`bnfos: ${chosen.host} is an IPv6 address: a berofos speaks IPv4 only`)
    return null
  }
  const login = await loginOf(values.login)
  if (!login.ok) {
    voice.fail(`bnfos: ${login.wrong}`)
    return null
  }
  const address = {
    host: chosen.host,
    port: values.port,
    login: login.value ?? chosen.login,
    timeoutMs: values.timeoutMs ?? usualTimeoutMs,
  }
  return { device: openDevice(address, clock), chosen }
}

// What the vendor's tool waits.
const usualTimeoutMs = 3000

/**
 * A call of GBL4 to the device. Where only the section said its host, and nobody answers there, it is made once more
 * by broadcast: in flash mode a device may have another address, and every request carries the MAC.
 */
export async function askDevice<T>(
  { host, hostOfSection }: Chosen,
  mac: string,
  ask: (target: Gbl4Target) => Promise<Gbl4Reply<T>>,
): Promise<Gbl4Reply<T>> {
  const reply = await ask({ mac, host })
  const lost = !reply.ok && (reply.error.code === 'timeout' || reply.error.code === 'unreachable')
  return lost && hostOfSection ? ask({ mac, host: null }) : reply
}

/** The MAC, asked for at the host when nobody named it; null: it has been said why not. */
export async function macOf(call: Call, { mac, host, section }: Chosen): Promise<string | null> {
  if (mac !== null) return parseMac(mac)
  const { findDevices } = await import('./find-devices.ts')
  const found = await findDevices(host, gbl4Options(call))
  if (call.stop.aborted) return null
  const [device] = found.ok ? found.value : []
  if (device) return device.mac
  const why = found.ok ? `no berofos answers at ${host}` : found.error.text
  call.voice.fail(`bnfos: ${why}; add "mac = MAC" to ${section} in ${call.file}`)
  return null
}

async function loadSection({ voice, file }: Call, typed: string): Promise<DeviceSettings | null> {
  voice.say(`Loading config for: ${typed}`)
  const loaded = await loadDevices(file)
  if (!loaded.ok) {
    for (const problem of loaded.problems) voice.fail(`bnfos: ${problem}`)
    return null
  }
  const settings = loaded.devices?.find(({ name }) => name === typed.toLowerCase())
  if (settings) return settings
  voice.fail(`No configuration for device ${typed} found!`)
  const names = loaded.devices?.map(({ name }) => name).join(', ') || 'no device'
  voice.hint(
    loaded.devices
      ? `bnfos: ${file} has ${names}: bnfos --scan -x adds what is new`
      : `bnfos: there is no ${file}: bnfos --scan -x makes it`,
  )
  return null
}
