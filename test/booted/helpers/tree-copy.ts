import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { must, run } from './command.ts'

/** A tree that may be changed, over one that is not. */
interface TreeCopy {
  readonly root: string
  remove(): Promise<void>
}

/** An overlay in `directory`; where the file system takes none, a copy of all files. */
export async function copyTree(tree: string, directory: string): Promise<TreeCopy> {
  const [root, upper, work] = ['root', 'upper', 'work'].map(name => join(directory, name)) as Paths
  for (const path of [root, upper, work]) await mkdir(path, { recursive: true })
  const layers = `lowerdir=${tree},upperdir=${upper},workdir=${work}`
  const mounted = await run('mount', ['-t', 'overlay', 'berofosd-test', '-o', layers, root])
  if (mounted.status !== 0) await must('cp', ['-a', '--reflink=auto', `${tree}/.`, root])
  return {
    root,
    remove: async () => {
      if (mounted.status === 0) await must('umount', [root])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

type Paths = [string, string, string]
