import { dirname, join } from 'node:path'
import type { CheckSettings, DeviceSettings, Settings } from '../core/settings.ts'
import { alertOf, heartbeatOf } from './alert-rows.ts'
import {
  type Notes,
  type PlainValues,
  plainSchema,
  type RelayValues,
  readSection,
  relaySchema,
} from './berofosd-schema.ts'
import { defaultCheck, noneRequired, readCheck } from './check-reading.ts'
import type { Entry, Section } from './ini-file.ts'
import { suggestion } from './nearest-name.ts'
import type { Problem } from './problem.ts'
import { failbackOf, hooksOf, relayRows, relaysOf, siteOf } from './rows.ts'
import {
  type NamedSection,
  type PlainName,
  plainSections,
  type SortedSections,
  sortSections,
} from './sections.ts'
import {
  misplaced,
  nothingAsked,
  ownHost,
  type SiteKind,
  siteKindOf,
  watchdogProblems,
} from './site-reading.ts'
import { isWazo, nobody, unseenWazo } from './wazo-node.ts'

/** The devices of bnfos.conf; null: there is no such file; unreadable: nothing is known of them. */
type KnownDevices = readonly DeviceSettings[] | null | 'unreadable'

/** What the sections of berofosd.conf mean; `settings` is null when there are problems. */
export function readSettings(
  sections: readonly Section[],
  devices: KnownDevices,
): Notes & { settings: Settings | null } {
  const sorted = sortSections(sections)
  const kind = siteKindOf(sections)
  const notes: Notes = { problems: [...sorted.problems, ...misplaced(kind, sorted)], warnings: [] }
  const plain = readPlain(kind === 'bypass' ? withOwnMaster(sorted.plain) : sorted.plain, notes)
  const written = plain?.master.host ?? ''
  const masterHost = isWazo(written) ? nobody : written
  const checks = sorted.checks.map(check => readCheck(check, masterHost, notes))
  if (kind === 'bypass') notes.problems.push(...bypassProblems(sorted, checks, plain))
  else notes.problems.push(...noneRequired(sorted.checks))
  notes.problems.push(...sameSocket(plain, sorted.plain.get('control')))
  const relays = readRelays(sorted.relays, devices, notes)
  if (plain === null || notes.problems.length > 0) return { settings: null, ...notes }
  const found = checks.filter(check => check !== null).map(check => placed(check, kind))
  const complete = found.length > 0 ? found : [defaultCheck(masterHost)]
  const devicesSeen = devices === null || devices === 'unreadable' ? null : withRelays(devices, relays)
  const settings = assembleSettings(plain, complete, devicesSeen)
  if (!isWazo(written)) return { settings, ...notes }
  return { settings: { ...settings, wazo: unseenWazo(complete, settings.secondaryFile) }, ...notes }
}

/** Whether [master] host says anything, be it wrong, or the server is this node. */
export function namesMaster(sections: readonly Section[]): boolean {
  if (siteKindOf(sections) === 'bypass') return true
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

/** Of a bypass: the server is this node, whatever a section says that has no place there. */
function withOwnMaster(plain: SortedSections['plain']): SortedSections['plain'] {
  const host = { key: 'host', value: ownHost, line: 0, commented: false, broken: false }
  const sections = new Map(plain)
  sections.delete('isolation')
  return sections.set('master', { name: 'master', line: 0, entries: [host] })
}

function bypassProblems(
  { checks, plain }: SortedSections,
  read: readonly (CheckSettings | null)[],
  values: PlainValues | null,
): Problem[] {
  const watchdog = values === null ? [] : watchdogProblems(values.bypass, plain.get('bypass'))
  return [...nothingAsked(checks, read), ...watchdog]
}

/** A check of a bypass asks this very node, by whatever address. */
function placed(check: CheckSettings, kind: SiteKind): CheckSettings {
  return kind === 'bypass' ? { ...check, onThisNode: true } : check
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
    return [name, readSection<unknown>(section, plainSections[name], plainSchema(name), notes)] as const
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

/** The names of the file → the names of the program. */
function assembleSettings(
  values: PlainValues,
  checks: readonly CheckSettings[],
  devices: readonly DeviceSettings[] | null,
): Settings {
  return {
    site: siteOf(values),
    master: values.master,
    checks,
    witnesses: values.isolation.witness,
    failback: failbackOf(values.failback),
    relays: relaysOf(values.relays),
    hooks: hooksOf(values.hooks),
    alert: alertOf(values.alert),
    heartbeat: heartbeatOf(values.heartbeat),
    secondaryFile: values.node.secondary_file,
    log: values.log,
    controlSocket: values.control.socket,
    statusSocket: statusSocketOf(values.control),
    stateDirectory: values.state.directory,
    http: values.http,
    devices,
  }
}

/** `status.sock` beside the control socket, where nothing else is written. */
function statusSocketOf({ socket, status_socket: written }: PlainValues['control']): string | null {
  if (written === 'none') return null
  return written?.path ?? join(dirname(socket), 'status.sock')
}

/** The devices of bnfos.conf with what their [relay.NAME] says of them. */
function withRelays(
  devices: readonly DeviceSettings[],
  relays: ReadonlyMap<string, RelayValues>,
): DeviceSettings[] {
  return devices.map(device => ({ ...device, ...relays.get(device.name) }))
}
