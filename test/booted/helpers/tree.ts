import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './command.ts'
import { cacheDirectory, runDirectory } from './places.ts'
import { basePackages, downloadedPackages, laterPackages, type Release } from './releases.ts'

/**
 * Path of a tree of this release with its packages and `more` of them, made by debootstrap unless there is one. It is
 * whole or not there, and never changed: tests work on a copy.
 */
export async function cachedTree(release: Release, more: readonly string[] = []): Promise<string> {
  const packages: TreePackages = {
    base: basePackages,
    later: [...laterPackages, ...more],
    downloaded: downloadedPackages,
  }
  const made = { suite: release.suite, packages, steps }
  const key = createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 12)
  const tree = join(cacheDirectory(), `${release.suite}-${key}`)
  if (existsSync(tree)) return tree
  const work = join(runDirectory(), release.suite)
  try {
    await build(release, packages, work)
    await rename(work, tree)
  } catch (error) {
    // Another run may have been first; a directory that is not empty is not replaced.
    if (!existsSync(tree)) throw error
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return tree
}

/** To be raised when `build` changes, so that older trees are not used. */
const steps = 4

interface TreePackages {
  readonly base: readonly string[]
  readonly later: readonly string[]
  /** Lie in apt's cache. */
  readonly downloaded: readonly string[]
}

async function build(release: Release, packages: TreePackages, tree: string): Promise<void> {
  await mkdir(tree, { recursive: true })
  const source = 'http://deb.debian.org/debian'
  const words = ['--variant=minbase', `--include=${packages.base.join(',')}`, release.suite, tree, source]
  // What it mounts in the tree goes with its namespace, even if it is killed.
  await must('unshare', ['--mount', 'debootstrap', ...words], patient)
  await inTree(tree, 'apt-get', 'update')
  await inTree(tree, 'apt-get', 'install', '--yes', '--no-install-recommends', ...packages.later)
  await inTree(tree, 'apt-get', 'clean')
  await inTree(tree, 'apt-get', 'install', '--yes', '--download-only', ...packages.downloaded)
  // Else every container would be called as this machine is.
  await rm(join(tree, 'etc/hostname'), { force: true })
  // Empty: an id is made at each boot, and yet it is no first boot, which would enable what a server has not.
  await writeFile(join(tree, 'etc/machine-id'), '')
}

const patient = { timeoutMs: 900_000 }

function inTree(tree: string, ...command: readonly string[]): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  return must('chroot', [tree, ...command], { ...patient, env })
}
