import { openDevice } from '../../berofos/http/client.ts'
import { loadSettings } from '../../config/load.ts'
import { noHost } from '../../core/relay/relay-lines.ts'
import { type Mode, portsOf, type Role, roleOf } from '../../core/role.ts'
import type { DeviceSettings, Settings } from '../../core/settings.ts'
import { linesAt, siteWords } from '../../core/site-words.ts'
import type { StoredState } from '../../core/stored-state.ts'
import { timeText } from '../../core/time-text.ts'
import { findStored } from '../../daemon/store-order.ts'
import { askMac, identityOf } from '../../relays/identity.ts'
import { modeOf, showsNoMode } from '../../relays/reading.ts'
import { systemClock } from '../../system/clock.ts'
import type { Look, Output } from '../output.ts'
import { marked, tableLines } from '../table.ts'
import { filesOf } from './options.ts'

/** What can be told without a daemon: the role that its next start would find, and what each relay reads now. */
export async function statusAlone(values: Parameters<typeof filesOf>[0], output: Output): Promise<void> {
  const loaded = await loadSettings(filesOf(values)).catch(() => null)
  // What is wrong with the files has been said.
  if (!loaded?.ok) return
  const { settings } = loaded
  const [stored, readings] = await Promise.all([
    findStored(settings),
    Promise.all((settings.devices ?? []).map(device => readingOf(device, settings))),
  ])
  const look = { ...output, width: output.wide }
  const now = systemClock.wall()
  for (const line of alonePanel({ settings, ...stored, readings }, look, now)) output.print(line)
}

interface Alone {
  readonly settings: Pick<Settings, 'site'>
  /** null: there is none, or it is not known for `problem`. */
  readonly stored: Pick<StoredState, 'role' | 'roleSince' | 'override' | 'pause'> | null
  readonly problem: string | null
  readonly readings: readonly RelayReading[]
}

interface RelayReading {
  readonly device: Pick<DeviceSettings, 'name' | 'host' | 'port' | 'invert'>
  /** As read now; null: for `error`. */
  readonly mode: Mode | null
  readonly error: string
  /** Which other device answers in its place, goes on after its name; null, absent: none that is known. */
  readonly stranger?: string | null
}

function alonePanel({ settings, stored, problem, readings }: Alone, look: Look, nowWall: number): string[] {
  const words = siteWords(settings.site.kind).role
  const line = (role: Role) => linesAt(words[role])
  const rows = readings.map(({ device, mode, error }) => {
    const isWhere = mode === null || !stored || roleOf(mode, device.invert) === stored.role
    const tone = mode === null ? ('bad' as const) : isWhere ? ('good' as const) : ('odd' as const)
    const place = mode === null ? '-' : { text: line(roleOf(mode, device.invert)), tone }
    const address = device.host === null ? 'no host' : `${device.host}:${device.port}`
    const shown = mode === null ? '-' : `${mode} ${portsOf(mode)}`
    return { tone, cells: [device.name, shown, place, mode === null ? { text: error, tone } : address] }
  })
  const strangers = readings.flatMap(({ device: { name }, stranger }) =>
    stranger ? marked('bad', `${name}: ${stranger}`, look) : [],
  )
  return [
    ...marked('bad', 'no daemon runs: nothing is watched, and nothing moves by itself', look),
    ...marked('plain', storedText(stored, problem, line, nowWall), look),
    ...strangers,
    ...(rows.length > 0 ? ['', ...tableLines(look, ['RELAY', 'READS', 'NOW', 'ADDRESS'], rows)] : []),
  ]
}

function storedText(
  stored: Alone['stored'],
  problem: string | null,
  line: (role: Role) => string,
  nowWall: number,
): string {
  if (problem !== null) return `the stored role is not known: ${problem}`
  if (!stored) return 'no role is stored: the next start takes what most relays read'
  const { role, roleSince, override, pause } = stored
  const endText = (until: number | null) => (until === null ? '' : ` until ${timeText(until, nowWall)}`)
  const pinned = override ? `, pinned${endText(override.until)}` : ''
  const paused = pause ? `, paused${endText(pause.until)}` : ''
  return `stored: ${line(role)} since ${timeText(roleSince, nowWall)}${pinned}${paused}`
}

/** One reading, within the time that a daemon gives it. */
async function readingOf(
  device: DeviceSettings,
  settings: Pick<Settings, 'relays' | 'devices'>,
): Promise<RelayReading> {
  const { host } = device
  if (host === null) return { device, mode: null, error: noHost }
  const timeoutMs = settings.relays.timeoutMs
  const all = settings.devices ?? []
  // Where no section has a MAC nobody can be told from another.
  const asks = all.some(({ mac }) => mac !== null)
  const [mac, read] = await Promise.all([
    asks ? askMac(host) : null,
    readMode({ ...device, host }, timeoutMs),
  ])
  if (mac === null) return { device, ...read }
  const { settings: present, stranger } = identityOf(device, mac, all)
  const again = present.login === device.login ? read : await readMode({ ...present, host }, timeoutMs)
  return { device: present, stranger, ...again }
}

async function readMode(
  { host, port, login }: DeviceSettings & { readonly host: string },
  timeoutMs: number,
): Promise<Pick<RelayReading, 'mode' | 'error'>> {
  const open = openDevice({ host, port, login, timeoutMs }, systemClock)
  const reply = await open.read().finally(() => open.close())
  if (!reply.ok) return { mode: null, error: reply.error.text }
  const mode = modeOf(reply.value.values.mode)
  return { mode, error: mode === null ? showsNoMode : '' }
}
