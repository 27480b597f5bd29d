import { join } from 'node:path'

/** Where trees are kept, and where runs have their directories; BEROFOSD_TEST_CACHE, else /var/cache/berofosd-test. */
export function cacheDirectory(): string {
  return process.env.BEROFOSD_TEST_CACHE ?? '/var/cache/berofosd-test'
}

/** What all names of this run begin with. */
export const runName = `bfd${process.pid}`

/** Pid of the run that something is named by; null: it is named otherwise. */
export function runOf(name: string): number | null {
  const pid = /^bfd(\d+)\b/.exec(name)?.[1]
  return pid === undefined ? null : Number(pid)
}

/** Where this run keeps its files, on the file system of the trees. */
export function runDirectory(): string {
  return join(cacheDirectory(), runName)
}
