import { absentHaConf, readHaConf, unreadableHaConf } from '../config/ha-conf.ts'
import type { SettingsLoading } from '../config/load.ts'
import { type WazoFiles, type WazoLook, wazoPlaces, withWazo } from '../config/wazo-node.ts'
import type { HaStatement } from '../core/settings.ts'
import { within } from '../net/deadline.ts'
import type { Files, Ports } from './ports.ts'
import type { Disk } from './state-ports.ts'

/** Wazo writes some 60 bytes. */
const largestHaConf = 64 * 1024

type LookPorts = Pick<Ports, 'disk' | 'clock'>

/** How long a start or a reload waits for a file system that hangs. */
const longestLookMs = 2000

/** What this node's Wazo says of it now. */
export async function lookAtWazo({ disk, clock }: LookPorts, files: WazoFiles): Promise<WazoLook> {
  const { haFile, directory, secondaryFile } = wazoPlaces(files)
  const [said, there] = await Promise.all([
    within(clock, longestLookMs, statement(disk, haFile), unreadableHaConf(haFile, 'ETIMEDOUT')),
    // A directory that hangs is there: acting without its file would be acting as the secondary.
    within(clock, longestLookMs, disk.exists(directory), true),
  ])
  return { said, secondaryFile: there ? secondaryFile : null }
}

/** The files, and with `[master] host = wazo` what ha.conf says; `known`: the master in force, null: none. */
export async function loadNode(
  { load, ...ports }: Pick<Ports, 'load' | 'disk' | 'clock'>,
  files: Files,
  known: string | null,
): Promise<SettingsLoading> {
  const loaded = await load(files)
  if (!loaded.ok || !loaded.settings.wazo) return loaded
  return { ...loaded, settings: withWazo(loaded.settings, await lookAtWazo(ports, files), known) }
}

async function statement(disk: Disk, file: string): Promise<HaStatement> {
  const read = await disk.read(file, largestHaConf)
  if (read.ok) return readHaConf(file, read.text)
  return read.code === 'ENOENT' ? absentHaConf(file) : unreadableHaConf(file, read.code)
}

const lookMs = 1000

/** Tells at once, and then at each change, whether the file exists. Looks each second. */
export function watchFile(
  path: string,
  { clock, disk }: Pick<Ports, 'clock' | 'disk'>,
  report: (present: boolean) => void,
): { stop(): void } {
  const ended = new AbortController()
  const watch = async () => {
    let known: boolean | null = null
    while (!ended.signal.aborted) {
      const present = await disk.exists(path)
      if (ended.signal.aborted) return
      if (present !== known) report(present)
      known = present
      await clock.sleep(lookMs, ended.signal)
    }
  }
  void watch()
  return { stop: () => ended.abort() }
}
