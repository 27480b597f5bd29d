import { join } from 'node:path'
import type { CheckSettings, HaStatement, Settings, WazoSettings } from '../core/settings.ts'
import { checkRows } from './check-rows.ts'

/** What `[master] host = wazo` makes of the settings. Pure: who looks at the files brings what they say. */

/** Where Wazo and XiVO keep these; elsewhere only in tests. */
export interface WazoFiles {
  readonly haFile?: string
  /** Wazo's; XiVO has none. */
  readonly wazoDirectory?: string
}

/** The files of this node, each in its place. */
export function wazoPlaces({ haFile, wazoDirectory }: WazoFiles) {
  const directory = wazoDirectory ?? '/var/lib/wazo'
  // As Wazo's own cron job asks for it: XiVO's, without that directory, asks for nothing.
  return { haFile: haFile ?? '/etc/xivo/ha.conf', directory, secondaryFile: join(directory, 'is-secondary') }
}

/** What was found on the node. */
export interface WazoLook {
  readonly said: HaStatement
  /** The file that has to exist; null: there is no directory of Wazo. */
  readonly secondaryFile: string | null
}

/** Whether the host of [master] stands for what ha.conf names. A host of that name is still `wazo.`. */
export function isWazo(host: string): boolean {
  return host.toLowerCase() === 'wazo'
}

/** What checks ask that are to ask a master of whom nothing is known: no name server knows it (RFC 6761 6.4). */
export const nobody = 'wazo.invalid'

/** Of settings whose checks ask `nobody` where they ask the master, before anybody has looked. */
export function unseenWazo(checks: readonly CheckSettings[], secondaryFile: string | null): WazoSettings {
  const { haFile } = wazoPlaces({})
  const followers = checks.filter(({ type, host }) => 'host' in checkRows[type] && host === nobody)
  const said = { is: 'unusable', file: haFile, what: `${haFile} was not read yet`, cure: 'wait' } as const
  return {
    said,
    master: null,
    followers: followers.map(({ name }) => name),
    ownSecondaryFile: secondaryFile === null,
  }
}

/**
 * The settings with what ha.conf says now. One that says nothing, as while Wazo writes it, changes nothing:
 * `known` is the address that was in force before, null: none. Settings of another host stay as they are.
 */
export function withWazo(settings: Settings, look: WazoLook, known: string | null): Settings {
  const { wazo, checks } = settings
  if (!wazo) return settings
  const master = masterOf(look.said, known)
  const host = master ?? nobody
  return {
    ...settings,
    master: { host: master ?? 'wazo' },
    checks: checks.map(check => (wazo.followers.includes(check.name) ? { ...check, host } : check)),
    secondaryFile: wazo.ownSecondaryFile ? look.secondaryFile : settings.secondaryFile,
    wazo: { ...wazo, said: look.said, master },
  }
}

function masterOf(said: HaStatement, known: string | null): string | null {
  if (said.is === 'slave') return said.address
  return said.is === 'unusable' ? known : null
}
