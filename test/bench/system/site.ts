import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { addressAfter } from '../../../src/simulator/site.ts'
import { addresses, type Host } from '../../system/helpers/addresses.ts'
import { buildPackage } from '../../system/helpers/berofosd-package.ts'
import { Cgroup } from '../../system/helpers/cgroup.ts'
import { must } from '../../system/helpers/command.ts'
import { Container } from '../../system/helpers/container.ts'
import { removeLeftovers } from '../../system/helpers/leftovers.ts'
import { type Hosts, Network } from '../../system/helpers/network.ts'
import { runDirectory, runName } from '../../system/helpers/places.ts'
import { Relays } from '../../system/helpers/relays.ts'
import { releases } from '../../system/helpers/releases.ts'
import { Slave } from '../../system/helpers/slave.ts'
import { cachedTree } from '../../system/helpers/tree.ts'
import { copyTree } from '../../system/helpers/tree-copy.ts'

export const release = releases.debian12

export const relayCount = 4

/** A booted slave with berofosd and keepalived installed, and the tree that keepalived of the master is taken from. */
export interface RaceSite {
  readonly slave: Slave
  /** Never changed. */
  readonly tree: string
}

/** Runs the body on a site, telling each step, and leaves nothing of it behind. */
export async function onSite<T>(
  tell: (text: string) => void,
  body: (site: RaceSite) => Promise<T>,
): Promise<T> {
  const opened: (() => unknown)[] = []
  try {
    return await Promise.race([openSite(tell, opened).then(body), interrupted()])
  } finally {
    await closeAll(opened)
  }
}

/** Rejects when the bench is to end early, so that what is open is closed. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`ended by ${signal}`)))
  })
}

/** Puts into `opened` what closes each part, in the order of opening. */
async function openSite(tell: (text: string) => void, opened: (() => unknown)[]): Promise<RaceSite> {
  await removeLeftovers()
  const directory = runDirectory()
  await mkdir(directory, { recursive: true })
  opened.push(() => rm(directory, { recursive: true, force: true }))
  tell(`${release.name} with keepalived (the first time: some minutes)`)
  const tree = await cachedTree(release, ['keepalived'])
  const copy = await copyTree(tree, join(directory, 'tree'))
  opened.push(copy.remove)
  tell('package of berofosd')
  const packageFile = await buildPackage(join(directory, 'package'))
  await must('cp', [packageFile, join(copy.root, 'root')])
  tell(`network, ${relayCount} virtual berofos, boot`)
  const network = await Network.open(runName, hosts())
  opened.push(() => network.close())
  const relays = await Relays.open(network, 'relays', relayCount)
  opened.push(() => relays.close())
  const cgroup = await Cgroup.create(runName)
  opened.push(() => cgroup.remove())
  const options = { root: copy.root, netns: network.path('slave'), name: runName, hostname: 'slave', cgroup }
  const container = await Container.boot(options)
  opened.push(() => container.close())
  const slave = new Slave(container, network, relays, packageFile, directory)
  tell('installing berofosd')
  const install = ['apt-get', 'install', '--yes', `/root/${basename(packageFile)}`]
  await slave.must(install, { timeoutMs: 180_000 })
  return { slave, tree }
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

function hosts(): Hosts<Host> {
  const { gateway, master, slave, relays } = addresses
  const every = Array.from({ length: relayCount }, (_, index) => addressAfter(relays, index))
  return { gateway: [gateway], master: [master], slave: [slave], relays: every }
}
