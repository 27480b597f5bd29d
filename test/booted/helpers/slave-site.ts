import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addressAfter } from '../../../src/simulator/site.ts'
import { addresses, type Host } from './addresses.ts'
import { buildPackage } from './berofosd-package.ts'
import { Cgroup } from './cgroup.ts'
import { must } from './command.ts'
import { Container } from './container.ts'
import { removeLeftovers } from './leftovers.ts'
import { type Hosts, Network } from './network.ts'
import { runDirectory, runName } from './places.ts'
import { Relays } from './relays.ts'
import type { Release } from './releases.ts'
import { Slave } from './slave.ts'
import { cachedTree } from './tree.ts'
import { copyTree } from './tree-copy.ts'

/** A slave of this release in its network, and how to be rid of all of it. */
export interface SlaveSite {
  readonly slave: Slave
  /** The tree that the slave's is a copy of; never changed. */
  readonly tree: string
  close(): Promise<void>
}

/**
 * Opens it, telling each step that takes its time. The package is built, and lies in the slave's /root. `others`:
 * packages of Debian that are installed besides.
 */
export async function openSlaveSite(
  release: Release,
  relayCount: number,
  tell: (text: string) => void,
  others: readonly string[] = [],
): Promise<SlaveSite> {
  const opened: (() => unknown)[] = []
  const close = () => closeAll(opened)
  try {
    await removeLeftovers()
    tell(`${release.name}: tree`)
    const tree = await cachedTree(release, others)
    return { slave: await openSlave(release, tree, relayCount, tell, opened), tree, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Puts into `opened` what closes each part, in the order of opening. */
async function openSlave(
  release: Release,
  tree: string,
  relayCount: number,
  tell: (text: string) => void,
  opened: (() => unknown)[],
): Promise<Slave> {
  const directory = runDirectory()
  await mkdir(directory, { recursive: true })
  opened.push(() => rm(directory, { recursive: true, force: true }))
  const copy = await copyTree(tree, join(directory, 'tree'))
  opened.push(copy.remove)
  tell('package')
  const packageFile = await buildPackage(join(directory, 'package'))
  await must('cp', [packageFile, join(copy.root, 'root')])
  tell('network, virtual berofos, boot')
  const network = await Network.open(runName, hosts(relayCount))
  opened.push(() => network.close())
  const relays = await Relays.open(network, 'relays', relayCount)
  opened.push(() => relays.close())
  const cgroup = await Cgroup.create(runName)
  opened.push(() => cgroup.remove())
  const options = { root: copy.root, netns: network.path('slave'), name: runName, hostname: 'slave', cgroup }
  const container = await Container.boot(options)
  opened.push(() => container.close())
  return new Slave(container, network, relays, packageFile, release, directory)
}

/** The last one first; what can't be closed keeps no other open. */
async function closeAll(opened: (() => unknown)[]): Promise<void> {
  const errors: unknown[] = []
  while (opened.length > 0)
    try {
      await opened.pop()?.()
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0) throw errors[0]
}

function hosts(relayCount: number): Hosts<Host> {
  const { gateway, master, slave, relays } = addresses
  const every = Array.from({ length: relayCount }, (_, index) => addressAfter(relays, index))
  return { gateway: [gateway], master: [master], slave: [slave], relays: every }
}
