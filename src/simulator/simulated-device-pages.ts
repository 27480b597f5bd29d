import { type Parameter, parameters } from '../berofos/parameters.ts'
import type { SimulatedDevice } from './simulated-device.ts'
import { shownWdog, watchdogLeftS, writeMode, writeWatchdog } from './simulated-watchdog.ts'

/**
 * Takes the query of a write (`cmd=4&mode=1`), as the firmware does: what it does not know or understand it passes
 * over, and says nothing. Firmware 1.33 clears every check box of the group that the query leaves out.
 */
export function takeWrite(device: SimulatedDevice, query: string, atMono: number): void {
  for (const part of commandsOf(query)) takeCommand(device, part, atMono)
}

/** One query may have several commands, and `cmd=5` both power ports. */
function commandsOf(query: string): string[] {
  return query.split(/&(?=cmd=)/).flatMap(part => {
    const [command = '', ...ports] = part.split(/&(?=p=)/)
    return ports.length === 0 ? [part] : ports.map(port => `${command}&${port}`)
  })
}

function takeCommand(device: SimulatedDevice, query: string, atMono: number): void {
  const words = new URLSearchParams(query.replaceAll('+', '%2B'))
  const cmd = Number(words.get('cmd') ?? Number.NaN)
  for (const parameter of parameters) {
    if (parameter.write?.cmd !== cmd) continue
    const sent = sentValue(parameter, words)
    if (sent !== null) setValue(device, parameter.keyword, sent, atMono)
    else if (parameter.checkbox && device.formBug && !isSent(parameter, words)) {
      setValue(device, parameter.keyword, '0', atMono)
    }
  }
}

/** config.txt, as this firmware prints it. */
export function renderConfigPage(device: SimulatedDevice, atMono: number): string {
  const rows = parameters.flatMap(parameter => {
    if (parameter.key === null || isLeftOut(device, parameter)) return []
    const shown = device.page.shown.get(parameter.key) ?? shownValue(device, parameter, atMono)
    return [`${parameter.key}=${shown}`]
  })
  const extra = isNew(device) ? ['1_szd00=A--D', '1_szd01=A--B', '2_mail='] : []
  const { lineEnd } = device.page
  return ['bnfos_confmap_magic=0.1', ...rows, ...extra].map(row => row + lineEnd).join('')
}

function setValue(device: SimulatedDevice, keyword: string, value: string, atMono: number): void {
  if (keyword === 'mode') writeMode(device, value === '0' ? 0 : 1, atMono)
  else if (keyword === 'wdog' || keyword === 'wdogstate') writeWatchdog(device, keyword, value, atMono)
  else device.values.set(keyword, value)
}

function isSent(parameter: Parameter, words: URLSearchParams): boolean {
  return parameter.write?.name !== null && words.has(parameter.write?.name ?? '')
}

function sentValue(parameter: Parameter, words: URLSearchParams): string | null {
  const write = parameter.write
  if (!write || write.name === null || !write.fixed.every(([name, value]) => words.get(name) === value))
    return null
  const sent = words.get(write.name)
  return sent === null ? null : parameter.codec.encode(sent)
}

function shownValue(device: SimulatedDevice, parameter: Parameter, atMono: number): string {
  if (parameter.keyword === 'wdogrtime') return String(watchdogLeftS(device, atMono))
  if (parameter.keyword === 'wdog') return shownWdog(device)
  const value = device.values.get(parameter.keyword) ?? ''
  if (!parameter.checkbox) return value
  return value === '1' ? 'checked' : ''
}

function isNew(device: SimulatedDevice): boolean {
  return Number(device.firmware) >= 1.5
}

// 1.5x leaves the port of its syslog out.
function isLeftOut(device: SimulatedDevice, parameter: Parameter): boolean {
  return parameter.keyword === 'slgpt' && isNew(device)
}
