import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { Settings } from '../core/settings.ts'

/**
 * Where the copy in memory of a state directory is: beside the control socket, which is on /run, under a name of its
 * own, so that two daemons with one such directory never take each other's.
 */
export function copyPathOf({
  stateDirectory,
  controlSocket,
}: Pick<Settings, 'stateDirectory' | 'controlSocket'>): string {
  const key = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 16)
  return join(dirname(controlSocket), `state-${key}.json`)
}
