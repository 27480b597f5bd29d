import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { removeGroups } from './cgroup.ts'
import { run } from './command.ts'
import { cacheDirectory, runOf } from './places.ts'

/** Removes what runs left behind that were killed: control groups, namespaces, mounts and files. */
export async function removeLeftovers(): Promise<void> {
  removeGroups(isLeft)
  const { stdout } = await run('ip', ['netns', 'list'])
  for (const name of stdout.split(/\s+/).filter(isLeft)) await run('ip', ['netns', 'delete', name])
  const cache = cacheDirectory()
  if (!existsSync(cache)) return
  for (const name of readdirSync(cache).filter(isLeft)) {
    await run('umount', [join(cache, name, 'tree/root')])
    await rm(join(cache, name), { recursive: true, force: true })
  }
}

function isLeft(name: string): boolean {
  const pid = runOf(name)
  return pid !== null && !existsSync(`/proc/${pid}`)
}
