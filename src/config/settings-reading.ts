import type { DeviceSettings, Settings } from '../core/settings.ts'
import { type PlainValues, plainSchemas, type RelayValues, relaySchema } from './berofosd-schema.ts'
import { defaultCheck, noneRequired, readCheck } from './check-reading.ts'
import type { Entry, Section } from './ini-file.ts'
import { suggestion } from './nearest-name.ts'
import type { Problem } from './problem.ts'
import { relayRows } from './rows.ts'
import { type Notes, readSection } from './section-reading.ts'
import { type NamedSection, type PlainName, plainSections, sortSections } from './sections.ts'
import { assembleSettings, withRelays } from './settings-assembly.ts'
import { isWazo, nobody, unseenWazo } from './wazo-node.ts'

/** The devices of bnfos.conf; null: there is no such file; unreadable: nothing is known of them. */
export type KnownDevices = readonly DeviceSettings[] | null | 'unreadable'

/** What the sections of berofosd.conf mean; `settings` is null when there are problems. */
export function readSettings(
  sections: readonly Section[],
  devices: KnownDevices,
): Notes & { settings: Settings | null } {
  const sorted = sortSections(sections)
  const notes: Notes = { problems: [...sorted.problems], warnings: [] }
  const plain = readPlain(sorted.plain, notes)
  const written = plain?.master.host ?? ''
  const masterHost = isWazo(written) ? nobody : written
  const checks = sorted.checks.map(check => readCheck(check, masterHost, notes))
  notes.problems.push(...noneRequired(sorted.checks), ...sameSocket(plain, sorted.plain.get('control')))
  const relays = readRelays(sorted.relays, devices, notes)
  if (plain === null || notes.problems.length > 0) return { settings: null, ...notes }
  const found = checks.filter(check => check !== null)
  const complete = found.length > 0 ? found : [defaultCheck(masterHost)]
  const devicesSeen = devices === null || devices === 'unreadable' ? null : withRelays(devices, relays)
  const settings = assembleSettings(plain, complete, devicesSeen)
  if (!isWazo(written)) return { settings, ...notes }
  return { settings: { ...settings, wazo: unseenWazo(complete, settings.secondaryFile) }, ...notes }
}

/** Whether [master] host says anything, be it wrong. */
export function namesMaster(sections: readonly Section[]): boolean {
  return mastersOf(sections).some(({ entries }) => entries.some(isHost))
}

/**
 * The same for a daemon that starts although its file names no master: it idles, whatever bnfos.conf says. The rest of
 * the file has to be right.
 */
export function readIdleSettings(
  file: string,
  sections: readonly Section[],
  devices: KnownDevices,
): Notes & { settings: Settings | null } {
  const host = { key: 'host', value: nobody, line: 0, commented: false, broken: false }
  const entries = [host, ...mastersOf(sections).flatMap(({ entries }) => entries)]
  const named = entries.filter(entry => entry === host || entry.key !== 'host')
  const others = sections.filter(({ name }) => name !== 'master')
  const { settings, ...notes } = readSettings(
    [{ name: 'master', line: 0, entries: named }, ...others],
    devices,
  )
  if (settings === null) return { settings, ...notes }
  return { settings: { ...settings, master: { host: '' }, devices: null, idleFor: file }, ...notes }
}

function mastersOf(sections: readonly Section[]): Section[] {
  return sections.filter(({ name }) => name === 'master')
}

function isHost({ key, value, broken }: Entry): boolean {
  return key === 'host' && (value !== '' || broken)
}

function readPlain(found: ReadonlyMap<PlainName, Section>, notes: Notes): PlainValues | null {
  const names = Object.keys(plainSections) as PlainName[]
  const read = names.map(name => {
    const section = found.get(name) ?? { name, line: null, entries: [] }
    return [name, readSection<unknown>(section, plainSections[name], plainSchemas[name], notes)] as const
  })
  if (read.some(([, values]) => values === null)) return null
  return Object.fromEntries(read) as PlainValues
}

function sameSocket(plain: PlainValues | null, section: Section | undefined): Problem[] {
  const written = plain?.control.status_socket
  if (written === undefined || written === null || written === 'none') return []
  if (written.path !== plain?.control.socket) return []
  const line = section?.entries.find(({ key }) => key === 'status_socket')?.line ?? null
  const what = 'is the path of socket, expected another one, or none'
  return [{ line, section: 'control', key: 'status_socket', what }]
}

function readRelays(relays: readonly NamedSection[], devices: KnownDevices, notes: Notes) {
  const read = new Map<string, RelayValues>()
  const names = devices === 'unreadable' ? null : (devices?.map(({ name }) => name) ?? null)
  for (const { name, section } of relays) {
    const values = readSection(section, relayRows, relaySchema, notes)
    if (values !== null) read.set(name, values)
    if (names?.includes(name) ?? /^fos\d+$/.test(name)) continue
    const known = names ?? []
    const expected = known.length > 0 ? `one of ${known.join(', ')}` : 'fos and a number, as in bnfos.conf'
    const hint = suggestion(name, known, expected)
    notes.problems.push({
      line: section.line,
      section: section.name,
      what: `bnfos.conf has no such device${hint}`,
    })
  }
  return read
}
