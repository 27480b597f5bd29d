import { loadDevices } from '../../config/load.ts'
import type { DeviceSettings } from '../../core/settings.ts'
import type { Call } from './call.ts'

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
