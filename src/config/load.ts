import { access } from 'node:fs/promises'
import { isMasterless, passiveLine } from '../core/secondary.ts'
import type { DeviceSettings, HaStatement, Settings } from '../core/settings.ts'
import { type DeviceSection, readBnfos } from './bnfos-file.ts'
import { absentHaConf, readHaConf, unreadableHaConf } from './ha-conf.ts'
import { scanIni } from './ini-file.ts'
import { fileWarnings } from './load-sections.ts'
import { firstOf, type Problem, problemText, problemTexts } from './problem.ts'
import { type FileReading, readBounded } from './read-bounded.ts'
import { type WazoFiles, type WazoLook, wazoPlaces, withWazo } from './wazo-node.ts'

export type SettingsLoading =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

export interface ConfigFiles extends WazoFiles {
  readonly configFile: string
  readonly bnfosFile: string
  /** A berofosd.conf that names no master is valid, for a daemon that idles until it does. */
  readonly mayIdle?: boolean
}

/**
 * Reads both files, and ha.conf where `[master] host = wazo` asks for it: one that names no master is a warning. Not
 * ok: the problems of both at once, at most 20, each a line `FILE:LINE: [section] key: what is wrong, what is
 * expected`. A missing bnfos.conf is not a problem. Never throws, never waits for a pipe.
 */
export async function loadSettings(files: ConfigFiles): Promise<SettingsLoading> {
  const loaded = await loadFiles(files)
  if (!loaded.ok || !loaded.settings.wazo) return loaded
  const settings = withWazo(loaded.settings, await lookAtWazo(files), null)
  const note = isMasterless(settings) ? [passiveLine(settings).text] : []
  return { ok: true, settings, warnings: firstOf([...note, ...loaded.warnings]) }
}

/** The same without a look at ha.conf: with `[master] host = wazo` there is no master yet. */
export async function loadFiles(files: ConfigFiles): Promise<SettingsLoading> {
  const devices = await loadDevices(files.bnfosFile)
  const known = devices.ok ? devices.devices : 'unreadable'
  const read = await readConfig(files, known)
  const shared = devices.ok ? devices.sharedHosts(read.settings?.devices ?? []) : []
  const problems = [...read.problems, ...(devices.ok ? shared : devices.problems)]
  if (read.settings === null || problems.length > 0) return { ok: false, problems: firstOf(problems) }
  const bnfosWarnings = devices.ok ? devices.warnings : []
  const zone = timeZoneWarning(process.env.TZ)
  const warnings = [...(zone === null ? [] : [zone]), ...read.warnings, ...bnfosWarnings]
  return { ok: true, settings: read.settings, warnings: firstOf(warnings) }
}

async function lookAtWazo(files: WazoFiles): Promise<WazoLook> {
  const { haFile, directory, secondaryFile } = wazoPlaces(files)
  const reading = await readBounded(haFile)
  const there = await access(directory).then(
    () => true,
    () => false,
  )
  return { said: statementOf(haFile, reading), secondaryFile: there ? secondaryFile : null }
}

function statementOf(file: string, reading: FileReading): HaStatement {
  if (reading.kind === 'absent') return absentHaConf(file)
  if (reading.kind === 'unreadable') return unreadableHaConf(file, reading.code)
  return readHaConf(file, Buffer.from(reading.content).toString('utf8'))
}

