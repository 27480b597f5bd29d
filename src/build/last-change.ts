import { execFileSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Of the last commit in the clone, else of package.json, in seconds since 1970. */
export async function lastChangeS(clone: string): Promise<number> {
  try {
    // Root builds in a clone of somebody else, which git refuses to read unless it is named.
    const words = ['-c', `safe.directory=${clone}`, 'log', '-1', '--format=%ct']
    return Number(execFileSync('git', words, { cwd: clone, encoding: 'utf8', stdio: 'pipe' }))
  } catch {
    // From an archive, without git.
    return Math.floor((await stat(join(clone, 'package.json'))).mtimeMs / 1000)
  }
}
