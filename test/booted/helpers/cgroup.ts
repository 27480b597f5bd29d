import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../../helpers/until.ts'

/**
 * A control group below this process's own, in every hierarchy that systemd keeps services in: two containers in one
 * group would end each other's services.
 */
export class Cgroup {
  private constructor(readonly directories: readonly string[]) {}

  static async create(name: string): Promise<Cgroup> {
    const directories = hierarchies().map(parent => join(parent, name))
    for (const directory of directories) await mkdir(directory, { recursive: true })
    return new Cgroup(directories)
  }

  /** Command that runs another one in here. */
  within(...command: readonly string[]): [string, string[]] {
    const files = this.directories.map(directory => `'${directory}/cgroup.procs'`)
    const enter = files.map(file => `echo $$ >${file}`).join(' && ')
    return ['sh', ['-c', `${enter} && exec "$@"`, 'sh', ...command]]
  }

  /** To be called when nothing runs in here any more. */
  async remove(): Promise<void> {
    // What was killed a moment ago still counts for a moment.
    await eventually('the control group is empty', () => this.directories.every(isRemoved), 10_000)
  }
}

/** Removes groups whose runs are gone. */
export function removeGroups(isLeft: (name: string) => boolean): void {
  for (const parent of hierarchies())
    for (const name of readdirSync(parent).filter(isLeft)) isRemoved(join(parent, name))
}

/** Directories of this process's own groups: cgroup v2, and in a mixed set-up systemd's of v1 too. */
function hierarchies(): string[] {
  const groups = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')
  const mounts = readFileSync('/proc/self/mounts', 'utf8').trim().split('\n')
  return mounts.flatMap(line => {
    const [, path = '', type = '', options = ''] = line.split(' ')
    const systemd = options.split(',').includes('name=systemd')
    if (type !== 'cgroup2' && !(type === 'cgroup' && systemd)) return []
    const own = groups.find(group => group.startsWith(type === 'cgroup2' ? '0::' : `${idOf(groups)}:`))
    return own === undefined ? [] : [join(path, own.split(':').slice(2).join(':'))]
  })
}

function idOf(groups: readonly string[]): string {
  return groups.find(group => group.split(':')[1] === 'name=systemd')?.split(':')[0] ?? ''
}

function isRemoved(directory: string): boolean {
  if (!existsSync(directory)) return true
  try {
    removeGroup(directory)
    return true
  } catch {
    return false
  }
}

function removeGroup(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(directory, entry.name))
  rmdirSync(directory)
}