interface ConfigReading {
  readonly settings: Settings | null
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

async function readConfig(
  { configFile: file, mayIdle = false }: ConfigFiles,
  devices: readonly DeviceSettings[] | null | 'unreadable',
): Promise<ConfigReading> {
  const reading = await readBounded(file)
  if (reading.kind !== 'content') {
    const what =
      reading.kind === 'absent' ? 'does not exist, expected a file with [master] host' : reading.what
    return { settings: null, problems: [problemText(file, { line: null, what })], warnings: [] }
  }
  const scanned = scanIni(reading.content)
  // Only here: zod takes longer to load than the tools that need no berofosd.conf take to run.
  const { namesMaster, readIdleSettings, readSettings } = await loadReading()
  const idles = mayIdle && !namesMaster(scanned.sections)
  const read = idles
    ? readIdleSettings(file, scanned.sections, devices)
    : readSettings(scanned.sections, devices)
  const problems = [...scanned.problems, ...read.problems]
  return {
    settings: scanned.problems.length === 0 ? read.settings : null,
    problems: problemTexts(file, problems),
    warnings: problemTexts(file, read.warnings),
  }
}

let reading: Promise<typeof import('./settings-reading.ts')> | undefined

/** Once: Node 18.17 looks at the file again for each import(), and an upgrade takes it away under the daemon. */
function loadReading(): Promise<typeof import('./settings-reading.ts')> {
  reading ??= import('./settings-reading.ts')
  return reading
}

type DevicesLoading =
  | {
      readonly ok: true
      /** null: there is no such file, berofos is not configured. Port 80 and not inverted: only berofosd.conf knows. */
      readonly devices: readonly DeviceSettings[] | null
      readonly warnings: readonly string[]
      /** Problems of devices at the same host and port, of which only berofosd.conf knows. */
      readonly sharedHosts: (devices: readonly DeviceSettings[]) => string[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads bnfos.conf as the daemon does. Not cut to 20 lines. Never throws, never waits for a pipe. */
export async function loadDevices(file: string): Promise<DevicesLoading> {
  const reading = await readBounded(file)
  if (reading.kind === 'absent') return { ok: true, devices: null, warnings: [], sharedHosts: () => [] }
  if (reading.kind === 'unreadable')
    return { ok: false, problems: [problemText(file, { line: null, what: reading.what })] }
  const { devices, sections, problems, warnings } = readBnfos(reading.content)
  if (problems.length > 0) return { ok: false, problems: problemTexts(file, problems) }
  const found = [...warnings, ...sharedMacs(sections), ...fileWarnings(file, reading.mode, devices)]
  const sharedHosts = (placed: readonly DeviceSettings[]) =>
    problemTexts(file, sharedHostProblems(sections, placed))
  return { ok: true, devices, warnings: problemTexts(file, found), sharedHosts }
}

/** Two relays can't be one device: one of them would be driven, and nobody would drive the other. */
function sharedHostProblems(
  sections: readonly DeviceSection[],
  devices: readonly DeviceSettings[],
): Problem[] {
  const place = ({ host, port }: DeviceSettings) => host && `${host.toLowerCase().replace(/\.$/, '')} ${port}`
  return devices.flatMap((device, index) => {
    const first = devices.slice(0, index).find(each => place(each) !== null && place(each) === place(device))
    if (!first) return []
    const line = sections.find(section => section.device.name === device.name)?.hostLine ?? null
    const what = `is the host of [${first.name}] as well, expected one section for each device`
    return [{ line, section: device.name, key: 'host', what }]
  })
}

/** Copied and not corrected: which of them answers can't be told. A device without a network of its own has none. */
function sharedMacs(sections: readonly DeviceSection[]): Problem[] {
  const macOf = ({ device }: DeviceSection) => device.mac?.toUpperCase() ?? null
  return sections.flatMap((section, index) => {
    const first = sections
      .slice(0, index)
      .find(each => macOf(each) !== null && macOf(each) === macOf(section))
    if (!first) return []
    const what = `is the MAC of [${first.device.name}] as well, expected that of another device: 'bnfos --scan' shows them`
    return [{ line: section.macLine, section: section.device.name, key: 'mac', what }]
  })
}

/** Zones that mean UTC, as people write them. */
const utcNames = /^:?(?:Etc\/)?(?:UTC|GMT|UCT|Zulu|Universal|Greenwich|Z|WET)(?:[-+]?0)?$/i

/**
 * A sentence where the runtime does not know the zone that the environment variable TZ names and goes by UTC, as it does
 * with the POSIX form `CET-1CEST,M3.5.0,M10.5.0/3`; null: it knows it. `tz`: its value.
 */
export function timeZoneWarning(tz: string | undefined): string | null {
  if (!tz || utcNames.test(tz)) return null
  const isUtc =
    new Date(2026, 0, 1).getTimezoneOffset() === 0 && new Date(2026, 6, 1).getTimezoneOffset() === 0
  // Intl takes 8 MB from its first use on.
  if (!isUtc) return null
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  // Of a zone that it does not know it tells nothing, or Etc/Unknown.
  const isNamed = timeZone && !['UTC', 'Etc/Unknown'].includes(timeZone)
  if (isNamed) return null
  return `TZ=${tz} is taken for UTC: windows and reminders come at other hours than meant; name the zone, such as TZ=Europe/Berlin`
}
