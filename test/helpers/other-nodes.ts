import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Outlasts a run, whose own temporary directory goes with it; of this user alone, since what is in it is executed. */
const cache = `/var/tmp/berofosd-test-nodes-${process.getuid?.()}`

/**
 * The path of this version of Node, from the npm package that carries it, which npm checks by the registry's sum; an
 * Error says why it can't be had. Fetched once: the cache may be removed at any time.
 */
export function otherNode(version: string, arch: string = process.arch): string | Error {
  const name = `node-linux-${arch}`
  const directory = join(cache, `${version}-${arch}`)
  const path = join(directory, 'node_modules', name, 'bin/node')
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (statSync(cache).uid !== process.getuid?.()) throw new Error(`${cache} belongs to somebody else`)
    if (!existsSync(path)) install(`${name}@${version}`, arch, directory)
    return path
  } catch (error) {
    return error as Error
  }
}

function install(what: string, arch: string, directory: string): void {
  const quickly = ['--fetch-retries=0', '--fetch-timeout=20000', '--no-audit', '--no-fund']
  const options = ['--prefix', directory, '--no-save', '--ignore-scripts', '--loglevel=error']
  const foreign = arch === process.arch ? [] : [`--cpu=${arch}`, '--force']
  execFileSync('npm', ['install', ...options, ...quickly, ...foreign, what], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000,
  })
}
