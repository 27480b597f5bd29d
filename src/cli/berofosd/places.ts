import { dirname, join } from 'node:path'
import { scanIni } from '../../config/ini-file.ts'
import { type ConfigUnread, readConfigFile, usualConfigFile } from '../config-content.ts'

/** Where a running daemon is found and what it leaves behind. */
export interface Places {
  readonly controlSocket: string
  /** null: it serves none. */
  readonly statusSocket: string | null
  readonly stateDirectory: string
  /** One server in front of a PBX. */
  readonly isBypass: boolean
}

export type PlacesReading = ({ readonly ok: true } & Places) | ConfigUnread

/** As in the defaults of [control] and [state]. */
const usual = { controlSocket: '/run/berofosd/control.sock', stateDirectory: '/var/lib/berofosd' }

/**
 * The places from the configuration, whatever else is in it: one that is broken must not hide a daemon that runs.
 * Not `loadSettings`: that takes longer than `status` may.
 */
export async function placesIn(configFile: string): Promise<PlacesReading> {
  const reading = await readConfigFile(configFile)
  return reading.ok ? { ok: true, ...placesFrom(reading.content) } : reading
}

/** The same for who only asks or orders a running daemon: the usual file that may not be read means the usual places. */
export async function placesToAsk(configFile: string): Promise<PlacesReading> {
  const places = await placesIn(configFile)
  const isUsual = !places.ok && places.outcome === 'denied' && configFile === usualConfigFile
  return isUsual ? { ok: true, ...placesFrom(new Uint8Array()) } : places
}

function placesFrom(content: Uint8Array): Places {
  const { sections } = scanIni(content)
  const valueAt = (section: string, key: string) =>
    sections.find(({ name }) => name === section)?.entries.find(entry => entry.key === key)?.value ?? ''
  const pathAt = (section: string, key: string) => {
    const value = valueAt(section, key)
    return value.startsWith('/') ? value : null
  }
  const controlSocket = pathAt('control', 'socket') ?? usual.controlSocket
  const isOff = valueAt('control', 'status_socket').toLowerCase() === 'none'
  const beside = join(dirname(controlSocket), 'status.sock')
  return {
    controlSocket,
    statusSocket: isOff ? null : (pathAt('control', 'status_socket') ?? beside),
    stateDirectory: pathAt('state', 'directory') ?? usual.stateDirectory,
    isBypass: valueAt('site', 'kind').toLowerCase() === 'bypass',
  }
}
