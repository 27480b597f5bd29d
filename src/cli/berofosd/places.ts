import { scanIni } from '../../config/ini-file.ts'
import { type ConfigUnread, readConfigFile } from '../config-content.ts'

/** Where a running daemon is found and what it leaves behind. */
export interface Places {
  readonly controlSocket: string
  readonly stateDirectory: string
}

export type PlacesReading = ({ readonly ok: true } & Places) | ConfigUnread

/** As in the defaults of [control] and [state]. */
const usual: Places = { controlSocket: '/run/berofosd/control.sock', stateDirectory: '/var/lib/berofosd' }

/**
 * The two places from the configuration, whatever else is in it: one that is broken must not hide a daemon that runs.
 * Not `loadSettings`: that takes longer than `status` may.
 */
export async function placesIn(configFile: string): Promise<PlacesReading> {
  const reading = await readConfigFile(configFile)
  if (!reading.ok) return reading
  const { sections } = scanIni(reading.content)
  const pathAt = (section: string, key: string) => {
    const entry = sections.find(({ name }) => name === section)?.entries.find(entry => entry.key === key)
    return entry?.value.startsWith('/') ? entry.value : null
  }
  return {
    ok: true,
    controlSocket: pathAt('control', 'socket') ?? usual.controlSocket,
    stateDirectory: pathAt('state', 'directory') ?? usual.stateDirectory,
  }
}
