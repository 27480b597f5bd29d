import { absentHaConf, readHaConf, unreadableHaConf } from '../config/ha-conf.ts'
import type { SettingsLoading } from '../config/load.ts'
import { type WazoFiles, type WazoLook, wazoPlaces, withWazo } from '../config/wazo-node.ts'
import type { HaStatement } from '../core/settings.ts'
import type { Disk, Doors, Files } from './doors.ts'

/** Wazo writes some 60 bytes. */
const largestHaConf = 64 * 1024

/** What this node's Wazo says of it now. */
export async function lookAtWazo(disk: Disk, files: WazoFiles): Promise<WazoLook> {
  const { haFile, directory, secondaryFile } = wazoPlaces(files)
  const [said, there] = await Promise.all([statement(disk, haFile), disk.exists(directory)])
  return { said, secondaryFile: there ? secondaryFile : null }
}

/** The files, and with `[master] host = wazo` what ha.conf says; `known`: the master in force, null: none. */
export async function loadNode(
  { load, disk }: Pick<Doors, 'load' | 'disk'>,
  files: Files,
  known: string | null,
): Promise<SettingsLoading> {
  const loaded = await load(files)
  if (!loaded.ok || !loaded.settings.wazo) return loaded
  return { ...loaded, settings: withWazo(loaded.settings, await lookAtWazo(disk, files), known) }
}

async function statement(disk: Disk, file: string): Promise<HaStatement> {
  const read = await disk.read(file, largestHaConf)
  if (read.ok) return readHaConf(file, read.text)
  return read.code === 'ENOENT' ? absentHaConf(file) : unreadableHaConf(file, read.code)
}
