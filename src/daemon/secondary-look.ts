import type { Settings } from '../core/settings.ts'
import type { Assembly } from './assembly.ts'

/** Whether this node is the secondary; where the file system that would tell hangs, what was known before counts. */
export async function secondaryOr(
  before: boolean,
  settings: Settings,
  { parts, log }: Pick<Assembly, 'parts' | 'log'>,
): Promise<boolean> {
  const present = await parts.isSecondary(settings)
  if (present !== null) return present
  const as = before ? 'as the secondary, which it was' : 'as one that is not the secondary'
  log.write('error', `${settings.secondaryFile}: no answer in 2s: the disk hangs, check it; going on ${as}`)
  return before
}
