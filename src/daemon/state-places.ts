import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { Settings } from '../core/settings.ts'

export type StatePlaces = Pick<Settings, 'stateDirectory' | 'controlSocket'>

/** A file of the state that is longer is none of ours: the history, the longest, takes a twentieth of it. */
export const largestStateFile = 4 * 1024 * 1024

/**
 * Where the copy in memory of a state directory is: beside the control socket, which is on /run, under a name of its
 * own, so that two daemons with one such directory never take each other's.
 */
export function copyPathOf(places: StatePlaces): string {
  return inMemory('state', places)
}

/** Where the commands are noted that run now: in memory, and where there is none on disk. */
export function trialPathsOf(places: StatePlaces): { readonly copyPath: string; readonly path: string } {
  return { copyPath: inMemory('commands', places), path: join(places.stateDirectory, 'commands.json') }
}

function inMemory(name: string, { stateDirectory, controlSocket }: StatePlaces): string {
  const key = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 16)
  return join(dirname(controlSocket), `${name}-${key}.json`)
}
