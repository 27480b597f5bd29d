import { type LoadedSection, loadSections } from '../../config/load-sections.ts'
import { printableName } from '../../config/problem.ts'
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

/** What the section has to be sound in. */
type Needed = 'host' | 'mac' | 'login'

/** null: there is none, and it has been said why. `needed`: only these keys of its section have to make sense. */
export async function chooseDevice(
  call: Call,
  needed: readonly Needed[] = ['mac', 'host'],
): Promise<Chosen | null> {
  const { values, voice } = call
  const host = values.host === '255.255.255.255' ? null : values.host
  if (values.device === null)
    return { section: null, mac: values.mac, host, hostOfSection: false, login: null }
  const settings = await loadSection(call, values.device, needed)
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

/** What is wrong elsewhere in the file is told, and no reason to do nothing. */
async function loadSection(
  { voice, file }: Call,
  typed: string,
  needed: readonly Needed[],
): Promise<DeviceSettings | null> {
  voice.say(`Loading config for: ${typed}`)
  const loaded = await loadSections(file)
  if (loaded.kind === 'unreadable') {
    voice.fail(`bnfos: ${loaded.problem}`)
    return null
  }
  const sections = loaded.kind === 'absent' ? [] : loaded.sections
  const stray = loaded.kind === 'absent' ? [] : loaded.problems
  const named = sections.find(({ device }) => device.name === printableName(typed.toLowerCase()))
  if (!named) {
    voice.fail(`No configuration for device ${typed} found!`)
    const names = sections.map(({ device }) => device.name).join(', ') || 'no device'
    voice.hint(
      loaded.kind === 'absent'
        ? `bnfos: there is no ${file}: bnfos --scan -x makes it`
        : `bnfos: ${file} has ${names}: bnfos --scan -x adds what is new`,
    )
    for (const problem of stray) voice.hint(`bnfos: ${problem}`)
    return null
  }
  const others = [...stray, ...sections.flatMap(each => (each === named ? [] : each.problems))]
  for (const problem of others) voice.hint(`bnfos: ${problem}`)
  const fit = isFit(named, needed)
  for (const problem of named.problems) voice[fit ? 'hint' : 'fail'](`bnfos: ${problem}`)
  return fit ? named.device : null
}

function isFit({ badKeys, problems }: LoadedSection, needed: readonly Needed[]): boolean {
  // What is of no key in particular: there is nothing in it, or another section has its name.
  const ofKeys = problems.length === badKeys.length
  return ofKeys && needed.every(key => !badKeys.includes(key))
}
